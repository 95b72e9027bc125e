"""A report as PDF for paper and screen readers: A4, tagged (PDF/UA-1), with an outline.

Typst sets it, with the fonts that it carries and no others: the same report is the same
file on every machine.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

from labour_monitor.report import numbers
from labour_monitor.report.document import Item, Picture, Report, Table
from labour_monitor.report.pdf_heads import with_heads_of_rows
from labour_monitor.report.pictures import ROW, WIDTH, n_bars, svg

AUTHOR = "Labour monitor"
_TEMPLATE = Path(__file__).with_suffix(".typ")
_WIDTH = 482.0
"""Points between the margins of the page."""
_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Of the letters of a table: the first with which it fits the page."""
_PLAIN, _BOLD = 0.5, 0.57
"""How wide a letter is on average, of the size, in the longest words."""
_LETTER = re.compile(r"^(\w\.) ")
"""Of a part of an item: it stays with the word after it."""
_MOST_BARS = 24
"""Of a picture in one column."""
_WIDTH_OF_PICTURE, _WIDTH_OF_HALF = 330, 236
_HEIGHT_OF_BARS, _AROUND_BARS = 530, 100
"""In points: how high a picture may be on a page that begins with its item; in units of
the picture, what is above and below its bars."""
_OF_A_CELL = 10.0
"""Points beside the letters of a cell."""
_APART = 6.0
"""More of them, where words stand after numbers."""


def write(report: Report, file: Path) -> None:
    """Write a report."""
    content = typst.Compiler(str(_TEMPLATE), ignore_system_fonts=True).compile(
        format="pdf",
        sys_inputs={"report": json.dumps(_of_report(report), ensure_ascii=False)},
        pdf_standards="ua-1",
    )
    file.write_bytes(with_heads_of_rows(content))


def _of_report(report: Report) -> dict[str, Any]:
    day = report.publication_date
    month = numbers.month(report.report_month)
    tables = [table for item in report.items for table in item.tables]
    return {
        "title": f"{report.initiative_name}, {month}",
        "name": report.initiative_name,
        "published": f"Offentliggjort {numbers.day(day)}",
        "kicker": f"Månedlig monitorering. Offentliggjort {numbers.day(day)}",
        "author": AUTHOR,
        "description": " ".join((report.headline, *report.marks.lines)),
        "keywords": [report.initiative_name, month, *report.marks.lines],
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "marks": report.marks.lines,
        "headline": report.headline,
        "requirement": report.requirement,
        "key-figures": [
            {
                "label": k.label,
                "figure": numbers.with_unit(k.figure).partition(numbers.SPACE)[::2],
                "note": k.note,
            }
            for k in report.key_figures
        ],
        "symbols": numbers.symbols_of(tables),
        "items": [_of_item(item) for item in report.items],
    }


def _of_item(item: Item) -> dict[str, Any]:
    return {
        "title": f"{item.number}. {item.title}" if item.number else item.title,
        "statement": item.statement,
        "paragraphs": item.paragraphs,
        "pictures": [_of_picture(picture) for picture in item.pictures],
        "tables": [_of_table(table) for table in item.tables],
    }


def _of_picture(picture: Picture) -> dict[str, Any]:
    """A picture; one with many bars in two columns, each with its half of them."""
    n = n_bars(picture) or 0
    if n <= _MOST_BARS:
        images = [{"svg": svg(picture), "alt": picture.description}]
        return {"title": picture.title, "images": images, "width": _WIDTH_OF_PICTURE}
    half = (n + 1) // 2
    images = [
        {"svg": svg(picture, names=(0, half)), "alt": picture.description},
        {"svg": svg(picture, names=(half, n)), "alt": "De øvrige søjler."},
    ]
    width = WIDTH * _HEIGHT_OF_BARS / (half * ROW + _AROUND_BARS)
    width = min(width, _WIDTH_OF_HALF)
    return {"title": picture.title, "images": images, "width": width}


def _of_table(table: Table) -> dict[str, Any]:
    rows = [[row.header, *map(numbers.text, row.figures)] for row in table.rows]
    heads = [table.row_header, *(column.header for column in table.columns)]
    heads = [_LETTER.sub(rf"\1{numbers.SPACE}", head) for head in heads]
    are_numbers = [False, *(numbers.is_number(c.kind) for c in table.columns)]
    columns = zip(*rows, strict=True) if rows else [()] * len(heads)
    words = [max(map(len, head.split(" "))) for head in heads]
    longest = [max(map(len, cells), default=0) for cells in columns]
    longest[0] *= _BOLD / _PLAIN  # names of what is pooled are bold
    wanted = [
        max(word * _BOLD, cell * _PLAIN)
        for word, cell in zip(words, longest, strict=True)
    ]
    after = [0, *(0 if number else _APART for number in are_numbers[1:])]
    size, widths = _fitting(wanted, after)
    if sum(widths) > _WIDTH and not any(row.month for row in table.rows):
        # Names go on in the next line, so that no word of a head is parted.
        names = [word for row in table.rows for word in row.header.split()]
        wanted[0] = max(map(len, names), default=0) * _BOLD
        size, widths = _fitting(wanted, after)
    symbols = numbers.symbols_of((table,))
    return {
        "caption": table.caption,
        "columns": [
            {"head": head, "is-number": is_number, "width": width, "apart": apart}
            for head, is_number, width, apart in zip(
                heads, are_numbers, widths, after, strict=True
            )
        ],
        "groups": _groups(table),
        "rows": [
            {"cells": cells, "is-pooled": row.is_pooled}
            for row, cells in zip(table.rows, rows, strict=True)
        ],
        "size": size,
        "is-wide": sum(widths) > _WIDTH,
        "symbols": symbols,
        "notes": table.notes,
    }


def _fitting(wanted: list[float], apart: list[float]) -> tuple[float, list[float]]:
    """The size of the letters with which a table fits the page, and the widths of its
    columns in points, of what they want in letters' sizes and stand apart in points."""
    for size in _SIZES:
        widths = [
            width * size + _OF_A_CELL + more
            for width, more in zip(wanted, apart, strict=True)
        ]
        if sum(widths) <= _WIDTH:
            break
    return size, widths


def _groups(table: Table) -> list[dict[str, Any]]:
    """Columns beside each other with the same group; none where no column has one."""
    names = ["", *(column.group for column in table.columns)]
    if not any(names):
        return []
    groups, first = [], 0
    for name, own in groupby(names):
        n = len(list(own))
        groups.append({"name": name, "first": first, "n": n})
        first += n
    return groups
