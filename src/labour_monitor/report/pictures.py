"""Pictures of the report as SVG.

A picture is 460 units wide, so that its text is still 11 pixels high where a phone
shows it 340 pixels wide. Room is left by the number of letters, never by the measures
of a font: the same picture has the same bytes on every machine.

No chart library draws them. Where the names of lines and levels stand is decided here
in any case, and Vega took a hundred times as long for the rest: 15 seconds for the
pages of all municipalities, with other bytes where other fonts were installed.
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from labour_monitor.report import numbers
from labour_monitor.report.document import (
    Figure,
    Level,
    Look,
    Picture,
    Series,
    Shape,
    State,
)
from labour_monitor.report.drawing import FONT, LINE, Drawing, width_of
from labour_monitor.report.looks import BAND, FAINT, GRID, INK, STYLES

WIDTH = 460
PLOT_HEIGHT = 260
"""Of lines over months."""
ROW = 24
"""Of a bar, with what is between it and the next."""
BAR = 17
"""Of a bar itself."""
MOST_LETTERS = 18
"""Of a line of the name of a line, before it goes on in the next."""
MOST_BAR_LETTERS = 20
"""Of a line of the name of a bar."""
_ROOM_OF_A_MONTH = 44
MOST_MARKED = 13
"""With more months than this, a line has its mark at its ends alone."""

WHITE_ON = (Look.PARTICIPATING, Look.COUNTRY)
"""White text stands out from their bars."""
_TOTAL = "I alt"
"""Above what the parts of each bar are together."""

SHORT_MEANINGS = {
    numbers.ZERO: "nul",
    numbers.HIDDEN: "holdt tilbage",
    numbers.NOT_APPLICABLE: "kan ikke forekomme",
}
"""What a symbol means, in the line below a picture."""


def svg(
    picture: Picture, key: str = "billede", names: tuple[int, int] | None = None
) -> str:
    """A picture as an SVG element. Its title and description are read aloud.

    Args:
        picture: what it shows.
        key: what its ids begin with; on a page no other picture has the same.
        names: of the bars that have one each, those from the first to before the
            second alone; the axis is that of them all.
    """
    drawing = Drawing(key)
    match picture.shape:
        case Shape.LINES:
            box = _lines(picture, drawing)
        case Shape.BARS:
            box = _bars(picture, drawing, names)
        case Shape.STACKED:
            box = _stacked(picture, drawing, names)
    return drawing.svg(box, picture.title, picture.description)


@dataclass(frozen=True)
class _Axis:
    """Even steps from `low` to `high`, laid along `length` units."""

    low: float
    high: float
    step: float
    length: float

    @property
    def values(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * index for index in range(count + 1)]

    def at(self, value: float) -> float:
        """How far from its beginning a value lies."""
        return (value - self.low) / (self.high - self.low) * self.length


def _axis(picture: Picture, values: Iterable[float], most: int, length: float) -> _Axis:
    """An axis with 0 and all values, with at most so many steps of whole numbers."""
    values = [0.0, *values, *(float(level.value) for level in picture.levels)]
    low, high = min(values), max(values)
    if low == high:
        high = 1.0
    magnitude = 10 ** math.floor(math.log10(high - low))
    for factor in (0.1, 0.2, 0.5, 1, 2, 5):
        step = max(factor * magnitude, 1.0)
        # Shares of a whole that were rounded may add up to a little more than it.
        first, last = math.floor(low / step), math.ceil(high / step - 0.005)
        if last - first <= most:
            break
    return _Axis(first * step, last * step, step, length)


def _shown(figures: Iterable[Figure]) -> list[float]:
    return [float(each.value) for each in figures if each.state is State.SHOWN]


def _figures(picture: Picture) -> list[Figure]:
    return [figure for series in picture.series for _, figure in series.points]


# Lines


def _lines(picture: Picture, drawing: Drawing) -> tuple[float, float, float, float]:
    """Months from left to right, from 0 upwards. The origin is above the plot's left
    edge."""
    months = sorted({month for series in picture.series for month, _ in series.points})
    up = _axis(picture, _shown(_figures(picture)), 5, PLOT_HEIGHT)
    names = [series.name for series in picture.series]
    left = 10 + max(width_of(numbers.count(round(value))) for value in up.values)
    right = 16 + max(
        width_of(line)
        for name in [*names, "100,00"]
        for line in textwrap.wrap(name, MOST_LETTERS)
    )
    width = WIDTH - left - right
    # Half a month beside the first and the last; months of no figure have their place.
    since = {month: _months_between(months[0], month) for month in months}
    wide = width / (since[months[-1]] + 1)
    places = {month: (since[month] + 0.5) * wide for month in months}
    hidden = [
        month
        for month in months
        if any(
            point == month and figure.state is State.HIDDEN
            for series in picture.series
            for point, figure in series.points
        )
    ]
    for month in hidden:
        drawing.bar(places[month] - wide / 2, 0, wide, PLOT_HEIGHT, BAND)
    for value in up.values:
        y = PLOT_HEIGHT - up.at(value)
        drawing.line([(0, y), (width, y)], FAINT if value == 0 else GRID, 1)
        drawing.text(-8, y, numbers.count(round(value)), FAINT, anchor="end")
    for month in hidden:
        x, y = places[month], PLOT_HEIGHT - 10
        drawing.text(x, y, numbers.HIDDEN, FAINT, anchor="middle", is_edged=True)
    paths = [_path(series, places, up) for series in picture.series]
    for level in picture.levels:
        y = PLOT_HEIGHT - up.at(float(level.value))
        style = STYLES[level.look]
        drawing.line([(0, y), (width, y)], style.colour, 1.5, style.dash)
    for series, path in zip(picture.series, paths, strict=True):
        _line(series, path, wide, len(months) <= MOST_MARKED, drawing)
    points = [point for path in paths for point in path if point]
    _level_names(picture.levels, points, up, width, drawing)
    _month_names(places, drawing)
    _line_names(picture.series, paths, width + 10, drawing)
    bottom = PLOT_HEIGHT + 50
    if hidden:
        drawing.text(0, bottom + 4, _HIDDEN_MONTH, FAINT)
        bottom += 20
    return -left, -28, WIDTH, bottom + 28


def _months_between(first: date, month: date) -> int:
    return 12 * (month.year - first.year) + month.month - first.month


_HIDDEN_MONTH = f"{numbers.HIDDEN} mindst ét af månedens tal er holdt tilbage"

_NOTHING_OF = "2 5"
"""Dots over months that the picture has nothing of."""
_Path = list[tuple[float, float] | None]


def _path(series: Series, places: dict[date, float], up: _Axis) -> _Path:
    """Where each month's figure lies; none where none is shown."""
    figures = dict(series.points)
    return [
        (x, PLOT_HEIGHT - up.at(float(figures[month].value)))
        if month in figures and figures[month].state is State.SHOWN
        else None
        for month, x in places.items()
    ]


