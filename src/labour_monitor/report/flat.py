"""A table of the report with one line of heads and one value a cell, as files for
further work have it: sheets and CSV."""

from __future__ import annotations

from labour_monitor.report.document import Column, Table

AREA_CODE = "Kode"
"""The head of the column of areas' codes, where a table has rows of areas."""


def has_codes(table: Table) -> bool:
    """Whether a column of areas' codes stands beside the names."""
    return any(row.area_code for row in table.rows)


def heads(table: Table) -> list[str]:
    """One head a column, the rows' own column first, then that of the areas' codes
    where there is one: no two are the same."""
    own = [table.row_header, *([AREA_CODE] if has_codes(table) else ())]
    return own + [_head(column) for column in table.columns]


def _head(column: Column) -> str:
    return f"{column.group}: {column.header}" if column.group else column.header
