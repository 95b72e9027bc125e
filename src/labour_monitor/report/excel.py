"""A report as an Excel file: a sheet an item, with real tables and native charts of
their cells.

A figure that is withheld or cannot be is its symbol, as text: nobody adds it up as 0. A
zero is the number 0, shown as its symbol. The same report is the same file: it was
created on the day of its publication.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from labour_monitor.report import charts, flat, numbers
from labour_monitor.report.charts import Drawn
from labour_monitor.report.document import (
    Figure,
    Item,
    Kind,
    Report,
    Row,
    State,
    Table,
)
from labour_monitor.report.looks import INK

FRONT, CHARTS = "Forside", "Tal til diagrammer"
LONGEST_NAME = 31
"""Of a sheet: Excel allows no longer one."""
FORMATS = {
    Kind.COUNT: '#,##0;-#,##0;"-"',
    Kind.PCT: '0.00;-0.00;"-"',
    Kind.POINTS: "+0.00;-0.00;0.00",
    Kind.CHANGE: "+#,##0;-#,##0;0",
    Kind.MONTH: "[$-406]mmmm yyyy",
    Kind.DATE: "[$-406]d. mmmm yyyy",
    Kind.TEXT: "@",
    Kind.FLAG: "@",
}
"""Excel shows them with the signs of its own language: 18.639 and 30,40 in Danish."""
_ALONE = {
    Kind.COUNT: "#,##0",
    Kind.PCT: '0.00" pct."',
    Kind.POINTS: '+0.00" procentpoint";-0.00" procentpoint";0.00" procentpoint"',
}
"""Of a figure that stands big: with its unit, and nothing is 0."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LEADING_ON = {"af", "fra", "i", "med", "og", "på", "til"}
_NO_NAME = re.compile(r"\W")
_FONT = {"font_name": "Calibri", "font_size": 11, "font_color": INK}
_SHADE, _WARNING, _LINK = "#EEF2F6", "#FFF4D6", "#005A8E"
_STYLE = "Table Style Light 1"
_A4 = 9
_BUTTON = 3
"""Letters that the button of a head takes."""
_NARROWEST, _WIDEST, _OF_NAMES = 11, 26, 24
"""Letters of a column: at the least, before a head is wrapped, and of names."""
_MOST_BESIDE = 90
"""Letters of a table that has its charts beside it; below a wider one they are still on
the screen and on the sheet of paper."""
_LINES_OF_A_PAGE, _LETTERS = 46, 100
"""Of an upright page: how many there are of each, before a sheet is made smaller."""
_FRONT_WIDTHS = (44, 26, 46)
_LINE, _LINE_OF_HEAD, _PIXELS = 15, 15.5, 20
"""The height of a line, in points and in pixels."""


Place = tuple[str, int, int]
"""Of a table: its sheet, the line of its first row, the column of its first figures."""


def write(report: Report, file: Path) -> None:
    """Write a report."""
    with xlsxwriter.Workbook(str(file), {"in_memory": True}) as workbook:
        _Book(workbook, report).fill()


def sheet_names(items: Sequence[Item]) -> list[str]:
    """A name for the sheet of each item, within what Excel allows."""
    names: list[str] = []
    for item in items:
        title = _FORBIDDEN.sub(" ", f"{item.number} {item.title}")
        name = _shortened(" ".join(title.split()))
        taken = {other.casefold() for other in (FRONT, CHARTS, *names)}
        number = 2
        while name.casefold() in taken:
            name = f"{name[: LONGEST_NAME - 3]} {number}"
            number += 1
        names.append(name)
    return names


def _shortened(name: str) -> str:
    """Whole words, as many as there is room for, and none that leads on at the end."""
    if len(name) <= LONGEST_NAME:
        return name
    head, _, _ = name[: LONGEST_NAME + 1].rpartition(" ")
    words = (head or name[:LONGEST_NAME]).split(" ")
    while len(words) > 2 and words[-1] in _LEADING_ON:
        words.pop()
    return " ".join(words).rstrip(" ,.:-")


def table_name(table: Table) -> str:
    """The name of a table in formulas."""
    return f"tabel_{_NO_NAME.sub('_', table.name)}"