def _line(
    series: Series, path: _Path, wide: float, is_marked: bool, drawing: Drawing
) -> None:
    """A line, broken where no figure is shown, with its mark at the ends of each piece
    or at every month. It is thin over months that the picture has nothing of.

    Args:
        wide: how wide a month is.
    """
    style = STYLES[series.look]
    for is_none, piece in itertools.groupby(path, lambda point: point is None):
        if is_none:
            continue
        points = [point for point in piece if point]
        pieces = [points[:1]]
        for before, point in itertools.pairwise(points):
            if point[0] - before[0] > 1.5 * wide:
                drawing.line([before, point], style.colour, 0.8, _NOTHING_OF)
                pieces.append([])
            pieces[-1].append(point)
        for each in pieces:
            if len(each) > 1:
                drawing.line(each, style.colour, 2.5, style.dash)
        ends = [end for each in pieces for end in dict.fromkeys((each[0], each[-1]))]
        for point in points if is_marked else ends:
            drawing.mark(*point, style)


def _month_names(places: dict[date, float], drawing: Drawing) -> None:
    """The year stands below a month where the name before is of another."""
    year = None
    for month in _named(places):
        name, _ = numbers.short_month(month).rsplit(" ", 1)
        x, y = places[month], PLOT_HEIGHT + 16
        drawing.text(x, y, name, FAINT, anchor="middle")
        if month.year != year:
            drawing.text(x, y + LINE, str(month.year), FAINT, anchor="middle")
        year = month.year


