"""The report in each part of an edition: made when it is published, looked at before it
is, and made again by `labour-monitor report`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb

from labour_monitor.editions import package, shelf
from labour_monitor.editions.contracts import REPORT
from labour_monitor.editions.package import About
from labour_monitor.editions.refusal import EditionError, refusal
from labour_monitor.editions.tables import HOUSE, PUBLIC
from labour_monitor.files import folder_aside, put_in_place, read_json
from labour_monitor.landing.paths import parquet, shown
from labour_monitor.progress import Progress
from labour_monitor.report import pages, rendering
from labour_monitor.report.document import Marks
from labour_monitor.report.reading import ReadingError
from labour_monitor.report.rendering import Render, Wanted

STAGE = "report"
_NO_REPORT = "No report was made."
_PUBLISH = (
    "publish an edition with `labour-monitor publish`, or name one with --edition"
)
_AS_IT_WAS = (
    "put the edition back as it was, from a backup or from who gave it to you, or name "
    "another one with --edition"
)
_PUBLICATIONS = "select distinct publication_date from {table} order by all"
_LINK = re.compile(r'\b(?:href|src)="([^"#?:]+)[^":]*"')
_MOST_FAULTS = 20
_REPORTS = {HOUSE, PUBLIC, shelf.CHECKSUMS}
"""What a folder of reports has in it, and an edition or a part of one has not."""
_BEGINNINGS = {".pdf": b"%PDF-", ".xlsx": b"PK\x03\x04"}
"""By which a file is known to be what its name says."""


def begin(render: Render, part: Path, about: About) -> None:
    """Have the report of a part made, of the tables that are in it."""
    marks = Marks(
        part.name == HOUSE,
        about.is_synthetic,
        about.has_example_participants,
        about.limit,
    )
    into = part / package.REPORT
    render(Wanted(part, into, marks, about.as_of, about.deliveries, about.rules))


def audit(edition: Path) -> None:
    """Look at the reports as a reader would: each publication has its page and files
    and is found from the page of its initiative, each municipality has its page, and no
    link leads nowhere.

    Raises:
        EditionError: something is not there; a line for each fault.
    """
    faults = [
        f"  {part}, {package.REPORT}: {fault}"
        for part in (HOUSE, PUBLIC)
        for fault in _faults(edition / part)
    ]
    if faults:
        others = len(faults) - _MOST_FAULTS
        lines = faults[:_MOST_FAULTS] + [f"  and {others} more"] * (others > 0)
        raise EditionError(
            "Nothing was published. The report is not as it must be, read from its "
            "files. What to do: report it with these lines, and go on with the edition "
            "before.\n" + "\n".join(lines)
        )


def _faults(part: Path) -> Iterator[str]:
    folder = part / package.REPORT
    for initiative, day in publications(part):
        beside = folder / initiative / day
        stem = f"{initiative}-{day}"
        for name in ("index.html", f"{stem}.pdf", f"{stem}.xlsx"):
            if not _is_whole(beside / name):
                yield f"expected {initiative}/{day}/{name}; found none, or another file"
        if not any((beside / "csv").glob("*.csv")):
            yield f"expected tables in {initiative}/{day}/csv; found none"
        index = folder / initiative / "index.html"
        if not index.is_file() or f"{day}/index.html" not in index.read_text("utf-8"):
            yield f"expected {initiative}/index.html to lead to {day}; found no link"
    wanted = set(codes(part))
    there = {file.stem for file in (folder / "kommuner").glob("[0-9]*.html")}
    if wanted != there:
        names = ", ".join(sorted(wanted ^ there))
        yield f"expected a page for each municipality; found otherwise: {names}"
    for page in sorted(folder.rglob("*.html")):
        for link in sorted(set(_LINK.findall(page.read_text(encoding="utf-8")))):
            if not (page.parent / unquote(link)).is_file():
                at = page.relative_to(folder)
                yield f"expected the links of {at} to lead somewhere; found {link}"


def publications(part: Path) -> list[tuple[str, str]]:
    """All that the tables have: the initiative and the day of each."""
    found = set()
    for file in part.glob(f"{REPORT}*.parquet"):
        initiative = file.name.split("_")[1]
        days = duckdb.sql(_PUBLICATIONS.format(table=parquet(file))).fetchall()
        found |= {(initiative, day.isoformat()) for (day,) in days}
    return sorted(found)


def _is_whole(file: Path) -> bool:
    beginning = _BEGINNINGS.get(file.suffix, b"<!DOCTYPE html>")
    if not file.is_file():
        return False
    with file.open("rb") as handle:
        return handle.read(len(beginning)).lower() == beginning.lower()


def current(into: Path) -> Path:
    """The edition that `current` names, in the folder of the editions.

    Raises:
        EditionError: there is none.
    """
    folder = shelf.Shelf(into).current_folder()
    if folder is None:
        raise _refusal("a published edition", "none", _PUBLISH, into)
    return folder


def make_again(
    edition: Path, into: Path, progress: Progress, municipality: str | None = None
) -> list[Path]:
    """Make the reports of an edition once more.

    Args:
        edition: its folder, with one of its parts or both.
        into: a new folder, an empty one, or one that was made so before, which is
            replaced.
        progress: told of the stage.
        municipality: the code of one, where its page alone is wanted.

    Returns:
        The pages to begin with, one a part.

    Raises:
        EditionError: there is no such edition or municipality, the edition is not as
            it was published, or the folder is taken.
        OSError: a file cannot be read or written.
    """
    parts = [part for part in (edition / PUBLIC, edition / HOUSE) if part.is_dir()]
    if not parts:
        found = "another folder" if edition.is_dir() else "no such folder"
        raise _refusal(
            f"an edition, with a folder {PUBLIC} or {HOUSE}", found, _PUBLISH, edition
        )
    said = {part: _package(part) for part in parts}
    if len({about["edition"] for about in said.values()}) > 1:
        raise _refusal(
            f"the parts {PUBLIC} and {HOUSE} of one edition",
            "those of two",
            _AS_IT_WAS,
            edition,
        )
    for part in parts:
        shelf.hold(part, _AS_IT_WAS, _NO_REPORT)
    with _broken_tables_told(edition):
        known = codes(parts[0]) if municipality is not None else []
    if municipality is not None and municipality not in known:
        raise _refusal(
            "the code of a municipality",
            f"'{shown(municipality)}'",
            f"give one of {len(known)}, from {known[0]} to {known[-1]}: they are in "
            "dim_municipality",
        )
    _refuse_taken(into)
    with folder_aside(into) as aside:
        # A page is made sooner than another process is begun.
        renders = rendering.beside(len(parts))
        if municipality is not None:
            renders = rendering.here()
        with (
            progress.stage(STAGE),
            _broken_tables_told(edition),
            made(renders, _NO_REPORT) as render,
        ):
            for part, about in said.items():
                marks = Marks(
                    part.name == HOUSE,
                    about["isSynthetic"],
                    about["hasExampleParticipants"],
                    about["disclosureLimit"],
                )
                as_of = date.fromisoformat(about["asOf"])
                folder = aside / part.name
                told = package.deliveries(about), package.rules(about)
                render(Wanted(part, folder, marks, as_of, *told, municipality))
        shelf.write_checksums(aside)
        _refuse_taken(into)  # somebody may have worked in it meanwhile
        put_in_place(aside, into, replace=True)
    page = pages.FRONT
    if municipality is not None:
        page = pages.address_of(municipality)
    return [into / part.name / page for part in parts]


def _refuse_taken(into: Path) -> None:
    """Raises EditionError where the folder is not free for reports: it is an edition's,
    which never changes, or holds what `make_again` has not put there."""
    expected = "a new folder, an empty one, or one with reports that this command made"
    if any(_is_of_an_edition(folder) for folder in (into, *into.parents)):
        found = "one in an edition"
    elif not into.exists():
        return
    elif not into.is_dir():
        found = "a file"
    elif others := _others(into):
        found = f"one with something else in it: {shown(others[0])}"
    else:
        return
    raise _refusal(
        expected,
        found,
        "give another one with --into, or move away what is there",
        into,
    )


def _is_of_an_edition(folder: Path) -> bool:
    """Whether a folder is an edition, or a part of one."""
    return any(
        (place / shelf.PACKAGE).is_file() and (place / shelf.CHECKSUMS).is_file()
        for place in (folder, folder / HOUSE, folder / PUBLIC)
    )


def _others(folder: Path) -> list[str]:
    """What is in a folder that `make_again` has not put there, or not as it is now."""
    there = {file.name for file in folder.iterdir()}
    others = sorted(there - _REPORTS)
    if others or shelf.CHECKSUMS not in there:
        return others or sorted(there)
    return [n for n in shelf.changed(folder) if os.path.lexists(folder / n)]


@contextmanager
def made(rendered: AbstractContextManager[Render], outcome: str) -> Iterator[Render]:
    """Reports that are made until the block ends.

    Args:
        rendered: makes them.
        outcome: what is said first where one cannot be made.

    Raises:
        EditionError: one cannot be made.
        OSError: a file cannot be read or written.
    """
    try:
        with rendered as render:
            yield render
    except ReadingError as error:
        raise EditionError(f"{outcome} {error}") from None
    except BrokenProcessPool:
        raise refusal(
            "the process that makes the report to end by itself",
            "that it was killed",
            "free some memory (it needs less than 1 GB), and start again",
            outcome=outcome,
        ) from None


def _package(part: Path) -> dict[str, Any]:
    """What a part of an edition says of itself."""
    file = part / shelf.PACKAGE
    try:
        about = read_json(file)
        if (found := about["format"]) == shelf.FORMAT:
            date.fromisoformat(about["asOf"])
            about["isSynthetic"], about["hasExampleParticipants"]
            about["disclosureLimit"], about["edition"], package.deliveries(about)
            package.rules(about)
            return about
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _refusal(
            f"{shelf.PACKAGE} of an edition",
            "none that can be read",
            _AS_IT_WAS,
            file,
        ) from None
    raise _refusal(
        f"an edition in the form {shelf.FORMAT} of this version of the project",
        f"one in the form {found}",
        "make its report with the version that made it (a newer one?)",
        part.parent,
    )


def codes(part: Path) -> list[str]:
    """Of all municipalities."""
    file = part / "dim_municipality.parquet"
    rows = duckdb.sql(f"select municipality_code from {parquet(file)} order by all")
    return [code for (code,) in rows.fetchall()]


@contextmanager
def _broken_tables_told(folder: Path) -> Iterator[None]:
    """Raises EditionError where a table of an edition is not what DuckDB can read."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise _refusal(
            "tables of an edition",
            f"one that cannot be read ({type(error).__name__})",
            _AS_IT_WAS,
            folder,
        ) from None


def _refusal(
    expected: str, found: str, advice: str, file: Path | None = None
) -> EditionError:
    return refusal(expected, found, advice, file, _NO_REPORT)
