"""From what is hidden to the state of each cell."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa

from labour_monitor.disclosure.cells import Cell
from labour_monitor.disclosure.description import Kind
from labour_monitor.disclosure.earlier import HIDDEN, NOT_APPLICABLE, SHOWN
from labour_monitor.disclosure.knowledge import (
    KEPT_FLAGS,
    Knowledge,
    hides_number_reached,
)
from labour_monitor.disclosure.publications import OTHERS
from labour_monitor.disclosure.system import NONE

SMALL, COMPLEMENT, PROTECTS, EARLIER = "small", "complement", "protects", "earlier"

SCHEMA = pa.schema(
    [
        ("initiative", pa.string()),
        ("publication_date", pa.date32()),
        ("table", pa.string()),
        ("area_type", pa.string()),
        ("area_code", pa.string()),
        ("data_month", pa.date32()),
        ("measure", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("protects", pa.int64()),
    ]
)

State = tuple[str, str | None, int | None]
"""State, reason, and how many small counts the cell protects."""
OPEN: State = (SHOWN, None, None)
NOTHING: State = (NOT_APPLICABLE, None, None)

FEW = 3
"""A mean is shown where none or at least this many of its shares are hidden."""


def states_of(
    knowledge: Knowledge,
    cells: list[Cell],
    limit: int,
) -> list[dict[str, Any]]:
    """The rows of fct_disclosure of an initiative."""
    figures = knowledge.system.figures
    hidden_shares = _Shares(knowledge)
    rows = []
    for cell in cells:
        state, reason, protects = _state(knowledge, cell, limit, hidden_shares)
        area_type, area_code = figures.areas[cell.area]
        rows.append(
            {
                "initiative": figures.initiative,
                "publication_date": figures.publications[
                    cell.publication
                ].publication_date,
                "table": cell.table,
                "area_type": area_type,
                "area_code": area_code,
                "data_month": figures.months[cell.month],
                "measure": cell.measure.name,
                "state": state,
                "reason": reason,
                "protects": protects,
            }
        )
    return rows


def _state(
    knowledge: Knowledge,
    cell: Cell,
    limit: int,
    shares: _Shares,
) -> State:
    kind = cell.measure.kind
    if kind is Kind.COUNT:
        if not cell.numbers:
            return NOTHING if cell.value is None else OPEN
        return _of_number(knowledge, cell.numbers[0], limit)
    if kind is Kind.SHARE:
        return _of_share(knowledge, cell, limit)
    if kind is Kind.MEAN:
        if cell.value is None:
            return NOTHING
        few = shares.hidden(cell.publication, cell.month, cell)
        if few not in (0, *range(FEW, few + 1)):
            return HIDDEN, PROTECTS, few
    if kind in KEPT_FLAGS:
        return _of_flag(knowledge, cell)
    if kind is Kind.N_REACHED and hides_number_reached(
        knowledge, cell.publication, cell.month
    ):
        protects = set()
        for flags, found in knowledge.flags_protect.items():
            if flags[0] == cell.publication:
                protects |= found
        return (
            (HIDDEN, PROTECTS, len(protects)) if protects else (HIDDEN, EARLIER, None)
        )
    if cell.figure in knowledge.figures_earlier:
        return HIDDEN, EARLIER, None
    return OPEN


def _of_number(knowledge: Knowledge, number: int, limit: int) -> State:
    """What a number is by itself comes before what an earlier edition hides: else the
    public would be told another number of small ones of the same content."""
    truth = knowledge.system.truth
    if number in knowledge.forced or number not in knowledge.hidden:
        return OPEN
    if number in knowledge.small:
        return HIDDEN, SMALL, None
    if any(
        0 < truth[denominator] - truth[number] < limit
        for denominator in knowledge.shares.get(number, ())
    ):
        return HIDDEN, COMPLEMENT, None
    return _for_others(knowledge, number)


def _for_others(knowledge: Knowledge, number: int) -> State:
    if number in knowledge.earlier:
        return HIDDEN, EARLIER, None
    return HIDDEN, PROTECTS, len(knowledge.protects[number])


def _of_share(knowledge: Knowledge, cell: Cell, limit: int) -> State:
    """A share is shown where its numerator, its complement and its denominator may
    be. There is none where the publication's scheme has no such category."""
    if not cell.numbers:
        return NOTHING
    numerator, denominator = cell.numbers
    truth = knowledge.system.truth
    if truth[denominator] == 0 and _of_number(knowledge, denominator, limit) is OPEN:
        return NOTHING
    is_told = knowledge.is_known(numerator) or numerator in knowledge.hidden
    hidden = [
        number
        for number in (*([numerator] if is_told else []), denominator)
        if _of_number(knowledge, number, limit) is not OPEN
    ]
    if not hidden:
        return OPEN
    if any(0 < truth[number] < limit for number in cell.numbers):
        return HIDDEN, SMALL, None
    if 0 < truth[denominator] - truth[numerator] < limit:
        return HIDDEN, COMPLEMENT, None
    return _for_others(knowledge, hidden[0])


def _of_flag(knowledge: Knowledge, cell: Cell) -> State:
    figures = knowledge.system.figures
    first = figures.rules[cell.publication].first_month
    if first is None or figures.months[cell.month] < first:
        return NOTHING
    flags = cell.publication, cell.area, str(cell.measure.count)
    if cell.month < knowledge.flags_hidden_from.get(flags, cell.month + 1):
        is_null = cell.measure.kind is Kind.FIRST_MONTH and cell.value is None
        return NOTHING if is_null else OPEN
    if protects := knowledge.flags_protect.get(flags):
        return HIDDEN, PROTECTS, len(protects)
    return HIDDEN, EARLIER, None


class _Shares:
    """Of how many municipalities the share that a mean averages is not shown."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._found: dict[tuple[int, int], int] = {}
        self._outside: dict[tuple[int, int], int] = defaultdict(int)

    def hidden(self, publication: int, month: int, cell: Cell) -> int:
        """A municipality that is in no table counts as one with a hidden share."""
        key = publication, month
        if key not in self._found:
            self._found[key] = self._count(publication, month, cell)
        return self._found[key]

    def _count(self, publication: int, month: int, cell: Cell) -> int:
        knowledge = self._knowledge
        system = knowledge.system
        figures = system.figures
        n_hidden = int(figures.measured_others[publication, month])
        for area in figures.parts_of(cell.area, publication, month):
            numbers = [
                system.at(publication, month, int(area), str(name))
                for name in (cell.measure.count, cell.measure.of)
            ]
            joined = figures.areas[area][0] == OTHERS
            if joined or NONE in numbers or system.truth[numbers[1]] == 0:
                continue
            if not figures.takes_part[publication, month, area] or any(
                not knowledge.is_known(number) for number in numbers
            ):
                n_hidden += 1
        return n_hidden
