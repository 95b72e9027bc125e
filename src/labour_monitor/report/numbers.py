"""How a figure is written in Danish, the same way on pages, in PDF and in sentences.

Symbols are those of Statistics Denmark, with what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from labour_monitor.report.document import Figure, Kind, State, Table

ZERO = "-"
HIDDEN = "•"
NOT_APPLICABLE = "."

MINUS = "\u2212"
"""The minus of typography: a hyphen stands for zero."""
SPACE = "\u00a0"
"""Between a number and its unit, which never part at the end of a line."""

_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_DANISH = str.maketrans(",.", ".,")


def count(value: int) -> str:
    """A whole number: 18.639."""
    return f"{value:,}".translate(_DANISH).replace("-", MINUS)


def decimal(value: Decimal, decimals: int = 2) -> str:
    """A number with decimals, rounded half up: 30,40."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    # A difference that rounds to nothing has no sign.
    return f"{rounded + 0:,f}".translate(_DANISH).replace("-", MINUS)


def signed(written: str) -> str:
    """A difference, with its sign before it; none has none."""
    is_none = not written.strip("0,")
    return written if is_none or written.startswith(MINUS) else f"+{written}"


def pct(value: Decimal, decimals: int = 2) -> str:
    """A share with its unit: 30,40 pct."""
    return f"{decimal(value, decimals)}{SPACE}pct."


def month_name(day: date) -> str:
    """The month alone: december."""
    return _MONTHS[day.month - 1]


def month(day: date) -> str:
    """The month of a day: december 2022."""
    return f"{month_name(day)} {day.year}"


def short_month(day: date) -> str:
    """A month where there is little room: dec. 2022."""
    name = month_name(day)
    return f"{name if len(name) <= 4 else f'{name[:3]}.'} {day.year}"


def day(value: date) -> str:
    """A date: 28. februar 2023."""
    return f"{value.day}. {month(value)}"


def text(figure: Figure) -> str:
    """A figure as it stands in a table, without its unit; a symbol where it is not
    shown or is nothing.

    A difference of nothing is 0: beside differences with a minus, a hyphen would be
    read as one.
    """
    if figure.state is State.HIDDEN:
        return HIDDEN
    if figure.state is State.NOT_APPLICABLE:
        return NOT_APPLICABLE
    value = figure.value
    match figure.kind:
        case Kind.COUNT:
            return count(value) if value else ZERO
        case Kind.PCT:
            written = decimal(value)
            return ZERO if written == "0,00" else written
        case Kind.POINTS:
            return signed(decimal(value))
        case Kind.CHANGE:
            return signed(count(value))
        case Kind.FLAG:
            return "Ja" if value else "Nej"
        case Kind.MONTH:
            return month(value)
        case Kind.DATE:
            return day(value)
        case Kind.TEXT:
            return value


def with_unit(figure: Figure) -> str:
    """A figure as it stands alone: with its unit, and nothing written as 0."""
    written = text(figure)
    if figure.state is not State.SHOWN:
        return written
    match figure.kind:
        case Kind.PCT:
            return pct(figure.value)
        case Kind.POINTS:
            return f"{written}{SPACE}procentpoint"
        case Kind.COUNT:
            return count(figure.value)
        case _:
            return written


def is_number(kind: Kind) -> bool:
    """Whether figures of this kind stand below each other by their digits."""
    return kind in (Kind.COUNT, Kind.PCT, Kind.POINTS, Kind.CHANGE)


MEANINGS = {
    ZERO: "nul; om en andel også, at den er under 0,005 pct.",
    HIDDEN: "tallet holdes tilbage, fordi det kunne røbe noget om enkelte personer",
    NOT_APPLICABLE: "der kan ikke være et tal",
}
"""What each symbol means, in the order in which they are explained."""


def symbol(figure: Figure) -> str | None:
    """The symbol that stands for a figure, if one does."""
    return text_and_symbol(figure)[1]


def text_and_symbol(figure: Figure) -> tuple[str, str | None]:
    """A figure as it stands in a table, and the same where that is a symbol."""
    written = text(figure)
    is_word = figure.kind is Kind.TEXT and figure.state is State.SHOWN
    return written, written if written in MEANINGS and not is_word else None


def symbols(figures: Iterable[Figure]) -> tuple[tuple[str, str], ...]:
    """The symbols that stand among these figures, each with what it means."""
    used = {symbol(figure) for figure in figures}
    return tuple((sign, said) for sign, said in MEANINGS.items() if sign in used)


def symbols_of(tables: Iterable[Table]) -> tuple[tuple[str, str], ...]:
    """The symbols that stand in these tables, each with what it means."""
    return symbols(
        figure for table in tables for row in table.rows for figure in row.figures
    )
