"""A report as an Excel file: a sheet an item, with real tables and native charts of
their cells.

A figure that is withheld or cannot be is its symbol, as text: nobody adds it up as 0. A
zero is the number 0, shown as its symbol. The same report is the same file: it was
created on the day of its publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from labour_monitor.report import flat, numbers
from labour_monitor.report.document import (
    Column,
    Figure,
    Item,
    Kind,
    Picture,
    Report,
    Row,
    Series,
    Shape,
    State,
    Table,
)
from labour_monitor.report.looks import INK, STYLES, Hatch, Style

FRONT = "Forside"
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
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_NO_NAME = re.compile(r"\W")
_FONT = {"font_name": "Calibri", "font_size": 11, "font_color": INK}
_SHADE, _WARNING = "#EEF2F6", "#FFF4D6"
_STYLE = "Table Style Light 1"
_BUTTON = 3
"""Letters that the button of a head takes."""
_MOST_LETTERS = 30
"""Of a column: longer heads and names are wrapped."""
_LETTERS_OF_TEXT = 100
"""How wide a line of text is, at the least."""
_PIXELS_OF_A_ROW = 20
_DASHES = {
    "": "solid",
    "2 2": "round_dot",
    "2 3": "round_dot",
    "7 3": "dash",
    "7 4": "dash",
    "9 4": "long_dash",
    "9 3 2 3": "long_dash_dot",
}
_HATCHES = {
    Hatch.RISING: "wide_upward_diagonal",
    Hatch.FALLING: "wide_downward_diagonal",
    Hatch.LEVEL: "narrow_horizontal",
}


def write(report: Report, file: Path) -> None:
    """Write a report."""
    with xlsxwriter.Workbook(str(file), {"in_memory": True}) as workbook:
        _Book(workbook, report).fill()


def sheet_names(items: Sequence[Item]) -> list[str]:
    """A name for the sheet of each item, within what Excel allows."""
    names: list[str] = []
    for item in items:
        name = _shortened(_FORBIDDEN.sub(" ", f"{item.number} {item.title}").strip())
        taken = {other.casefold() for other in (FRONT, *names)}
        number = 2
        while name.casefold() in taken:
            name = f"{name[: LONGEST_NAME - 3]} {number}"
            number += 1
        names.append(name)
    return names


def _shortened(name: str) -> str:
    """Whole words, as many as there is room for."""
    if len(name) <= LONGEST_NAME:
        return name
    head, _, _ = name[: LONGEST_NAME + 1].rpartition(" ")
    return (head or name[:LONGEST_NAME]).rstrip(" ,.-")


def table_name(table: Table) -> str:
    """The name of a table in formulas."""
    return f"tabel_{_NO_NAME.sub('_', table.name)}"


@dataclass(frozen=True)
class _Placed:
    """A table on a sheet: the line of its heads, and the column of its first
    figures."""

    table: Table
    sheet: str
    top: int
    first: int


@dataclass(frozen=True)
class _Cells:
    """Cells below each other: those of a series in a column of figures, from the first
    to the last of its rows."""

    placed: _Placed
    column: int
    first: int
    last: int

    @property
    def n(self) -> int:
        return self.last - self.first + 1

    @property
    def values(self) -> list[Any]:
        return self._range(self.placed.first + self.column)

    @property
    def categories(self) -> list[Any]:
        return self._range(0)

    def reference(self, number: int) -> str:
        """One of them, in a formula on the same sheet."""
        line = self.placed.top + 1 + self.first + number
        return xl_rowcol_to_cell(line, self.placed.first + self.column)

    def _range(self, column: int) -> list[Any]:
        top = self.placed.top + 1
        return [self.placed.sheet, top + self.first, column, top + self.last, column]


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
                "created": datetime.combine(
                    report.publication_date, datetime.min.time()
                ),
            }
        )
        names = sheet_names(report.items)
        self._front(names)
        for item, name in zip(report.items, names, strict=True):
            self._item(item, name)

    def _format(self, **wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(_FONT | wanted)
        return self._formats[key]

    def _sheet(self, name: str) -> Worksheet:
        """A sheet that prints as a report does."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        marks = " ".join(self.report.marks.lines)
        head = f'&L&"Calibri,Bold"&9{_escaped(_title(self.report))}'
        if marks:
            head += f"\n{_escaped(marks)}"
        sheet.set_header(head)
        sheet.set_footer(f"&L&9{_escaped(_published(self.report))}&R&9side &P af &N")
        return sheet

    def _front(self, names: Sequence[str]) -> None:
        report = self.report
        sheet = self._sheet(FRONT)
        sheet.set_portrait()
        for column, width in enumerate((44, 18, 48)):
            sheet.set_column(column, column, width, self._format())
        text = self._format(text_wrap=True, valign="top")
        bold = self._format(bold=True)
        line = 0
        sheet.write_string(line, 0, _title(report), self._format(bold=1, font_size=18))
        sheet.set_row(line, 28)
        line += 1
        sheet.write_string(line, 0, _published(report), self._format())
        line += 2
        for mark in report.marks.lines:
            warning = self._format(bold=True, bg_color=_WARNING, text_wrap=True)
            sheet.merge_range(line, 0, line, 2, mark, warning)
            line += 1
        line += bool(report.marks.lines)
        wide = self._format(bold=True, font_size=14, text_wrap=True, valign="top")
        sheet.merge_range(line, 0, line, 2, report.headline, wide)
        sheet.set_row(line, 19 * _lines(report.headline, 85))
        line += 2
        for key_figure in report.key_figures:
            sheet.write_string(line, 0, key_figure.label, text)
            self._write_alone(sheet, line, 1, key_figure.figure)
            if key_figure.note:
                sheet.write_string(line, 2, key_figure.note, text)
            n = max(_lines(key_figure.label, 44), _lines(key_figure.note, 48))
            sheet.set_row(line, max(19, 15 * n))
            line += 1
        line += 1
        sheet.write_string(line, 0, "Indhold", bold)
        line += 1
        for item, name in zip(report.items, names, strict=True):
            link = self._format(font_color="#0b4f8a", underline=1)
            sheet.write_url(line, 0, f"internal:'{name}'!A1", link, _heading(item))
            line += 1
        tables = [table for item in report.items for table in item.tables]
        line = self._symbols(sheet, line + 1, tables)
        sheet.print_area(0, 0, line, 2)

    def _symbols(self, sheet: Worksheet, line: int, tables: Sequence[Table]) -> int:
        """What the symbols of these tables mean; the line after it."""
        for sign, said in numbers.symbols_of(tables):
            sheet.write_string(line, 0, f"{sign}  {said}", self._format())
            line += 1
        return line

    def _write_alone(
        self, sheet: Worksheet, line: int, column: int, figure: Figure
    ) -> None:
        """A figure that stands big: nothing is 0."""
        num_format = FORMATS[figure.kind].replace('"-"', "0")
        if figure.kind is Kind.PCT:
            num_format = '0.00" pct."'
        look = self._format(
            bold=True, font_size=14, align="left", valign="top", num_format=num_format
        )
        _write(sheet, line, column, figure, look)

    def _item(self, item: Item, name: str) -> None:
        sheet = self._sheet(name)
        widths = _widths(item.tables)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self._format())
        sheet.write_string(0, 0, _heading(item), self._format(bold=1, font_size=16))
        sheet.set_row(0, 24)
        sheet.write_string(1, 0, item.statement, self._format(bold=True))
        marks = self._format(bold=True, bg_color=_WARNING)
        line = 2
        for mark in self.report.marks.lines:
            for column in range(len(widths)):
                sheet.write_blank(line, column, None, marks)
            sheet.write_string(line, 0, mark, marks)
            line += 1
        line += 1
        placed, texts = [], list(item.paragraphs)
        for table in item.tables:
            placed.append(self._table(sheet, table, line))
            if len(placed) == 1:
                sheet.freeze_panes(line + 2, 1)
                sheet.repeat_rows(line + 1)
            line += len(table.rows) + 2
            line = self._symbols(sheet, line, [table])
            for text in table.notes:
                line = self._text(sheet, line, text, len(widths))
            line += 1
        for text in texts:
            line = self._text(sheet, line, text, len(widths))
        self._charts(sheet, item, placed, line + 1, len(widths) + 1)

    def _text(self, sheet: Worksheet, line: int, text: str, n_columns: int) -> int:
        """A paragraph across the columns of the tables; the line after it."""
        look = self._format(text_wrap=True, valign="top")
        last = max(n_columns - 1, 5)
        sheet.merge_range(line, 0, line, last, text, look)
        sheet.set_row(line, 15 * _lines(text, _LETTERS_OF_TEXT * 0.8))
        return line + 1

    def _table(self, sheet: Worksheet, table: Table, line: int) -> _Placed:
        """A caption, and the table below it."""
        sheet.write_string(line, 0, table.caption, self._format(bold=True))
        top = line + 1
        heads = flat.heads(table)
        first = len(heads) - len(table.columns)
        sides = ["left"] * first + [_side(column.kind) for column in table.columns]
        sheet.add_table(
            *(top, 0, top + max(len(table.rows), 1), len(heads) - 1),
            {
                "name": table_name(table),
                "style": _STYLE,
                "banded_rows": False,
                "columns": [
                    {"header": head, "header_format": self._head(side)}
                    for head, side in zip(heads, sides, strict=True)
                ],
            },
        )
        sheet.set_row(top, 15.5 * _lines_of_heads(heads))
        for number, row in enumerate(table.rows, start=top + 1):
            look = {"bold": True, "bg_color": _SHADE} if row.is_pooled else {}
            self._head_of_row(sheet, number, row, look)
            if first == 2:
                sheet.write_string(number, 1, row.area_code, self._format(**look))
            for column, figure in enumerate(row.figures, start=first):
                shape = self._format(
                    num_format=FORMATS[figure.kind],
                    align=_side(figure.kind),
                    **look,
                )
                _write(sheet, number, column, figure, shape)
        return _Placed(table, sheet.get_name(), top, first)

    def _head(self, side: str) -> Format:
        return self._format(
            bold=True, text_wrap=True, valign="bottom", align=side, bottom=2
        )

    def _head_of_row(
        self, sheet: Worksheet, line: int, row: Row, look: dict[str, Any]
    ) -> None:
        if row.month:
            shape = self._format(num_format=FORMATS[Kind.MONTH], align="left", **look)
            sheet.write_datetime(line, 0, _moment(row.month), shape)
        else:
            sheet.write_string(line, 0, row.header, self._format(**look))

    def _charts(
        self,
        sheet: Worksheet,
        item: Item,
        placed: list[_Placed],
        line: int,
        column: int,
    ) -> None:
        """The pictures beside the tables, drawn from their cells."""
        top = placed[0].top if placed else line
        for picture in item.pictures:
            found = [_found(series, placed) for series in picture.series]
            line, levels = self._drawn(sheet, picture, found, line)
            chart, height = self._chart(picture, found, levels)
            sheet.insert_chart(top, column, chart, {"description": picture.description})
            top += ceil(height / _PIXELS_OF_A_ROW) + 1

    def _drawn(
        self,
        sheet: Worksheet,
        picture: Picture,
        found: list[_Cells | None],
        line: int,
    ) -> tuple[int, list[_Cells]]:
        """What no table has as it is drawn, below the tables: levels, series that stand
        in none, and lines with gaps, which Excel would draw through 0. They are put
        into `found`; the line below, and the cells of the levels."""
        table = _table_of(picture, found)
        if not table.columns:
            return line, []
        placed = self._table(sheet, table, line)
        last = len(table.rows) - 1
        columns = [_Cells(placed, n, 0, last) for n in range(len(table.columns))]
        for number, series in enumerate(picture.series):
            if _is_drawn_as_it_stands(picture, series, found[number]):
                continue
            cells = columns.pop(0)
            for row, (_, figure) in enumerate(series.points):
                if picture.shape is Shape.LINES and figure.state is not State.SHOWN:
                    self._gap(sheet, cells, row, found[number])
            found[number] = cells
        return line + len(table.rows) + 3, columns

    def _gap(
        self, sheet: Worksheet, cells: _Cells, row: int, shown: _Cells | None
    ) -> None:
        """A cell that leaves a gap in a line."""
        look = self._format(font_color="#595959", align="right")
        formula = "=NA()"
        if shown:
            other = shown.reference(row)
            formula = f"=IF(ISNUMBER({other}),{other},NA())"
        sheet.write_formula(cells.reference(row), formula, look, "#N/A")

    def _chart(
        self, picture: Picture, found: Sequence[_Cells], levels: Sequence[_Cells]
    ) -> tuple[Chart, int]:
        """A chart of cells, and how high it is in pixels."""
        is_lines = picture.shape is Shape.LINES
        kind = {"type": "line" if is_lines else "bar"}
        if picture.shape is Shape.STACKED:
            kind["subtype"] = "stacked"
        chart = self.workbook.add_chart(kind)
        for series, cells in zip(picture.series, found, strict=True):
            chart.add_series(
                {
                    "name": series.name,
                    "categories": cells.categories,
                    "values": cells.values,
                    **_look(series, is_lines, cells.n),
                }
            )
        for level, cells in zip(picture.levels, levels, strict=False):
            style = STYLES[level.look]
            chart.add_series(
                {
                    "name": level.name,
                    "categories": cells.categories,
                    "values": cells.values,
                    "line": {
                        "color": style.colour,
                        "width": 1.25,
                        "dash_type": _DASHES[style.dash],
                    },
                    "marker": {"type": "none"},
                    **_label_of_last(cells.n, style.text),
                }
            )
        n_bars = max(cells.n for cells in found)
        beside = len(found) if picture.shape is Shape.BARS else 1
        height = 360 if is_lines else 110 + n_bars * (10 + 8 * beside)
        chart.set_size({"width": 760, "height": height})
        chart.set_title(
            {
                "name": picture.title,
                "name_font": {"size": 12, "bold": True, "color": INK},
                "overlay": False,
            }
        )
        is_labelled = is_lines or len(found) == 1
        chart.set_legend({"none": True} if is_labelled else {"position": "top"})
        _set_axes(chart, picture, is_lines)
        return chart, height


