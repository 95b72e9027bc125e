"""The tables of a report as CSV, as Danish Excel opens them with a double click:
semicolons, decimal commas, UTF-8 with a mark, lines that end as in Windows.

A figure that is withheld or cannot be is its symbol, not an empty cell: who adds two
cells is told by Excel (#VÆRDI!), and who adds up a column sees it among the numbers. A
zero is 0, since its symbol would be read as a formula.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from labour_monitor.report import flat, numbers
from labour_monitor.report.document import Figure, Report, Row, State, Table

PUBLISHED = "Offentliggjort"
RESERVATIONS = "Forbehold"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def write(report: Report, folder: Path) -> None:
    """Write a file of each table of a report."""
    folder.mkdir(parents=True, exist_ok=True)
    for item in report.items:
        for table in item.tables:
            write_table(table, report, folder / f"{table.name}.csv")


def write_table(table: Table, report: Report, file: Path) -> None:
    """Write a table. Each row says of which publication it is, and what the report says
    of itself where it must: rows are pasted together, and files are handed on."""
    reservations = " ".join(report.marks.lines)
    last = {PUBLISHED: report.publication_date.isoformat()}
    if reservations:
        last[RESERVATIONS] = reservations
    has_codes = flat.has_codes(table)
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        rows = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        rows.writerow(map(_safe, [*flat.heads(table), *last]))
        for row in table.rows:
            cells = [_of_row(row), *([flat.code(row)] if has_codes else ())]
            rows.writerow([*cells, *map(cell, row.figures), *last.values()])


def cell(figure: Figure) -> str:
    """A figure as Danish Excel reads it: a number as a number, a day as a day."""
    if figure.state is State.HIDDEN:
        return numbers.HIDDEN
    if figure.state is State.NOT_APPLICABLE:
        return numbers.NOT_APPLICABLE
    match figure.value:
        case bool(value):
            return "Ja" if value else "Nej"
        case Decimal() as value:
            return f"{value:.2f}".replace(".", ",")
        case date() as value:
            return value.isoformat()
        case int(value):
            return str(value)
        case value:
            return _safe(value)


def _of_row(row: Row) -> str:
    return row.month.isoformat() if row.month else _safe(row.header)


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
