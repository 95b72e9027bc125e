"""How each thing of a picture looks: its colour, dash, mark and pattern everywhere.

The colours are of Okabe and Ito's palette, which colour-blind people tell apart,
darkened until each has a contrast of 3:1 to white, and as text of 4.5:1. Dash, mark and
pattern tell apart in black and white what the colours do on a screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from labour_monitor.report.document import Look


class Mark(StrEnum):
    """What stands on a point of a line."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"


class Hatch(StrEnum):
    """White lines upon a bar."""

    NONE = ""
    RISING = "rising"
    FALLING = "falling"
    LEVEL = "level"


@dataclass(frozen=True)
class Style:
    """The colour of lines and bars, of their text, and what does without colour."""

    colour: str
    text: str
    dash: str = ""
    mark: Mark = Mark.CIRCLE
    hatch: Hatch = Hatch.NONE


INK = "#1a1a1a"
FAINT = "#595959"
"""Text of the axes, and of what is withheld."""
GRID = "#d9d9d9"
BAND = "#ececec"
"""Behind the months of which a figure is withheld."""

STYLES = {
    Look.PARTICIPATING: Style("#0072B2", "#005A8E", hatch=Hatch.RISING),
    Look.COUNTRY: Style("#6B6B6B", "#595959", "7 4", Mark.SQUARE, Hatch.LEVEL),
    Look.MUNICIPALITY: Style("#D55E00", "#A84900", "", Mark.TRIANGLE),
    Look.REQUIREMENT: Style(INK, INK, "2 3"),
    Look.LOWER_REQUIREMENT: Style(INK, INK, "9 4"),
    Look.ANDEN_YDELSE: Style("#00573F", "#00573F"),
    Look.AFGANG: Style("#C47F00", "#855600", "7 3", Mark.DIAMOND, Hatch.RISING),
    Look.VIRKSOMHEDSRETTET: Style(
        "#7A3E73", "#7A3E73", "2 2", Mark.SQUARE, Hatch.LEVEL
    ),
    Look.INDSATSGRUPPE: Style("#004E7A", "#004E7A"),
    Look.REHABILITERINGSGRUPPE: Style(
        "#2B8CC4", "#1F6E9C", "7 3", Mark.DIAMOND, Hatch.RISING
    ),
    Look.FRITAGELSESGRUPPE: Style(
        "#6B6B6B", "#595959", "2 2", Mark.SQUARE, Hatch.LEVEL
    ),
    Look.WITHHELD: Style("#949494", "#595959", "1 3", Mark.SQUARE, Hatch.FALLING),
    Look.FIRST: Style("#004E7A", "#004E7A"),
    Look.SECOND: Style("#C47F00", "#855600", "7 3", Mark.DIAMOND, Hatch.RISING),
    Look.THIRD: Style("#00684B", "#00684B", "2 2", Mark.SQUARE, Hatch.LEVEL),
    Look.FOURTH: Style("#B5527F", "#963F67", "9 3 2 3", Mark.TRIANGLE, Hatch.FALLING),
}
