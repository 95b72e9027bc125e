"""Lines, bars, marks and texts as an SVG element, in its own units."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from labour_monitor.report.looks import Hatch, Mark, Style

FONT = 15
LINE = 18
"""From one line of text to the next."""

Point = tuple[float, float]

_HATCHES = {
    Hatch.RISING: "M-2 2L2-2M 0 8L8 0M6 10L10 6",
    Hatch.FALLING: "M-2 6L2 10M 0 0L8 8M6-2L10 2",
    Hatch.LEVEL: "M 0 2H8M 0 6H8",
}


def width_of(text: str, is_bold: bool = False) -> float:
    """About how wide a text is, by the number of its letters: the fonts of those who
    look at it are not known. Those that are wide, as DejaVu Sans, are wide in bold."""
    return len(text) * (0.7 if is_bold else 0.56) * FONT


class Drawing:
    """What is drawn later lies above what was drawn before, and texts above all."""

    def __init__(self, key: str) -> None:
        self._key = key
        """It makes the ids of this drawing its own on a page with others."""
        self._parts: list[str] = []
        self._texts: list[str] = []
        self._edged: list[str] = []
        self._patterns: dict[str, str] = {}

    def line(
        self, points: Sequence[Point], colour: str, width: float, dash: str = ""
    ) -> None:
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{_n(width)}"{dashes}/>'
        )

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
            f'height="{_n(height)}" fill="{fill}"/>'
        )

    def fill(self, style: Style) -> str:
        """The colour of a bar with its pattern."""
        if not style.hatch:
            return style.colour
        name = f"{self._key}-{style.colour[1:]}"
        self._patterns[name] = (
            f'<pattern id="{name}" width="8" height="8" '
            f'patternUnits="userSpaceOnUse"><rect width="8" height="8" '
            f'fill="{style.colour}"/><path d="{_HATCHES[style.hatch]}" '
            f'stroke="#fff" stroke-width="1.2" stroke-opacity=".7"/></pattern>'
        )
        return f"url(#{name})"

    def mark(self, x: float, y: float, style: Style) -> None:
        match style.mark:
            case Mark.CIRCLE:
                shape = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4"'
            case Mark.SQUARE:
                shape = f'<path d="M{_n(x - 3.5)} {_n(y - 3.5)}h7v7h-7z"'
            case Mark.DIAMOND:
                shape = f'<path d="M{_n(x)} {_n(y - 5)}l5 5l-5 5l-5-5z"'
            case Mark.TRIANGLE:
                shape = f'<path d="M{_n(x)} {_n(y - 5)}l5 9h-10z"'
        self._parts.append(f'{shape} fill="{style.colour}"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        *,
        anchor: str = "start",
        is_bold: bool = False,
        is_edged: bool = False,
    ) -> None:
        """A text whose middle is at `y`. Where it stands among lines it has a white
        edge, so that none runs through it: in a PDF each letter then is a drawing."""
        anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
        weight = ' font-weight="bold"' if is_bold else ""
        texts = self._edged if is_edged else self._texts
        texts.append(
            f'<text x="{_n(x)}" y="{_n(y + 0.35 * FONT)}" fill="{colour}"'
            f"{anchored}{weight}>{escape(text, quote=False)}</text>"
        )

    def svg(
        self,
        box: tuple[float, float, float, float],
        title: str,
        description: str,
    ) -> str:
        """The element, which shows what lies in the box (left, top, width, height)."""
        key, (_, _, width, height) = self._key, box
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="{" ".join(_n(side) for side in box)}" width="{_n(width)}" '
            f'height="{_n(height)}" aria-labelledby="{key}-t" '
            f'aria-describedby="{key}-d" font-family="sans-serif" '
            f'font-size="{FONT}">'
            f'<title id="{key}-t">{escape(title, quote=False)}</title>'
            f'<desc id="{key}-d">{escape(description, quote=False)}</desc>'
            f"<defs>{''.join(self._patterns.values())}</defs>{''.join(self._parts)}"
            f"{''.join(self._texts)}{_on_white(self._edged)}</svg>"
        )


def _on_white(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    return (
        f'<g stroke="#fff" stroke-width="4" stroke-linejoin="round" '
        f'paint-order="stroke">{"".join(texts)}</g>'
    )


def _n(value: float) -> str:
    """A number as short as it can be, to a tenth of a unit."""
    return f"{round(value, 1) + 0.0:g}"
