"""A table of the report with one line of heads and one value a cell, as files for
further work have it: sheets and CSV."""

from __future__ import annotations

from labour_monitor.report.document import Row, Table

AREA_CODE = "Kommunekode"
"""The head of the column of municipalities' codes, where a table has rows of them."""


def has_codes(table: Table) -> bool:
    """Whether a column of codes stands beside the names."""
    return any(code(row) for row in table.rows)


def code(row: Row) -> str:
    """The code of the municipality that a row is of; several together have none."""
    return row.area_code if row.area_code.isdigit() else ""


def heads(table: Table) -> list[str]:
    """One head a column, the rows' own column first, then that of the codes where there
    is one: no two are the same."""
    own = [table.row_header, *([AREA_CODE] if has_codes(table) else ())]
    return own + [column.name for column in table.columns]
