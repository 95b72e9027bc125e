"""What is known to whoever has read everything, given what is hidden."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from labour_monitor.disclosure.cells import Cell, Figure, months_of_requirement
from labour_monitor.disclosure.description import Kind
from labour_monitor.disclosure.publications import (
    COUNTRY,
    MUNICIPALITY,
    OTHERS,
    PARTICIPATING,
)
from labour_monitor.disclosure.system import NONE, Row, System

Flags = tuple[int, int, str]
"""The flags of a publication, an area and a requirement: they are hidden together, from
a month on, because each says something of all months before it."""
KEPT_FLAGS = frozenset({Kind.REACHED, Kind.FIRST_MONTH})


@dataclass
class Fact:
    """What a flag says of a month: that the requirement was met in it, or was not."""

    rows: tuple[Row, ...]
    said_by: set[tuple[Flags, int]] = field(default_factory=set)
    """The flags that say it, and the first month whose row does."""


@dataclass
class Knowledge:
    """The numbers and facts that are known, and why a number is hidden."""

    system: System
    counted: set[int] = field(default_factory=set)
    """Numbers that stand in a cell of their own."""
    shares: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Of a numerator: its denominators."""
    numerators: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Of a denominator: its numerators."""
    forced: set[int] = field(default_factory=set)
    """What was shown by an earlier edition."""
    hidden: set[int] = field(default_factory=set)
    small: set[int] = field(default_factory=set)
    earlier: set[int] = field(default_factory=set)
    figures_earlier: set[Figure] = field(default_factory=set)
    """What an earlier edition hides of cells that speak of no count: means, and numbers
    of municipalities."""
    protects: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Of a number that is hidden for the sake of others: which."""
    facts: dict[tuple[int, int, int, bool], Fact] = field(default_factory=dict)
    flag_months: dict[Flags, set[int]] = field(default_factory=lambda: defaultdict(set))
    flags_hidden_from: dict[Flags, int] = field(default_factory=dict)
    flags_earlier: dict[Flags, int] = field(default_factory=dict)
    flags_forced: dict[Flags, int] = field(default_factory=dict)
    """The last month whose flag an earlier edition shows."""
    n_reached_forced: set[tuple[int, int, int]] = field(default_factory=set)
    """Publication, area and month of which an earlier edition shows how many
    municipalities have met a requirement."""
    flags_protect: dict[Flags, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def add(self, cells: list[Cell]) -> None:
        """Cells of which each speaks, once it is shown."""
        for cell in cells:
            if cell.measure.kind is Kind.COUNT:
                self.counted.update(cell.numbers)
            elif cell.measure.kind is Kind.SHARE and cell.numbers:
                numerator, denominator = cell.numbers
                self.shares[numerator].add(denominator)
                self.numerators[denominator].add(numerator)

    def is_shown_anywhere(self, number: int) -> bool:
        """Whether a cell speaks of it."""
        return number in self.counted or number in self.shares

    def is_known(self, number: int) -> bool:
        """A number whose share is shown counts as known, exactly."""
        if number in self.forced or number in self.system.known_by_rule:
            return True
        if number in self.hidden:
            return False
        if number in self.counted:
            return True
        return any(
            denominator in self.forced or denominator not in self.hidden
            for denominator in self.shares.get(number, ())
        )

    def can_hide_number(self, number: int) -> bool:
        """Whether a cell speaks of it, and no earlier edition shows it."""
        return (
            number not in self.forced
            and number not in self.system.known_by_rule
            and self.is_shown_anywhere(number)
        )

    def is_fact_known(self, fact: Fact) -> bool:
        """Whether a flag that says it is shown."""
        return any(
            any(
                since <= month < self.flags_hidden_from.get(flags, month + 1)
                for month in self.flag_months[flags]
            )
            for flags, since in fact.said_by
        )

    def can_hide(self, fact: Fact) -> bool:
        """Whether no earlier edition shows a flag that says it."""
        return not any(
            self.flags_forced.get(flags, NONE) >= since for flags, since in fact.said_by
        )

    def hide_fact(self, fact: Fact, protected: int) -> None:
        for flags, since in fact.said_by:
            hidden = self.flags_hidden_from.get(flags, since)
            self.flags_hidden_from[flags] = min(hidden, since)
            self.flags_protect[flags].add(protected)


def learn_flags(
    knowledge: Knowledge,
    cells: list[Cell],
) -> None:
    """The facts that the flags of the cells say. Which month was the first is taken to
    be known wherever a flag says that there was one."""
    system = knowledge.system
    figures = system.figures
    forced = knowledge.n_reached_forced
    for cell in cells:
        if cell.measure.kind in KEPT_FLAGS:
            column = str(cell.measure.count)
            flags = cell.publication, cell.area, column
            knowledge.flag_months[flags].add(cell.month)
        elif cell.measure.kind is Kind.N_REACHED:
            for area in _told_by_number(knowledge, cell):
                flags = cell.publication, area, str(cell.measure.count)
                knowledge.flag_months[flags].add(cell.month)
                if (cell.publication, cell.area, cell.month) in forced:
                    last = knowledge.flags_forced.get(flags, cell.month)
                    knowledge.flags_forced[flags] = max(last, cell.month)
    for flags, until in sorted(knowledge.flag_months.items()):
        publication, area, column = flags
        required = figures.rules[publication].required.get(column)
        if required is None:
            continue  # a step that nobody can reach says nothing
        months = months_of_requirement(figures, publication, max(until))
        for month in months:
            fulfilled = system.at(publication, month, area, "n_fulfilled")
            measured = system.at(publication, month, area, "n_measured")
            if NONE in (fulfilled, measured):
                continue
            met = is_met(system, fulfilled, measured, required)
            key = fulfilled, measured, required, met
            if key not in knowledge.facts:
                knowledge.facts[key] = Fact(_rows_of_fact(system, *key))
            knowledge.facts[key].said_by.add((flags, month))
            if met:
                break


def _told_by_number(
    knowledge: Knowledge,
    cell: Cell,
) -> list[int]:
    """Municipalities that take no part, of which the number of those that have met the
    requirement says it: none has, all have, or there is but one such municipality."""
    system = knowledge.system
    figures = system.figures
    pooled = figures.area_of_type(COUNTRY)
    if pooled is None or cell.area != pooled:
        return []
    taking = figures.takes_part[cell.publication, cell.month]
    parts = figures.parts_of(pooled, cell.publication, cell.month)
    outside = [int(area) for area in parts if not taking[area]]
    if len(outside) == 1 and figures.areas[outside[0]][0] == MUNICIPALITY:
        return outside
    months = months_of_requirement(figures, cell.publication, cell.month)
    required = figures.rules[cell.publication].required.get(str(cell.measure.count))
    if required is None:
        return []
    has_met = [
        any(
            is_met(
                system,
                system.at(cell.publication, month, area, "n_fulfilled"),
                system.at(cell.publication, month, area, "n_measured"),
                required,
            )
            for month in months
        )
        for area in outside
    ]
    return outside if all(has_met) or not any(has_met) else []


def is_met(system: System, fulfilled: int, measured: int, required_pct: int) -> bool:
    """R3, R4."""
    if NONE in (fulfilled, measured):
        return False
    people = system.truth[measured]
    return people > 0 and 100 * system.truth[fulfilled] >= required_pct * people


def _rows_of_fact(
    system: System, fulfilled: int, measured: int, required_pct: int, met: bool
) -> tuple[Row, ...]:
    """As relations. Not met is one less than the requirement, in whole numbers, where
    anybody is measured."""
    numbers = fulfilled, measured
    left = required_pct * system.truth[measured] - 100 * system.truth[fulfilled]
    if met:
        return (
            Row(numbers, (-100.0, float(required_pct)), float(-left)),
            Row((measured,), (-1.0,), float(system.truth[measured] - 1)),
        )
    step = _common(required_pct, 100) if system.truth[measured] else 0
    return (Row(numbers, (100.0, float(-required_pct)), float(left - step)),)


def _common(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


def hides_number_reached(knowledge: Knowledge, publication: int, month: int) -> bool:
    """Whether the number of municipalities that have met the requirement would tell
    what a hidden flag says."""
    areas = knowledge.system.figures.areas
    return any(
        flags[0] == publication
        and since <= month
        and areas[flags[1]][0] in (MUNICIPALITY, OTHERS)
        for flags, since in knowledge.flags_hidden_from.items()
    )


def is_pooled(system: System, area: int) -> bool:
    return system.figures.areas[area][0] in (PARTICIPATING, COUNTRY)