def _set_axes(chart: Chart, picture: Picture, is_lines: bool) -> None:
    font = {"num_font": {"size": 9, "color": INK}}
    unit = {"name": picture.unit, "name_font": {"size": 9, "bold": False}}
    grid = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    if is_lines:
        chart.set_x_axis(font | {"num_format": "[$-406]mmm yyyy", "text_axis": True})
        chart.set_y_axis(font | grid | unit | {"num_format": "#,##0", "min": 0})
        chart.show_na_as_empty_cell()
    else:
        # In the order of the table, from the top.
        chart.set_y_axis(font | {"reverse": True, "interval_unit": 1})
        chart.set_x_axis(font | grid | unit | {"num_format": "#,##0", "min": 0})


def _look(series: Series, is_lines: bool, n: int) -> dict[str, Any]:
    style = STYLES[series.look]
    if not is_lines:
        return {"gap": 40, **_fill(style)}
    return {
        "line": {
            "color": style.colour,
            "width": 2.25,
            "dash_type": _DASHES[style.dash],
        },
        "marker": {
            "type": style.mark.value,
            "size": 5,
            "fill": {"color": style.colour},
            "border": {"color": style.colour},
        },
        **_label_of_last(n, style.text),
    }


def _fill(style: Style) -> dict[str, Any]:
    """What a bar looks like, which black and white tell apart too."""
    if style.hatch is Hatch.NONE:
        return {"fill": {"color": style.colour}}
    return {
        "pattern": {
            "pattern": _HATCHES[style.hatch],
            "fg_color": style.colour,
            "bg_color": "#FFFFFF",
        },
        "border": {"color": style.colour},
    }