def _named(places: dict[date, float]) -> list[date]:
    """The months that are named, as many as there is room for: in even steps from the
    first to the last where they follow each other, and else from both ends on."""
    months = list(places)
    n, room = len(months) - 1, _ROOM_OF_A_MONTH
    is_even = n and _months_between(months[0], months[-1]) == n
    if is_even:
        pitch = places[months[1]] - places[months[0]]
        steps = [step for step in range(1, n + 1) if not n % step]
        # A prime number of steps would leave the two ends alone.
        step = next((each for each in steps if room <= each * pitch <= 2.5 * room), 0)
        if step:
            return months[::step]
    named: list[date] = []
    for month in (months[-1], months[0], *reversed(months)):
        if all(abs(places[month] - places[other]) >= room for other in named):
            named.append(month)
    return sorted(named)


def _level_names(
    levels: Sequence[Level],
    points: Sequence[tuple[float, float]],
    up: _Axis,
    width: float,
    drawing: Drawing,
) -> None:
    """The name of each level stands at it where the fewest lines run: above it at the
    left, if none does."""
    for level in levels:
        y = PLOT_HEIGHT - up.at(float(level.value))
        wide = width_of(level.name)
        last = max(0.0, width - wide)

        def crossed(place: tuple[float, int], y: float = y, wide: float = wide) -> int:
            start, side = place
            near = sorted((y + side * 2, y + side * 2 * FONT))
            return sum(
                start - 12 <= x <= start + wide + 12 and near[0] <= point <= near[1]
                for x, point in points
            )

        places = itertools.product((0.0, last / 2, last), (-1, 1))
        start, side = min(places, key=crossed)
        colour = STYLES[level.look].text
        drawing.text(start, y + side * (FONT * 0.75), level.name, colour, is_edged=True)


def _line_names(
    series: Sequence[Series], paths: Sequence[_Path], x: float, drawing: Drawing
) -> None:
    """The names of the lines with their last figures, each beside the end of its own
    and none upon another."""
    blocks = []
    for each, path in zip(series, paths, strict=True):
        shown = [point for point in path if point]
        if shown:
            _, last = max(each.points)
            lines = [*textwrap.wrap(each.name, MOST_LETTERS), numbers.text(last)]
            blocks.append((shown[-1][1], lines, STYLES[each.look].text))
    blocks.sort(key=lambda block: block[0])
    tops = apart([(centre, LINE * len(lines)) for centre, lines, _ in blocks])
    for top, (_, lines, colour) in zip(tops, blocks, strict=True):
        for index, line in enumerate(lines):
            is_figure = index == len(lines) - 1
            drawing.text(x, top + LINE * (index + 0.5), line, colour, is_bold=is_figure)


def apart(blocks: Sequence[tuple[float, float]]) -> list[float]:
    """The tops of blocks (centre, height) in their order, each as near to its centre as
    there is room for. Those that would meet are moved together, half to each side."""
    gap, highest, lowest = 3.0, -20.0, PLOT_HEIGHT + 6.0
    groups: list[tuple[float, float, list[float]]] = []
    for centre, height in blocks:
        group = (centre, height, [height])
        while (
            groups and groups[-1][0] + groups[-1][1] / 2 + gap > group[0] - group[1] / 2
        ):
            above = groups.pop()
            heights = above[2] + group[2]
            shares = len(above[2]) / len(heights), len(group[2]) / len(heights)
            group = (
                above[0] * shares[0] + group[0] * shares[1],
                above[1] + gap + group[1],
                heights,
            )
        groups.append(group)
    tops, free = [], highest
    for centre, tall, heights in groups:
        free = max(free, min(centre - tall / 2, lowest - tall))
        for height in heights:
            tops.append(free)
            free += height + gap
    # What was pushed over the edge goes up again, and pushes what is above it.
    for index in range(len(tops) - 1, -1, -1):
        below = tops[index + 1] - gap if index + 1 < len(tops) else lowest
        tops[index] = min(tops[index], below - blocks[index][1])
    return tops


# Bars


@dataclass(frozen=True)
class _Bar:
    """A bar: its series, where its parts begin and end, and what stands at its end."""

    middle: float
    parts: tuple[tuple[Look, float, float], ...]
    end: float
    text: str
    is_figure: bool