@dataclass
class _Book:
    workbook: Workbook
    report: Report
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def fill(self) -> None:
        report = self.report
        self.workbook.set_size(1900, 1200)
        self.workbook.set_properties(
            {
                "title": _title(report),
                "subject": report.headline,
                "author": "Labour monitor",
                "category": report.initiative_name,
                "keywords": ", ".join((report.initiative_name, *report.marks.lines)),
                "comments": " ".join(report.marks.lines),
                "created": _moment(report.publication_date),
            }
        )
        names = sheet_names(report.items)
        drawn = [
            [
                charts.drawn(picture, item.tables, f"diagram_{item_number}_{number}")
                for number, picture in enumerate(item.pictures, start=1)
            ]
            for item_number, item in enumerate(report.items, start=1)
        ]
        own = [one.table for of_item in drawn for one in of_item if one.is_own]
        sheets = [self.sheet(name) for name in (FRONT, *names)]
        self._front(sheets[0], [*names, *([CHARTS] if own else ())])
        places: dict[str, Place] = {}
        if own:
            sheet = _Sheet(self, self.sheet(CHARTS), _widths(own))
            sheet.head(CHARTS, "Det, som diagrammerne på de andre ark tegner.")
            for table in own:
                places[table.name] = sheet.table(table, has_gaps=True)
                sheet.line += 1
        for sheet, item, of_item in zip(sheets[1:], report.items, drawn, strict=True):
            _Sheet(self, sheet, _widths(item.tables)).item(item, of_item, places)

    def format(self, **wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(_FONT | wanted)
        return self._formats[key]

    def sheet(self, name: str) -> Worksheet:
        """A sheet that says on paper what it is, on one page's width."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        lines = [f'&L&"Calibri,Bold"&9{_escaped(_title(self.report))}']
        lines += map(_escaped, [" ".join(self.report.marks.lines)])
        sheet.set_header("\n".join(lines).strip())
        sheet.set_footer(f"&L&9{_escaped(_published(self.report))}&R&9side &P af &N")
        return sheet

    def warn(self, sheet: Worksheet, line: int, n_columns: int) -> int:
        """What the report says of itself, a line each; the line after."""
        look = self.format(bold=True, bg_color=_WARNING)
        for mark in self.report.marks.lines:
            for column in range(n_columns):
                sheet.write_blank(line, column, None, look)
            sheet.write_string(line, 0, mark, look)
            line += 1
        return line

    def explain(self, sheet: Worksheet, line: int, tables: Sequence[Table]) -> int:
        """What the symbols of these tables mean, a line each; the line after."""
        for sign, said in numbers.symbols_of(tables):
            sheet.write_string(line, 0, f"{sign}  {said}", self.format())
            line += 1
        return line

    def _front(self, sheet: Worksheet, names: Sequence[str]) -> None:
        report = self.report
        sheet.set_portrait()
        for column, width in enumerate(_FRONT_WIDTHS):
            sheet.set_column(column, column, width, self.format())
        sheet.write_string(0, 0, _title(report), self.format(bold=1, font_size=18))
        sheet.set_row(0, 28)
        sheet.write_string(1, 0, _published(report), self.format())
        line = self.warn(sheet, 3, len(_FRONT_WIDTHS)) + bool(report.marks.lines)
        look = self.format(bold=True, font_size=14, text_wrap=True, valign="top")
        sheet.merge_range(line, 0, line, 2, report.headline, look)
        sheet.set_row(line, 19 * _lines(report.headline, 80))
        line += 1
        look = self.format(text_wrap=True, valign="top")
        sheet.merge_range(line, 0, line, 2, report.requirement, look)
        sheet.set_row(line, _LINE * _lines(report.requirement, sum(_FRONT_WIDTHS)))
        line = self._key_figures(sheet, line + 2)
        sheet.write_string(line, 0, "Indhold", self.format(bold=True))
        titles = [*map(_heading, report.items), CHARTS]
        for title, name in zip(titles, names, strict=False):
            line += 1
            look = self.format(font_color=_LINK, underline=1)
            sheet.write_url(line, 0, f"internal:'{name}'!A1", look, title)
        tables = [table for item in report.items for table in item.tables]
        line = self.explain(sheet, line + 2, tables)
        sheet.print_area(0, 0, line, 2)

    def _key_figures(self, sheet: Worksheet, line: int) -> int:
        text = self.format(text_wrap=True, valign="top")
        for key_figure in self.report.key_figures:
            label, note = key_figure.label, key_figure.note
            figure = key_figure.figure
            sheet.write_string(line, 0, label, text)
            look = self.format(
                bold=True,
                font_size=14,
                align="left",
                valign="top",
                num_format=_ALONE.get(figure.kind, FORMATS[figure.kind]),
            )
            _write(sheet, line, 1, figure, look)
            sheet.write_string(line, 2, note, text)
            n = max(_lines(label, _FRONT_WIDTHS[0]), _lines(note, _FRONT_WIDTHS[2]))
            sheet.set_row(line, max(19, _LINE * n))
            line += 1
        return line + 1


@dataclass
class _Sheet:
    """A sheet of tables, filled from the top down."""

    book: _Book
    sheet: Worksheet
    widths: Sequence[float]
    """Of its columns."""
    line: int = 0
    """The next one that is free."""

    def __post_init__(self) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width, self.book.format())

    def head(self, title: str, statement: str) -> None:
        """What it is about and says, and what the report says of itself."""
        look = self.book.format(bold=True, font_size=16)
        self.sheet.write_string(0, 0, title, look)
        self.sheet.set_row(0, 24)
        self.sheet.write_string(1, 0, statement, self.book.format(bold=True))
        self.line = self.book.warn(self.sheet, 2, max(len(self.widths), 6)) + 1

    def item(
        self, item: Item, drawn: Sequence[Drawn], places: dict[str, Place]
    ) -> None:
        """An item: its tables, its texts, its charts.

        Args:
            item: the item.
            drawn: what its charts draw.
            places: where the tables that are drawn of stand, on other sheets; those of
                this sheet are added.
        """
        self.head(_heading(item), item.statement)
        top = self.line
        for table in item.tables:
            if self.line == top:
                self.sheet.freeze_panes(top + 2, 1)
                self.sheet.repeat_rows(top + 1)
            places[table.name] = self.table(table)
            self.line = self.book.explain(self.sheet, self.line, [table])
            for text in table.notes:
                self._text(text)
            self.line += 1
        for text in item.paragraphs:
            self._text(text)
        # Not over the head, which is printed on each page.
        line, column = top + 2, len(self.widths) + 1
        if sum(self.widths) > _MOST_BESIDE:
            line, column = self.line + 1, 0
            self.sheet.set_portrait()
            n = sum(ceil(one.height / _PIXELS) + 1 for one in drawn)
            if line + n > _LINES_OF_A_PAGE * max(sum(self.widths) / _LETTERS, 1):
                self.sheet.set_h_pagebreaks([line])
        for one in drawn:
            chart = charts.chart(self.book.workbook, one, *places[one.table.name])
            description = {"description": one.picture.description}
            self.sheet.insert_chart(line, column, chart, description)
            line += ceil(one.height / _PIXELS) + 1

    def _text(self, text: str) -> None:
        """A paragraph across the columns."""
        last = max(len(self.widths) - 1, 5)
        look = self.book.format(text_wrap=True, valign="top")
        self.sheet.merge_range(self.line, 0, self.line, last, text, look)
        wide = max(sum(self.widths), _OF_NAMES + 5 * _NARROWEST)
        self.sheet.set_row(self.line, _LINE * _lines(text, wide))
        self.line += 1

    def table(self, table: Table, has_gaps: bool = False) -> Place:
        """A caption and the table below it.

        Args:
            table: the table.
            has_gaps: whether what is not shown leaves a gap in a line that is drawn of
                it, instead of its symbol.
        """
        caption = self.book.format(bold=True)
        self.sheet.write_string(self.line, 0, table.caption, caption)
        heads, first = flat.heads(table), _first(table)
        sides = ["left"] * first + [_side(column.kind) for column in table.columns]
        top = self.line + 1
        self.line = top + max(len(table.rows), 1) + 1
        self.sheet.add_table(
            *(top, 0, self.line - 1, len(heads) - 1),
            {
                "name": table_name(table),
                "style": _STYLE,
                "banded_rows": False,
                "columns": [
                    {"header": head, "header_format": self._head_format(side, place)}
                    for place, (head, side) in enumerate(zip(heads, sides, strict=True))
                ],
            },
        )
        n_lines = max(
            _lines(head, width - _BUTTON)
            for head, width in zip(heads, self.widths, strict=False)
        )
        self.sheet.set_row(top, _LINE_OF_HEAD * n_lines + 2)
        for line, row in enumerate(table.rows, start=top + 1):
            look = {"bold": True, "bg_color": _SHADE} if row.is_pooled else {}
            self._head_of_row(line, row, first, look)
            for column, figure in enumerate(row.figures, start=first):
                if has_gaps and row.month and figure.state is not State.SHOWN:
                    self._gap(line, column)
                    continue
                side = _side(figure.kind)
                shape = self.book.format(
                    num_format=FORMATS[figure.kind],
                    align=side,
                    indent=int(side == "left"),
                    **look,
                )
                _write(self.sheet, line, column, figure, shape)
        return self.sheet.get_name(), top + 1, first

    def _head_format(self, side: str, place: int) -> Format:
        return self.book.format(
            bold=True,
            text_wrap=True,
            valign="bottom",
            align=side,
            indent=int(side == "left" and place > 0),
            bottom=2,
        )

    def _head_of_row(
        self, line: int, row: Row, first: int, look: dict[str, Any]
    ) -> None:
        if row.month:
            shape = self.book.format(
                num_format=FORMATS[Kind.MONTH], align="left", **look
            )
            self.sheet.write_datetime(line, 0, _moment(row.month), shape)
        else:
            self.sheet.write_string(line, 0, row.header, self.book.format(**look))
        if first == 2:
            shape = self.book.format(align="left", **look)
            if code := flat.code(row):
                self.sheet.write_number(line, 1, int(code), shape)
            else:
                self.sheet.write_blank(line, 1, None, shape)

    def _gap(self, line: int, column: int) -> None:
        """A cell that leaves a gap in a line: Excel draws a text as 0, and a sum of
        empty cells is one of zeros."""
        look = self.book.format(font_color="#595959", align="right")
        self.sheet.write_formula(line, column, "=NA()", look, "#N/A")


def _write(
    sheet: Worksheet, line: int, column: int, figure: Figure, look: Format
) -> None:
    """A figure as a number, a day or a text of its own kind."""
    if figure.state is not State.SHOWN:
        sheet.write_string(line, column, numbers.text(figure), look)
        return
    match figure.value:
        case "":
            sheet.write_blank(line, column, None, look)
        case bool():
            sheet.write_string(line, column, numbers.text(figure), look)
        case int(value):
            sheet.write_number(line, column, value, look)
        case Decimal() as value:
            sheet.write_number(line, column, float(value), look)
        case date() as value:
            sheet.write_datetime(line, column, _moment(value), look)
        case value:
            sheet.write_string(line, column, value, look)


def _first(table: Table) -> int:
    """The column of a table's first figures."""
    return 2 if flat.has_codes(table) else 1


def _moment(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def _side(kind: Kind) -> str:
    return "right" if numbers.is_number(kind) else "left"


def _title(report: Report) -> str:
    return f"{report.initiative_name}, {numbers.month(report.report_month)}"


def _published(report: Report) -> str:
    return f"Offentliggjort {numbers.day(report.publication_date)}"


def _heading(item: Item) -> str:
    return f"{item.number}. {item.title}" if item.number else item.title


def _escaped(text: str) -> str:
    """A text in the head of a printed page."""
    return text.replace("&", "&&")


def _widths(tables: Sequence[Table]) -> list[float]:
    """How wide the columns of a sheet are, in letters: what all its tables need."""
    widths: list[float] = []
    for table in tables:
        columns = [[row.header for row in table.rows]]
        if flat.has_codes(table):
            columns.append([flat.code(row) for row in table.rows])
        for number in range(len(table.columns)):
            columns.append([numbers.text(row.figures[number]) for row in table.rows])
        for place, (head, cells) in enumerate(
            zip(flat.heads(table), columns, strict=True)
        ):
            words = [len(word) + _BUTTON for word in head.split()]
            third = ceil(len(head) / 3) + _BUTTON
            needed = max([*map(len, cells), *words, third]) + 1
            least = _NARROWEST if place else _OF_NAMES
            width = min(max(needed, least), max(_WIDEST, *words))
            if place < len(widths):
                widths[place] = max(widths[place], width)
            else:
                widths.append(width)
    return widths


def _lines(text: str, letters: float) -> int:
    """How many lines a text takes."""
    return max(1, len(textwrap.wrap(text, max(int(letters), 1))))
