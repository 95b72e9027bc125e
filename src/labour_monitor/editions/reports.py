"""The report in each part of an edition: made when it is published, looked at before it
is, and made again by `labour-monitor report`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import duckdb

from labour_monitor.editions import shelf
from labour_monitor.editions.contracts import REPORT
from labour_monitor.editions.package import About
from labour_monitor.editions.refusal import EditionError
from labour_monitor.editions.tables import HOUSE, PUBLIC
from labour_monitor.files import folder_aside, put_in_place, read_json
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.paths import parquet, shown
from labour_monitor.progress import Progress
from labour_monitor.report import rendering
from labour_monitor.report.document import Marks
from labour_monitor.report.rendering import Render, Wanted

FOLDER = "report"
_PUBLISH = "publish an edition with `labour-monitor publish`, or name one with --edition"
_PUBLICATIONS = "select distinct publication_date from {table} order by all"
_LINK = re.compile(r'\b(?:href|src)="([^"#?:]+)[^":]*"')
_MOST_FAULTS = 20
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
    render(Wanted(part, part / FOLDER, marks, about.as_of))


def audit(edition: Path) -> None:
    """Look at the reports as a reader would: each publication has its page and files,
    each municipality its page, and no link leads nowhere.

    Raises:
        EditionError: something is not there; a line for each fault.
    """
    faults = [
        f"  {part}, {FOLDER}: {fault}"
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
    folder = part / FOLDER
    for initiative, day in _publications(part):
        beside = folder / initiative / day
        stem = f"{initiative}-{day}"
        for name in ("index.html", f"{stem}.pdf", f"{stem}.xlsx"):
            if not _is_whole(beside / name):
                yield f"expected {initiative}/{day}/{name}; found none, or no such file"
        if not any((beside / "csv").glob("*.csv")):
            yield f"expected tables in {initiative}/{day}/csv; found none"
    codes = {
        code
        for (code,) in duckdb.sql(
            f"select municipality_code from {parquet(part / 'dim_municipality.parquet')}"
        ).fetchall()
    }
    there = {file.stem for file in (folder / "kommuner").glob("[0-9]*.html")}
    if codes != there:
        names = ", ".join(sorted(codes ^ there))
        yield f"expected a page for each municipality; found otherwise: {names}"
    for page in sorted(folder.rglob("*.html")):
        for link in sorted(set(_LINK.findall(page.read_text(encoding="utf-8")))):
            if not (page.parent / unquote(link)).is_file():
                at = page.relative_to(folder)
                yield f"expected the links of {at} to lead somewhere; found {link}"


def _publications(part: Path) -> list[tuple[str, str]]:
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
    name = shelf.Shelf(into).current()
    folder = into / shelf.EDITIONS / (name or "")
    if name is None or not folder.is_dir():
        raise _refusal("a published edition", "none", _PUBLISH, into)
    return folder


def make_again(
    edition: Path, into: Path, progress: Progress, municipality: str | None = None
) -> list[Path]:
    """Make the reports of an edition once more.

    Args:
        edition: its folder, with one of its parts or both.
        into: an empty folder, or a new one.
        progress: told of the stages.
        municipality: the code of one, where its page alone is wanted.

    Returns:
        The folders of the parts, or the pages of the municipality.

    Raises:
        EditionError: there is no such edition or municipality, or the folder is taken.
        OSError: a file cannot be read or written.
    """
    parts = [part for part in (edition / PUBLIC, edition / HOUSE) if part.is_dir()]
    if not parts:
        found = "another folder" if edition.is_dir() else "no such folder"
        raise _refusal(
            f"an edition, with a folder {PUBLIC} or {HOUSE}", found, _PUBLISH, edition
        )
    packages = {part: _package(part) for part in parts}
    if municipality is not None:
        _refuse_unknown(parts[0], municipality)
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise _refusal(
            "an empty folder, or a new one",
            "one with something in it",
            "give another one with --into, or move away what is there",
            into,
        )
    with folder_aside(into) as aside:
        wanted = [
            Wanted(
                part,
                aside / part.name,
                Marks(
                    part.name == HOUSE,
                    packages[part]["isSynthetic"],
                    packages[part]["hasExampleParticipants"],
                    packages[part]["disclosureLimit"],
                ),
                date.fromisoformat(packages[part]["asOf"]),
                municipality,
            )
            for part in parts
        ]
        with progress.stage("report"), rendering.beside(len(wanted)) as render:
            for one in wanted:
                render(one)
        put_in_place(aside, into)
    if municipality is None:
        return [into / part.name for part in parts]
    return [into / part.name / "kommuner" / f"{municipality}.html" for part in parts]