def n_bars(picture: Picture) -> int | None:
    """How many bars a picture has, where each has a name of its own."""
    groups = _groups(picture)
    is_split = picture.shape is Shape.BARS and any(len(g) > 1 for g in groups.values())
    return None if picture.shape is Shape.LINES or is_split else len(groups)


def _bars(
    picture: Picture, drawing: Drawing, drawn: tuple[int, int] | None
) -> tuple[float, float, float, float]:
    """Bars from 0, each with its figure at its end, or within it where a level is."""
    bars, names, y = [], [], 0.0
    for name, parts in _groups(picture).items():
        names.append((name, y + ROW * len(parts) / 2, _is_pooled(parts)))
        for series, figure in parts:
            is_shown = figure.state is State.SHOWN
            end = float(figure.value) if is_shown else 0.0
            laid = ((series.look, 0.0, end),) if end else ()
            text = numbers.text(figure)
            bars.append(_Bar(y + ROW / 2, laid, end, text, is_shown))
            y += ROW
        y += ROW / 3 if len(parts) > 1 else 0.0
    return _laid(picture, bars, names, y, drawing, drawn)


def _stacked(
    picture: Picture, drawing: Drawing, drawn: tuple[int, int] | None
) -> tuple[float, float, float, float]:
    """Bars from 0 whose parts are laid end to end. What they are together stands at the
    right. Where nothing does, a part that is withheld leaves its symbol after those
    that are shown."""
    bars, names, y = [], [], 0.0
    for name, parts in _groups(picture).items():
        end, laid, text = 0.0, [], ""
        for series, figure in parts:
            if figure.state is State.HIDDEN:
                text = "" if picture.totals else numbers.HIDDEN
            elif figure.value:
                start, end = end, end + float(figure.value)
                laid.append((series.look, start, end))
        names.append((name, y + ROW / 2, False))
        bars.append(_Bar(y + ROW / 2, tuple(laid), end, text, False))
        y += ROW
    return _laid(picture, bars, names, y, drawing, drawn)


def _groups(picture: Picture) -> dict[str, list[tuple[Series, Figure]]]:
    """The bars by the name before them, in the order in which they come."""
    groups: dict[str, list[tuple[Series, Figure]]] = {}
    for series in picture.series:
        for name, figure in series.points:
            groups.setdefault(name, []).append((series, figure))
    return groups


def _is_pooled(parts: Sequence[tuple[Series, Figure]]) -> bool:
    pooled = (Look.PARTICIPATING, Look.COUNTRY)
    return len(parts) == 1 and parts[0][0].look in pooled


