"""The linked counts of an initiative as one system: every number that was ever counted,
and every sum that ties it to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.publications import (
    COUNTRY,
    MISSING,
    PARTICIPATING,
    Figures,
    has_flow,
)

NONE = -1
"""No number stands there."""


@dataclass(frozen=True)
class Row:
    """A linear relation between numbers: the sum of coefficient times number is 0, or
    at most 0 plus a constant."""

    numbers: tuple[int, ...]
    coefficients: tuple[float, ...]
    slack: float | None = None
    """Of a relation that is no equation: what is left, with the true numbers."""
    fact: int | None = None
    """Of what a flag says: which fact it is, so that it holds only while it is
    known."""


@dataclass
class System:
    """The numbers of an initiative. A number is an area, a month, a count and a true
    value: where several publications have the same, it is one number (D2)."""

    figures: Figures
    number: np.ndarray
    """By publication, month, area and count; NONE where there is none."""
    truth: list[int]
    month: list[int]
    area: list[int]
    count: list[str]
    rows: list[Row] = field(default_factory=list)
    leaving: list[Row] = field(default_factory=list)
    """Of a locked cohort: what ties each month to the next, besides the rows."""
    known_by_rule: set[int] = field(default_factory=set)
    """What the rules say of every edition: a count that is 0 always."""
    complements: dict[tuple[int, int], int] = field(default_factory=dict)
    """By numerator and denominator, where it was asked for."""

    def at(self, publication: int, month: int, area: int, count: str) -> int:
        """The number of a count, or NONE."""
        place = self.figures.counts.index(count)
        return int(self.number[publication, month, area, place])

    def complement(self, numerator: int, denominator: int) -> int:
        """The number of those of the denominator who are not in the numerator."""
        key = numerator, denominator
        if key not in self.complements:
            self.complements[key] = len(self.truth)
            self.truth.append(self.truth[denominator] - self.truth[numerator])
            self.month.append(self.month[numerator])
            self.area.append(self.area[numerator])
            self.count.append(self.count[numerator])
            self.rows.append(
                Row(
                    (numerator, self.complements[key], denominator),
                    (1.0, 1.0, -1.0),
                )
            )
        return self.complements[key]

    def name(self, number: int) -> tuple[tuple[str, str], date, str]:
        """Area, month and count, for a message."""
        return (
            self.figures.areas[self.area[number]],
            self.figures.months[self.month[number]],
            self.count[number],
        )


def make_system(
    figures: Figures, description: Description, first_month: date
) -> System:
    """The numbers and all relations between them, but for what flags say."""
    system = _numbers(figures)
    tables = description.tables[figures.initiative]
    every = range(len(figures.publications))
    for parent, children in description.sums.items():
        _add_sum(system, parent, children, every)
    of_rules: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for publication in every:
        for found in figures.rules[publication].sums.items():
            of_rules.setdefault(found, []).append(publication)
    for (parent, children), publications in of_rules.items():
        _add_sum(system, parent, children, publications)
    moving = set()
    if has_flow(tables):
        moving = {description.flow["new"], description.flow["left"]}
        _add_flow(system, description.flow, first_month)
    _add_pooled(system, moving)
    if figures.initiative in description.locked:
        system.leaving = _leaving(system, description.flow["group"])
    for place in range(len(figures.counts)):
        of_count = figures.values[..., place]
        if not of_count[of_count != MISSING].any():
            found = system.number[..., place]
            system.known_by_rule |= set(found[found != NONE].tolist())
    return system


def _numbers(figures: Figures) -> System:
    values = figures.values
    _, months, areas, counts = values.shape
    there = values != MISSING
    step = int(values.max(initial=0)) + 1
    place = np.arange(months * areas * counts).reshape(1, months, areas, counts)
    keys = (place * step + values)[there]
    distinct, inverse = np.unique(keys, return_inverse=True)
    number = np.full(values.shape, NONE, np.int64)
    number[there] = inverse
    where, truth = np.divmod(distinct, step)
    month, rest = np.divmod(where, areas * counts)
    area, count = np.divmod(rest, counts)
    return System(
        figures,
        number,
        truth.tolist(),
        month.tolist(),
        area.tolist(),
        [figures.counts[i] for i in count.tolist()],
    )


def _add_rows(
    system: System,
    numbers: np.ndarray,
    coefficients: tuple[float, ...],
    is_sum: bool = True,
) -> None:
    system.rows += _rows(system, numbers, coefficients, is_sum)


def _rows(
    system: System,
    numbers: np.ndarray,
    coefficients: tuple[float, ...],
    is_sum: bool = True,
) -> list[Row]:
    """A relation for each row of numbers, once."""
    numbers = numbers.reshape(-1, len(coefficients))
    numbers = np.unique(numbers[(numbers != NONE).all(axis=1)], axis=0)
    found = []
    for row in numbers.tolist():
        slack = None
        if not is_sum:
            slack = -sum(
                coefficient * system.truth[number]
                for coefficient, number in zip(coefficients, row, strict=True)
            )
        found.append(Row(tuple(row), coefficients, slack))
    return found


def _add_sum(
    system: System, parent: str, children: Sequence[str], publications: Sequence[int]
) -> None:
    """In every area and month of the publications."""
    at = [system.figures.counts.index(name) for name in (parent, *children)]
    numbers = system.number[publications][..., at]
    _add_rows(system, numbers, (-1.0, *(1.0 for _ in children)))


def _add_flow(system: System, flow: dict[str, str], first_month: date) -> None:
    """F4, with two things that follow from it: who has left was there, and who is new
    among the participants is new in one of them."""
    figures = system.figures
    group, new, left = (
        system.number[..., figures.counts.index(flow[name])]
        for name in ("group", "new", "left")
    )
    before = group[:, :-1]
    now = (group[:, 1:], new[:, 1:], left[:, 1:])
    _add_rows(
        system, np.stack((before, now[1], now[2], now[0]), -1), (1.0, 1.0, -1.0, -1.0)
    )
    _add_rows(system, np.stack((now[2], before), -1), (1.0, -1.0), is_sum=False)
    if first_month in figures.months:
        first = figures.months.index(first_month)
        _add_rows(system, np.stack((new[:, first], group[:, first]), -1), (1.0, -1.0))
        gone = left[:, first]
        system.known_by_rule |= set(gone[gone != NONE].tolist())


def _leaving(system: System, group: str) -> list[Row]:
    """The group of a locked cohort is at most that of the month before (C8, E1). Where
    the house says otherwise the audit finds it."""
    numbers = system.number[..., system.figures.counts.index(group)]
    rows = _rows(
        system,
        np.stack((numbers[:, 1:], numbers[:, :-1]), -1),
        (1.0, -1.0),
        is_sum=False,
    )
    return [row for row in rows if row.slack is not None and row.slack >= 0]


def _add_pooled(system: System, moving: set[str]) -> None:
    """Participants and country are the sum of their municipalities; of who came and who
    went, at most that sum."""
    figures = system.figures
    seen = set()
    for area_type in (PARTICIPATING, COUNTRY):
        pooled = figures.area_of_type(area_type)
        if pooled is None:
            continue
        for publication, month in np.ndindex(*figures.values.shape[:2]):
            if (system.number[publication, month, pooled] == NONE).all():
                continue
            parts = figures.parts_of(pooled, publication, month)
            for place, count in enumerate(figures.counts):
                numbers = system.number[publication, month, [pooled, *parts], place]
                if (numbers == NONE).any() or (row := tuple(numbers.tolist())) in seen:
                    continue
                seen.add(row)
                if count not in moving:
                    coefficients = (-1.0, *(1.0 for _ in parts))
                    system.rows.append(Row(row, coefficients))
                    continue
                slack = sum(system.truth[part] for part in row[1:])
                coefficients = (1.0, *(-1.0 for _ in parts))
                system.rows.append(
                    Row(row, coefficients, float(slack - system.truth[row[0]]))
                )