def _label_of_last(n: int, colour: str) -> dict[str, Any]:
    """The name of a line at its end, instead of a legend."""
    return {
        "data_labels": {
            "series_name": True,
            "value": False,
            "position": "above",
            "font": {"color": colour, "bold": True, "size": 9},
            "custom": [{"delete": True}] * (n - 1) + [{}],
        }
    }


def _found(series: Series, placed: Sequence[_Placed]) -> _Cells | None:
    """The cells of a table in which a series stands, if there are any."""
    return next((cells for one in placed for cells in _columns(series, one)), None)


def _columns(series: Series, placed: _Placed) -> Iterator[_Cells]:
    table = placed.table
    places = {_key(row): number for number, row in enumerate(table.rows)}
    rows = [places.get(key) for key, _ in series.points]
    if not rows or None in rows:
        return
    first, last = min(rows), max(rows)
    if len(rows) != last - first + 1:
        return  # others stand between them
    for column in range(len(table.columns)):
        if all(
            table.rows[row].figures[column] == figure
            for row, (_, figure) in zip(rows, series.points, strict=True)
        ):
            yield _Cells(placed, column, first, last)


def _key(row: Row) -> date | str:
    return row.month or row.header


def _is_drawn_as_it_stands(
    picture: Picture, series: Series, cells: _Cells | None
) -> bool:
    """Whether a chart of these cells shows the series: Excel draws a line through a
    text as through 0."""
    has_gaps = any(figure.state is not State.SHOWN for _, figure in series.points)
    return cells is not None and not (picture.shape is Shape.LINES and has_gaps)