def _laid(
    picture: Picture,
    bars: Sequence[_Bar],
    names: Sequence[tuple[str, float, bool]],
    height: float,
    drawing: Drawing,
    drawn: tuple[int, int] | None,
) -> tuple[float, float, float, float]:
    """Bars on their axis, with the names before them and the levels across. The origin
    is where the axis begins, above the first bar."""
    lines = {name: textwrap.wrap(name, MOST_BAR_LETTERS) for name, _, _ in names}
    longest = max(
        width_of(line, is_pooled)
        for name, _, is_pooled in names
        for line in lines[name]
    )
    texts = max(width_of(bar.text) for bar in bars) + 8
    left = 12 + longest + (texts if any(bar.end < 0 for bar in bars) else 0)
    totals = {name: numbers.text(figure) for name, figure in picture.totals}
    right = max(texts, 16.0)
    if totals:
        right = 20 + max(width_of(text, True) for text in (_TOTAL, *totals.values()))
    width = WIDTH - left - right
    ends = [side for bar in bars for _, *sides in bar.parts for side in sides]
    widest = max(width_of(numbers.count(round(end))) for end in [*ends, 100])
    most = max(2, int(width // (widest + 16)))
    along = _axis(picture, ends, most, width)
    if drawn is not None:
        first, end = drawn
        height, up = (end - first) * ROW, first * ROW
        bars = [replace(bar, middle=bar.middle - up) for bar in bars[first:end]]
        names = [(name, y - up, pooled) for name, y, pooled in names[first:end]]

    levels = [float(level.value) for level in picture.levels]
    for value in along.values:
        x = along.at(value)
        drawing.line([(x, 0), (x, height)], GRID, 1)
        text = numbers.count(round(value))
        # The line of a level begins above it.
        drawing.text(x, -11, text, FAINT, anchor="middle", is_edged=bool(levels))
    has_several = any(len(parts) > 1 for parts in _groups(picture).values())
    for bar in bars:
        for look, start, end in bar.parts:
            x, stop = sorted((along.at(start), along.at(end)))
            style = STYLES[look]
            fill = drawing.fill(style) if has_several else style.colour
            # What is laid end to end is parted by a white line.
            drawing.bar(x, bar.middle - BAR / 2, max(stop - x - 0.8, 0.6), BAR, fill)
    zero = along.at(0)
    drawing.line([(zero, 0), (zero, height)], INK, 1)
    above = 20.0
    for level in picture.levels:
        above += LINE
        _upright(level, along, above, height, drawing)
    across = [along.at(value) for value in (*levels, *along.values) if value]
    for bar in (bar for bar in bars if bar.text):
        is_left = bar.end < 0
        wide, end = width_of(bar.text), along.at(bar.end)
        start = end - wide - 5 if is_left else end + 3
        is_at_level = any(start < along.at(x) < start + wide + 2 for x in levels)
        if is_at_level and bar.parts[-1][0] in WHITE_ON and wide + 8 < end - zero:
            # A level that a figure stood upon could not be seen.
            drawing.text(end - 5, bar.middle, bar.text, "#fff", anchor="end")
            continue
        if any(start < x < start + wide + 2 for x in across):
            # A line goes on behind the figure.
            drawing.bar(start, bar.middle - BAR / 2, wide + 2, BAR, "#fff")
        drawing.text(
            along.at(bar.end) + (-5 if is_left else 5),
            bar.middle,
            bar.text,
            INK if bar.is_figure else FAINT,
            anchor="end" if is_left else "start",
        )
    before = -8 - (left - 12 - longest)
    for name, middle, is_pooled in names:
        first = middle - (len(lines[name]) - 1) * FONT / 2
        for index, line in enumerate(lines[name]):
            y = first + index * FONT
            drawing.text(before, y, line, INK, anchor="end", is_bold=is_pooled)
    if totals:
        edge = width + right - 4
        drawing.text(edge, -11, _TOTAL, FAINT, anchor="end")
        for name, middle, is_pooled in names:
            drawing.text(
                edge, middle, totals[name], INK, anchor="end", is_bold=is_pooled
            )
    if has_several:
        above += _key(picture.series, 4 - left, above, drawing)
    signs = {
        numbers.symbol(figure)
        for figure in (*_figures(picture), *(each for _, each in picture.totals))
    }
    written = {*(bar.text for bar in bars), *totals.values()}
    said = [
        f"{sign} {meaning}"
        for sign, meaning in SHORT_MEANINGS.items()
        if sign in signs & written
    ]
    bottom = height + 8
    if said:
        drawing.text(0, height + 16, "\u2003".join(said), FAINT)
        bottom += 20
    return -left, -above - 8, WIDTH, bottom + above + 8


def _upright(
    level: Level, along: _Axis, above: float, height: float, drawing: Drawing
) -> None:
    """A level across the bars, with its name above them."""
    style = STYLES[level.look]
    x = along.at(float(level.value))
    drawing.line([(x, -above + 11), (x, height)], style.colour, 1.5, style.dash)
    half = width_of(level.name) / 2
    centre = min(max(x, half - 40), along.length - half + 14)
    name, colour = level.name, style.text
    drawing.text(centre, -above, name, colour, anchor="middle", is_edged=True)


def _key(
    series: Sequence[Series], start: float, above: float, drawing: Drawing
) -> float:
    """The names of the series in the order of their bars, each after its colour, and
    how high they are."""
    lines: list[list[Series]] = [[]]
    used = 0.0
    for each in series:
        wide = width_of(each.name) + 36
        if lines[-1] and used + wide > WIDTH - 8:
            lines.append([])
            used = 0.0
        lines[-1].append(each)
        used += wide
    pitch = LINE * 1.2
    for number, line in enumerate(reversed(lines)):
        x, y = start, -above - LINE - 2 - number * pitch
        for each in line:
            style = STYLES[each.look]
            drawing.bar(x, y - 6.5, 13, 13, drawing.fill(style))
            drawing.text(x + 19, y, each.name, style.text)
            x += width_of(each.name) + 36
    return LINE + 2 + len(lines) * pitch - pitch / 2
