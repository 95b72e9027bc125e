"""The report of a part of an edition, made of its tables: the pages, and beside that of
each publication its PDF, its Excel file and its CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from labour_monitor import fingerprints
from labour_monitor.processes import end_with_parent
from labour_monitor.report.document import Delivery, MadeBy, Marks

_WRITERS = ("jinja2", "typst", "xlsxwriter")


@dataclass(frozen=True)
class Wanted:
    """A report that is to be made."""

    part: Path
    """The folder of the tables; nothing else is read."""
    into: Path
    marks: Marks
    as_of: date
    deliveries: tuple[Delivery, ...] = ()
    """What its publications rest on."""
    rules: tuple[MadeBy, ...] = ()
    """By which rules they were made."""
    municipality: str | None = None
    """The code of the one whose page is wanted, and nothing else."""


def render(wanted: Wanted) -> None:
    """Make a report.

    Raises:
        ReadingError: the tables are not those of such a part.
        OSError: a file cannot be read or written.
    """
    # What typesets and draws is imported where a report is made, not where it is asked
    # for.
    from labour_monitor.report import content, csv_files, excel, pages, pdf

    site = content.site(
        *(wanted.part, wanted.marks, wanted.as_of, wanted.deliveries, wanted.rules)
    )
    if wanted.municipality is not None:
        pages.write_municipality(site, wanted.municipality, wanted.into)
        return
    pages.write(site, wanted.into)
    for report in site.reports:
        beside = wanted.into / pages.report_folder(report)
        pdf.write(report, beside / f"{report.stem}.pdf")
        excel.write(report, beside / f"{report.stem}.xlsx")
        csv_files.write(report, beside / "csv")


Render = Callable[[Wanted], None]


@contextmanager
def here() -> Iterator[Render]:
    """Reports that this process makes, one after another."""
    yield render


@contextmanager
def beside(n_processes: int = 1) -> Iterator[Render]:
    """Reports that are made in processes of their own, while this one goes on. When the
    block ends, they are there.

    Raises:
        ReadingError, OSError: as `render` does.
    """
    with ProcessPoolExecutor(
        n_processes, mp_context=get_context("spawn"), initializer=end_with_parent
    ) as pool:
        begun = []

        def begin(wanted: Wanted) -> None:
            begun.append(pool.submit(render, wanted))

        try:
            yield begin
            for future in begun:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def writers() -> dict[str, str]:
    """What makes a report: code, templates and libraries. Others make other bytes."""
    folder = Path(__file__).parent
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )
    return {name: version(name) for name in _WRITERS} | {
        file.relative_to(folder).as_posix(): fingerprints.of_file(file)
        for file in files
    }
