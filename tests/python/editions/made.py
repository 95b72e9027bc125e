"""What the tests of editions share beside their fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow

from labour_monitor.editions import contracts, reports
from labour_monitor.report import pages
from labour_monitor.report.rendering import Render, Wanted


def small_hidden(
    house: duckdb.DuckDBPyConnection, earlier: list[Path], limit: int
) -> pyarrow.Table:
    """A decision by the value of the cell alone."""
    selects = []
    for table in (table for table in contracts.marts() if table.is_report):
        month = "data_month" if "data_month" in table.names else "report_month"
        code = "case area_type when 'country' then 'hele_landet' else 'deltagere' end"
        if "area_code" in table.names:
            code = "area_code"
        for name in table.measures:
            is_small = "false"
            if name.startswith("n_"):
                is_small = f"{name} between 1 and {limit - 1}"
            selects.append(
                f"select '{table.name.split('_')[1]}' as initiative, publication_date, "
                f"'{table.name}' as \"table\", area_type, {code} as area_code, "
                f"{month} as data_month, '{name}' as measure, case when {is_small} "
                f"then 'hidden' when {name} is null then 'not_applicable' else 'shown' "
                f"end as state, case when {is_small} then 'small' end as reason, "
                f"case when {is_small} then 0 end as protects from main.{table.name}"
            )
    return house.execute(" union all ".join(selects)).to_arrow_table()


@contextmanager
def briefly() -> Iterator[Render]:
    """A report of nothing but what the audit looks for: how a real one is made, and
    what is in it, are tested by themselves."""

    def render(wanted: Wanted) -> None:
        for initiative, day in reports.publications(wanted.part):
            beside = wanted.into / initiative / day
            (beside / "csv").mkdir(parents=True)
            (beside / "csv/table.csv").write_text("")
            (beside / "index.html").write_text("<!DOCTYPE html>")
            index = wanted.into / initiative / "index.html"
            index.write_text(f'<!DOCTYPE html><a href="{day}/index.html">')
            (beside / f"{initiative}-{day}.pdf").write_text("%PDF-")
            (beside / f"{initiative}-{day}.xlsx").write_text("PK\x03\x04")
        for code in reports.codes(wanted.part):
            page = wanted.into / pages.address_of(code)
            page.parent.mkdir(exist_ok=True)
            page.write_text("<!DOCTYPE html>")

    yield render


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
