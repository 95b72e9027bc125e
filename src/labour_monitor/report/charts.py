"""Pictures of a report as native charts of Excel: which cells they draw, and how they
look.

A chart draws the cells of a table of its sheet. Where no table has them as they are
drawn (in another order, with a level, with gaps), it draws those of a table of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook

from labour_monitor.report import numbers
from labour_monitor.report.document import (
    Column,
    Figure,
    Kind,
    Picture,
    Row,
    Shape,
    State,
    Table,
)
from labour_monitor.report.looks import GRID, INK, STYLES, Hatch, Style

WIDTH = 800
"""In pixels."""
_HEIGHT_OF_LINES = 380
_AROUND, _BETWEEN, _BAR, _LEAST = 120, 5, 8, 240
"""Of bars, in pixels: around all of them, between those of two names, of each, and all
together at the least."""
_CLOSE = 0.06
"""Ends of lines that are nearer to each other, of the height, have no room for their
names."""
_MOST_MONTHS = 14
"""More than these are not all named."""
_FONT = {"size": 9, "color": INK}
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
    Hatch.RISING: "light_upward_diagonal",
    Hatch.FALLING: "light_downward_diagonal",
    Hatch.LEVEL: "light_horizontal",
}


@dataclass(frozen=True)
class Drawn:
    """What a chart draws: a table, the rows of it, and the columns of its series; after
    them those of the levels, in a table of its own."""

    picture: Picture
    table: Table
    is_own: bool
    columns: tuple[int, ...]
    first: int
    last: int

    @property
    def n_rows(self) -> int:
        return self.last - self.first + 1

    @property
    def is_lines(self) -> bool:
        return self.picture.shape is Shape.LINES

    @property
    def is_grouped(self) -> bool:
        """Whether a name has several bars, one below another."""
        series = self.picture.series
        n_names = len({name for one in series for name, _ in one.points})
        n_points = sum(len(one.points) for one in series)
        return self.picture.shape is Shape.BARS and n_points > n_names

    @property
    def height(self) -> int:
        """Of the chart, in pixels."""
        if self.is_lines:
            return _HEIGHT_OF_LINES
        n = len(self.columns) if self.is_grouped else 1
        return max(_AROUND + self.n_rows * (_BETWEEN + _BAR * n), _LEAST)


def drawn(picture: Picture, tables: Sequence[Table], name: str) -> Drawn:
    """The cells of a picture: of one of these tables, or of its own of this name."""
    for table in tables:
        if found := _standing_in(picture, table):
            return found
    table = _own(picture, name)
    columns = tuple(range(len(table.columns)))
    return Drawn(picture, table, True, columns, 0, len(table.rows) - 1)


def _standing_in(picture: Picture, table: Table) -> Drawn | None:
    is_lines = picture.shape is Shape.LINES
    figures = [figure for series in picture.series for _, figure in series.points]
    has_gaps = any(figure.state is not State.SHOWN for figure in figures)
    if picture.levels or (is_lines and has_gaps):
        return None  # a line needs a cell a month; one through a text goes through 0
    keys = [row.month or row.header for row in table.rows]
    columns = []
    for series in picture.series:
        names = [name for name, _ in series.points]
        if is_lines:  # Excel puts months in their order by itself
            names.sort(reverse=keys[:1] == [max(names)])
        if not names or names[0] not in keys:
            return None
        first = keys.index(names[0])
        last = first + len(names) - 1
        points = dict(series.points)
        if keys[first : last + 1] != names:
            return None
        of_series = [points[name] for name in names]
        found = [
            number
            for number in range(len(table.columns))
            if [row.figures[number] for row in table.rows[first : last + 1]]
            == of_series
        ]
        if not found:
            return None
        columns.append((found[0], first, last))
    if len({(first, last) for _, first, last in columns}) != 1:
        return None
    _, first, last = columns[0]
    return Drawn(picture, table, False, tuple(c for c, _, _ in columns), first, last)


def _own(picture: Picture, name: str) -> Table:
    """The figures of a picture as a table, in the order in which they are drawn."""
    is_lines = picture.shape is Shape.LINES
    keys = list(dict.fromkeys(key for s in picture.series for key, _ in s.points))
    by_column = {series.name: dict(series.points) for series in picture.series}
    if is_lines:
        for level in picture.levels:
            by_column[level.name] = dict.fromkeys(keys, Figure(Kind.PCT, level.value))
    nothing = Figure(Kind.TEXT, "")
    return Table(
        name,
        f"Tal til diagrammet: {picture.title}",
        "Måned" if is_lines else "Område",
        tuple(
            Column(name, name, next(figure.kind for figure in points.values()))
            for name, points in by_column.items()
        ),
        tuple(
            Row(
                numbers.month(key) if isinstance(key, date) else key,
                tuple(points.get(key, nothing) for points in by_column.values()),
                month=key if isinstance(key, date) else None,
            )
            for key in keys
        ),
    )


def chart(workbook: Workbook, of: Drawn, sheet: str, top: int, first: int) -> Chart:
    """A chart of cells.

    Args:
        workbook: where it is drawn.
        of: what it draws.
        sheet: the sheet of the table.
        top: the line of the table's first row.
        first: the column of its first figures.
    """
    kind = {"type": "line" if of.is_lines else "bar"}
    if of.picture.shape is Shape.STACKED:
        kind["subtype"] = "stacked"
    made = workbook.add_chart(kind)
    names = [(series.name, STYLES[series.look]) for series in of.picture.series]
    n_series = len(names)
    names += [(level.name, STYLES[level.look]) for level in of.picture.levels]
    has_labels = of.is_lines and _are_apart(of)
    lines = top + of.first, top + of.last
    for number, (column, (name, style)) in enumerate(
        zip(of.columns, names, strict=False)
    ):
        place = first + column
        made.add_series(
            {
                "name": name,
                "categories": [sheet, lines[0], 0, lines[1], 0],
                "values": [sheet, lines[0], place, lines[1], place],
                **(_line(style, number < n_series) if of.is_lines else _bar(style)),
                **({} if of.is_lines or of.is_grouped else {"overlap": 100}),
                **(_label(of, column, style) if has_labels else {}),
            }
        )
    made.set_size({"width": WIDTH, "height": of.height})
    font = {"size": 12, "bold": True, "color": INK}
    made.set_title({"name": of.picture.title, "name_font": font})
    # Where each name has one bar, it stands before the bar.
    is_named = of.picture.shape is Shape.BARS and not of.is_grouped
    is_plain = has_labels or is_named or len(of.columns) == 1
    made.set_legend({"none": True} if is_plain else {"position": "top", "font": _FONT})
    _set_axes(made, of)
    if has_labels:  # with room for the names beside the ends of the lines
        layout = {"x": 0.08, "y": 0.14, "width": 0.72, "height": 0.7}
        made.set_plotarea({"layout": layout})
    made.show_na_as_empty_cell()
    return made


def _are_apart(of: Drawn) -> bool:
    """Whether the ends of the lines have room for their names."""
    place = _newest(of)
    ends = [of.table.rows[place].figures[column].value for column in of.columns]
    values = [
        figure.value
        for row in of.table.rows[of.first : of.last + 1]
        for figure in row.figures
        if figure.state is State.SHOWN and figure.value is not None
    ]
    if None in ends:
        return False
    ends.sort()
    room = float(max(values)) * _CLOSE
    return all(b - a >= room for a, b in pairwise(ends))


def _newest(of: Drawn) -> int:
    rows = range(of.first, of.last + 1)
    return max(rows, key=lambda number: of.table.rows[number].month or date.min)


def _line(style: Style, has_marks: bool) -> dict[str, Any]:
    colour = {"color": style.colour}
    marker: dict[str, Any] = {"type": "none"}
    if has_marks:
        mark = style.mark.value
        marker = {"type": mark, "size": 5, "fill": colour, "border": colour}
    width = 2.25 if has_marks else 1.25
    line = {**colour, "width": width, "dash_type": _DASHES[style.dash]}
    return {"line": line, "marker": marker}


def _bar(style: Style) -> dict[str, Any]:
    """What a bar looks like, which black and white tell apart too."""
    if style.hatch is Hatch.NONE:
        return {"fill": {"color": style.colour}, "gap": 45}
    pattern = {
        "pattern": _HATCHES[style.hatch],
        "fg_color": "#FFFFFF",
        "bg_color": style.colour,
    }
    return {"pattern": pattern, "border": {"color": style.colour}, "gap": 45}


def _label(of: Drawn, column: int, style: Style) -> dict[str, Any]:
    """The name of a line at its end, instead of a legend."""
    newest = _newest(of) - of.first
    label = {"delete": True}
    return {
        "data_labels": {
            "series_name": True,
            "value": False,
            "position": "right",
            "font": {"color": style.text, "bold": True, "size": 9},
            "custom": [
                {} if number == newest else label for number in range(of.n_rows)
            ],
        }
    }


def _set_axes(made: Chart, of: Drawn) -> None:
    font = {"num_font": _FONT}
    values = {
        **font,
        "name": of.picture.unit,
        "name_font": {**_FONT, "bold": False},
        "major_gridlines": {"visible": True, "line": {"color": GRID}},
        "num_format": "#,##0",
        "min": 0,
    }
    if of.is_lines:
        months = {
            "date_axis": True,
            "num_format": "[$-406]mmm yyyy",
            "major_unit": 1 if of.n_rows <= _MOST_MONTHS else 3,
            "major_unit_type": "months",
        }
        made.set_x_axis(font | months)
        made.set_y_axis(values)
    else:
        # From the top, in the order of the table; Excel calls it the y axis.
        made.set_y_axis({**font, "reverse": True, "interval_unit": 1})
        made.set_x_axis(values)
