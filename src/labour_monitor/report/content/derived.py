"""What the report derives, of shown figures alone: where one that it needs is withheld,
the outcome is withheld too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from labour_monitor.report.document import Figure, Kind, State, Value


def of(kind: Kind, work: Callable[..., Value], *figures: Figure) -> Figure:
    """A figure worked out of others; there is none where `work` gives None."""
    states = {figure.state for figure in figures}
    for state in (State.HIDDEN, State.NOT_APPLICABLE):
        if state in states:
            return Figure(kind, None, state, is_derived=True)
    value = work(*(figure.value for figure in figures))
    state = State.NOT_APPLICABLE if value is None else State.SHOWN
    return Figure(kind, value, state, is_derived=True)


def distance(share: Figure, requirement: int) -> Figure:
    """From a share to a requirement: negative below it."""
    return of(Kind.POINTS, lambda value: value - requirement, share)


def missing(measured: Figure, fulfilled: Figure, requirement: int) -> Figure:
    """How many more would have to fulfil the requirement, as matters stand."""
    return of(
        Kind.COUNT,
        lambda m, f: max(-((100 * f - requirement * m) // 100), 0) if m else None,
        measured,
        fulfilled,
    )


def meets(
    share: Figure, measured: Figure, fulfilled: Figure, requirement: int
) -> bool | None:
    """Whether a share is at least the requirement, in whole numbers (R3, R4); None
    where that is not known. Of the rounded share alone it is known unless it is just
    the requirement."""
    if State.SHOWN is measured.state is fulfilled.state and measured.value:
        return 100 * fulfilled.value >= requirement * measured.value
    if share.state is not State.SHOWN or share.value == requirement:
        return None
    return share.value > requirement


def share(part: Figure, whole: Figure) -> Figure:
    """A share in per cent, rounded half up from the exact quotient."""
    return of(
        Kind.PCT,
        lambda n, of_all: (
            (Decimal(100 * n) / of_all).quantize(Decimal("0.01"), ROUND_HALF_UP)
            if of_all
            else None
        ),
        part,
        whole,
    )


def difference(new: Figure, old: Figure) -> Figure:
    """How much a figure changed: of shares in percentage points."""
    kind = Kind.POINTS if new.kind is Kind.PCT else Kind.CHANGE
    return of(kind, lambda after, before: after - before, new, old)


def within(total: Figure, part: Figure) -> Figure:
    """A part of a total as it is drawn: withheld where the total is."""
    if total.state is State.HIDDEN:
        return Figure(part.kind, None, State.HIDDEN, is_derived=True)
    return part


def rest(total: Figure, parts: Iterable[Figure]) -> Figure:
    """What of a shown share is left by those of its parts that are shown, where others
    are withheld; nothing where all are shown."""
    parts = list(parts)
    if all(part.state is State.SHOWN for part in parts):
        return Figure(total.kind, None, State.NOT_APPLICABLE, is_derived=True)
    shown = [part for part in parts if part.state is State.SHOWN]
    # Of rounded shares the difference can be a hundredth below nothing.
    return of(
        total.kind,
        lambda whole, *those: max(whole - sum(those), whole * 0),
        total,
        *shown,
    )
