"""What it says of the counts that a requirement is reached, or is not (R3, R4)."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from .history import ABSENT, History
from .relations import Builder
from .shown import Shown, requirement_months
from .tables import COUNTRY, FULFILLED, MEASURED, PARTICIPATING

Month = tuple[int, int, int]
"""A requirement in pct., and the variables of fulfilled and measured of a month."""


@dataclass(frozen=True)
class _Group:
    """Municipalities, each by its months, of which so many have reached it."""

    municipalities: tuple[frozenset[Month], ...]
    n_reached: int


class Requirements:
    """What is known of the months in which requirements are reached. Some of it follows
    only when counts are known: `deduce` is asked again when more of them are."""

    def __init__(self, history: History, shown: Shown) -> None:
        self.history = history
        self._fulfilled = history.measure(FULFILLED)
        self._measured = history.measure(MEASURED)
        self.reached: set[Month] = set()
        self.unreached: set[Month] = set()
        self._one_of: set[frozenset[Month]] = set()
        self._groups: set[_Group] = set()
        for column, places in shown.unreached.items():
            for world, area, last in places:
                self.unreached |= self._months(column, world, area, last)
        for column, places in shown.reached.items():
            for world, area, last in places:
                self._one_of.add(self._months(column, world, area, last))
        for column, (world, area, month) in shown.first_reached:
            before = self._months(column, world, area, month - 1)
            self.unreached |= before
            self.reached |= self._months(column, world, area, month) - before
        self._add_groups(shown)

    def _months(
        self, column: str, world: int, area: int, last: int
    ) -> frozenset[Month]:
        """The months up to one in which a requirement can be reached."""
        pct = self.history.requirements[world].pct.get(column)
        if pct is None:
            return frozenset()
        numbers = self.history.numbers[world, area]
        months = [m for m in requirement_months(self.history, world) if m <= last]
        pairs = numbers[months][:, [self._fulfilled, self._measured]].tolist()
        return frozenset((pct, f, m) for f, m in pairs if ABSENT not in (f, m))

    def _add_groups(self, shown: Shown) -> None:
        for (world, area, month), (column, n_reached) in shown.n_met.items():
            self._add_group(
                self.history.members(world, area), column, world, month, n_reached
            )
            participating = self.history.pooled(PARTICIPATING)
            inside = shown.n_met.get((world, participating, month))
            if self.history.areas[area][0] == COUNTRY and inside is not None:
                outsiders = self.history.outsiders(world)
                self._add_group(outsiders, column, world, month, n_reached - inside[1])

    def _add_group(
        self, areas: list[int], column: str, world: int, month: int, n_reached: int
    ) -> None:
        municipalities = [self._months(column, world, area, month) for area in areas]
        self._groups.add(_Group(tuple(municipalities), n_reached))

    def deduce(self, lower: np.ndarray, upper: np.ndarray) -> bool:
        """Take in what follows from bounds of the counts; whether anything does."""
        before = len(self.reached), len(self.unreached), len(self._one_of)
        for group in self._groups:
            self._deduce_group(group, lower, upper)
        for months in self._one_of:
            left = [m for m in months if not self._cannot_be(m, lower, upper)]
            if len(left) == 1:
                self.reached.add(left[0])
        return before != (len(self.reached), len(self.unreached), len(self._one_of))

    def _deduce_group(
        self, group: _Group, lower: np.ndarray, upper: np.ndarray
    ) -> None:
        n_left, unknown = group.n_reached, []
        for months in group.municipalities:
            if self._has_reached(months, lower, upper):
                n_left -= 1
            elif not all(self._cannot_be(m, lower, upper) for m in months):
                unknown.append(months)
        if n_left == 0:
            self.unreached.update(*unknown)
        elif n_left == len(unknown):
            self._one_of.update(unknown)

    def _has_reached(
        self, months: frozenset[Month], lower: np.ndarray, upper: np.ndarray
    ) -> bool:
        return (
            months in self._one_of
            or any(self._must_be(m, lower, upper) for m in months)
            or any(one_of <= months for one_of in self._one_of_any(months))
        )

    def _one_of_any(self, months: frozenset[Month]) -> list[frozenset[Month]]:
        return [one_of for one_of in self._one_of if not one_of.isdisjoint(months)]

    def _must_be(self, month: Month, lower: np.ndarray, upper: np.ndarray) -> bool:
        pct, f, m = month
        return month in self.reached or bool(
            lower[m] >= 1 and 100 * lower[f] >= pct * upper[m]
        )

    def _cannot_be(self, month: Month, lower: np.ndarray, upper: np.ndarray) -> bool:
        pct, f, m = month
        return month in self.unreached or bool(
            upper[m] < 1 or 100 * upper[f] < pct * lower[m]
        )

    def add_to(self, builder: Builder, lower: np.ndarray) -> None:
        """Add what is known as rows. Who has not reached it lacks at least the
        smallest step between whole numbers, unless nobody is measured there."""
        for pct in sorted({month[0] for month in self.reached | self.unreached}):
            numbers = _pairs(self.reached, pct)
            builder.add(numbers, [1.0, -pct / 100], 0.0, np.inf)
            builder.add(numbers[:, 1:], [1.0], 1.0, np.inf)
            numbers = _pairs(self.unreached, pct)
            has_somebody = lower[numbers[:, 1]] >= 1
            step = gcd(100, pct) / 100
            for chosen, least in ((has_somebody, step), (~has_somebody, 0.0)):
                builder.add(numbers[chosen], [-1.0, pct / 100], least, np.inf)


def _pairs(months: set[Month], pct: int) -> np.ndarray:
    found = sorted((f, m) for of_month, f, m in months if of_month == pct)
    return np.array(found, dtype=np.int64).reshape(-1, 2)
