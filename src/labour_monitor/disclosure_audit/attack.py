"""The attacker: who has every public edition ever published, and works out what he can
of the small counts of an initiative (D2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from . import exposures
from .bounds import TOLERANCE, Targets, propagated, widths
from .exposures import Exposure
from .history import ABSENT, History
from .months import attackers
from .relations import Builder, Rows, add_shares, add_sums
from .requirements import Requirements
from .shown import Place, Shown
from .tables import (
    COUNTRY,
    PREVIOUS,
    TARGET_GROUP,
    Table,
    of_initiative,
    protected_counts,
    protected_rests,
)


@dataclass(frozen=True)
class _Known:
    """What is known: rows, bounds of what is shown, and bounds that follow."""

    rows: Rows
    base: tuple[np.ndarray, np.ndarray]
    bounds: tuple[np.ndarray, np.ndarray]


class Attack:
    """What can be worked out of the small counts of an initiative.

    Attributes:
        findings: where the counts of the house edition do not add up.
    """

    def __init__(self, history: History, shown: Shown, limit: int) -> None:
        self.limit = limit
        self._history = history
        self._sums = Builder(history)
        add_sums(self._sums)
        self.findings = self._sums.findings
        self._targets = _Targets.of(history, shown, limit)

    def narrow(self, shown: Shown) -> dict[int, float]:
        """Of the targets whose values are too near each other, how near they are."""
        return self._widths(shown, np.arange(len(self._targets.places)))

    def narrower(self, narrow: dict[int, float], before: Shown) -> dict[int, float]:
        """Those that were less near before the newest edition."""
        width_before = self._widths(before, np.array(list(narrow), dtype=np.int64))
        return {
            target: width
            for target, width in narrow.items()
            if width < width_before.get(target, np.inf) - TOLERANCE
        }

    def exposures(self, narrow: Iterable[int]) -> set[Exposure]:
        return {self._targets.exposure(target) for target in narrow}

    def _widths(self, shown: Shown, which: np.ndarray) -> dict[int, float]:
        builder = self._sums.copy()
        add_shares(builder, shown.shares)
        known = _known(self._history, shown, builder)
        targets = self._targets.targets.chosen(which)
        found = self._judged(known, shown, targets)
        is_narrow = self._is_narrow(found)
        return dict(
            zip(which[is_narrow].tolist(), found[is_narrow].tolist(), strict=True)
        )

    def _judged(self, known: _Known, shown: Shown, targets: Targets) -> np.ndarray:
        """How far apart the values of each target are; infinity for far enough."""
        truth = self._history.truth
        lower, upper = known.bounds
        found = np.zeros(len(targets.plus))
        for steps in attackers(self._history, known.rows, upper > lower, shown):
            is_narrow = self._is_narrow(found)
            for step in steps:
                which = np.flatnonzero(is_narrow & step.is_judged[targets.plus])
                if len(which):
                    base = _taken_as_known(known.base, step.is_taken, truth)
                    bounds = _taken_as_known(known.bounds, step.is_taken, truth)
                    if step.is_taken.any():
                        bounds = propagated(step.rows, truth, *bounds, step.is_taken)
                    found[which] = widths(
                        *(step.rows, truth, base, bounds),
                        *(targets.chosen(which), self.limit),
                    )
        return found

    def _is_narrow(self, widths: np.ndarray) -> np.ndarray:
        return widths < self.limit - TOLERANCE


def _taken_as_known(
    bounds: tuple[np.ndarray, np.ndarray], is_taken: np.ndarray, truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = bounds
    return np.where(is_taken, truth, lower), np.where(is_taken, truth, upper)


def _known(history: History, shown: Shown, builder: Builder) -> _Known:
    """Bounds say where requirements are reached, and this gives narrower bounds."""
    lower = np.zeros(history.size)
    upper = np.full(history.size, np.inf)
    counts = np.array(list(shown.counts), dtype=np.int64)
    lower[counts] = upper[counts] = list(shown.counts.values())
    base = lower, upper
    requirements = Requirements(history, shown)
    rows = builder.rows()
    bounds = propagated(rows, history.truth, *base)
    while True:
        requirements.deduce(*bounds)
        with_requirements = builder.copy()
        requirements.add_to(with_requirements, bounds[0])
        rows = with_requirements.rows()
        bounds = propagated(rows, history.truth, *bounds)
        if not requirements.deduce(*bounds):
            return _Known(rows, base, bounds)


@dataclass(frozen=True)
class _Targets:
    """What is protected and small: as variables, and where it stands."""

    history: History
    shown: Shown
    targets: Targets
    places: list[tuple[Place, str, bool]]
    """World, area and month; the count; whether it is the rest of a share of it."""

    @classmethod
    def of(cls, history: History, shown: Shown, limit: int) -> _Targets:
        where = shown.anywhere() | _lone_outsiders(history, shown)
        pairs: dict[tuple[int, int], tuple[Place, str, bool]] = {}
        for count in protected_counts(history.initiative):
            if count in history.measures:
                values, numbers = _block(history, count)
                is_small = where & (values >= 1) & (values < limit)
                for place in zip(*np.nonzero(is_small), strict=True):
                    key = int(numbers[place]), ABSENT
                    pairs[key] = tuple(int(i) for i in place), count, False
        for over, under in protected_rests(history.initiative):
            if {over, under} <= {*history.measures}:
                (part, numbers), (whole, of_whole) = (
                    _block(history, over),
                    _block(history, under),
                )
                rest = np.where((part == ABSENT) | (whole == ABSENT), 0, whole - part)
                is_small = where & (rest >= 1) & (rest < limit)
                for place in zip(*np.nonzero(is_small), strict=True):
                    key = int(of_whole[place]), int(numbers[place])
                    pairs[key] = tuple(int(i) for i in place), over, True
        array = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        targets = Targets(array[:, 0], array[:, 1])
        return cls(history, shown, targets, list(pairs.values()))

    def exposure(self, target: int) -> Exposure:
        """A finding, in the newest table that has the count at its place; else in one
        that has the place."""
        (world, area, month), count, is_rest = self.places[target]
        numbers = self.history.numbers[:, area, month, self.history.measure(count)]
        found = []
        for other in np.flatnonzero(numbers == numbers[world])[::-1].tolist():
            place = other, area, month
            for table in of_initiative(self.history.initiative):
                for column, later in _columns(table, count, is_rest):
                    at = other, area, month + later
                    if self._has_row(table, at):
                        found.append((0, table.name, at, column))
                if self._has_row(table, place):
                    found.append((1, table.name, place, count))
        _, table, place, measure = min(found, key=lambda one: one[0])
        problem = exposures.COMPLEMENT if is_rest else exposures.WORKED_OUT
        return self.history.exposure(table, place, measure, problem)

    def _has_row(self, table: Table, place: Place) -> bool:
        """Whether it has one there, or of the country for who is in that alone."""
        world, area, month = place
        places = self.shown.places[table.name]
        if area in self.history.outsiders(world):
            area = self.history.pooled(COUNTRY)
        return month < places.shape[2] and bool(places[world, area, month])


def _block(history: History, count: str) -> tuple[np.ndarray, np.ndarray]:
    place = history.measure(count)
    return history.values[:, :, :, place], history.numbers[:, :, :, place]


def _columns(table: Table, count: str, is_rest: bool) -> Iterator[tuple[str, int]]:
    """Columns that have a count, or the share of which it is the rest, and how many
    months later they have it."""
    for column, counted in table.counts.items():
        if counted == count and not is_rest:
            yield column, 0
    for column, (numerator, _) in table.shares.items():
        if numerator == count:
            yield column, 0
    for column, counted in table.counts.items():
        if counted == PREVIOUS and count == TARGET_GROUP:
            yield column, 1


def _lone_outsiders(history: History, shown: Shown) -> np.ndarray:
    """Where one municipality alone does not take part: the country less the
    participants is what it has, in every month in which they have a row."""
    where = np.zeros(history.values.shape[:3], dtype=bool)
    country = history.pooled(COUNTRY)
    for world in range(len(history.worlds)):
        outsiders = history.outsiders(world)
        if len(outsiders) == 1:
            where[world, outsiders[0]] = shown.anywhere()[world, country]
    return where