def _table_of(picture: Picture, found: Sequence[_Cells | None]) -> Table:
    """What of a picture is drawn from cells of its own."""
    drawn = [
        (series.name, dict(series.points))
        for series, cells in zip(picture.series, found, strict=True)
        if not _is_drawn_as_it_stands(picture, series, cells)
    ]
    keys = list(dict.fromkeys(key for s in picture.series for key, _ in s.points))
    if picture.shape is Shape.LINES:  # a line needs a cell a month
        drawn += [
            (level.name, dict.fromkeys(keys, Figure(Kind.PCT, level.value)))
            for level in picture.levels
        ]
    none = Figure(Kind.TEXT, "")
    return Table(
        f"{picture.name}_diagram",
        f"Til diagrammet: {picture.title}",
        "Måned" if picture.shape is Shape.LINES else "Område",
        tuple(
            Column(name, name, next(figure.kind for figure in points.values()))
            for name, points in drawn
        ),
        tuple(
            Row(
                numbers.month(key) if isinstance(key, date) else key,
                tuple(points.get(key, none) for _, points in drawn),
                month=key if isinstance(key, date) else None,
            )
            for key in keys
        ),
    )


def _write(
    sheet: Worksheet, line: int, column: int, figure: Figure, look: Format
) -> None:
    """A figure as a number, a day or a text of its own kind."""
    if figure.state is not State.SHOWN:
        sheet.write_string(line, column, numbers.text(figure), look)
        return
    match figure.value:
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
            columns.append([row.area_code for row in table.rows])
        for number in range(len(table.columns)):
            columns.append([numbers.text(row.figures[number]) for row in table.rows])
        for place, (head, cells) in enumerate(
            zip(flat.heads(table), columns, strict=True)
        ):
            longest_word = max(map(len, head.split())) + _BUTTON
            needed = max([*map(len, cells), longest_word, 9 if place else 22]) + 1.5
            needed = min(needed, _MOST_LETTERS)
            if place < len(widths):
                widths[place] = max(widths[place], needed)
            else:
                widths.append(needed)
    return widths


def _lines(text: str, letters: float) -> int:
    """How many lines a text takes."""
    return max(1, ceil(len(text) / letters))


def _lines_of_heads(heads: Sequence[str]) -> int:
    return max(min(len(head.split()), _lines(head, 12)) for head in heads)
