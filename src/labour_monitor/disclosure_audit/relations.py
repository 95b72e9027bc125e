"""What holds of the counts whatever they are: sums, and the flow of a target group. A
row says that a sum of counts, each times a coefficient, lies between two bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from . import exposures
from .exposures import Exposure
from .history import ABSENT, History
from .tables import (
    COUNTRY,
    FULFILLED,
    LEFT,
    MEASURED,
    NEW,
    PARTICIPATING,
    SCHEMES,
    TARGET_GROUP,
)

_TOLERANCE = 1e-6


@dataclass
class Rows:
    """Rows of a linear system, one after the other.

    Attributes:
        starts: where each row begins in the two that follow, and at last their length.
        columns: numbers of variables.
        coefficients: one for each of them.
        lower, upper: bounds of each row.
    """

    starts: np.ndarray
    columns: np.ndarray
    coefficients: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def size(self) -> int:
        return len(self.lower)

    @property
    def of_entry(self) -> np.ndarray:
        """The row of each coefficient."""
        return np.repeat(np.arange(self.size), np.diff(self.starts))

    def chosen(self, which: np.ndarray) -> Rows:
        widths = np.diff(self.starts)[which]
        starts = np.concatenate([[0], widths]).cumsum()
        entries = np.repeat(self.starts[which] - starts[:-1], widths) + np.arange(
            starts[-1]
        )
        return Rows(
            starts,
            self.columns[entries],
            self.coefficients[entries],
            self.lower[which],
            self.upper[which],
        )


_Form = tuple[tuple[float, ...], float, float]
"""What rows have in common: coefficients and bounds."""


@dataclass
class Builder:
    """Collects rows; what stands in several publications with the same numbers is one.

    Attributes:
        findings: where the counts of the house edition do not add up.
    """

    history: History
    findings: set[Exposure] = field(default_factory=set)
    _numbers: dict[_Form, list[np.ndarray]] = field(default_factory=dict)

    def add(
        self,
        numbers: np.ndarray,
        coefficients: Iterable[float],
        lower: float,
        upper: float,
        places: np.ndarray | None = None,
        measure: str = "",
        problem: str = exposures.NO_SUM,
    ) -> None:
        """Rows that have the same form.

        Args:
            numbers: the variables of each row.
            coefficients: of a row.
            lower: its bound.
            upper: its bound.
            places: world, area and month of each row, where it may be false.
            measure: the count that it is about.
            problem: what is wrong where it is false.
        """
        coefficients = np.array(list(coefficients), dtype=float)
        whole = (numbers != ABSENT).all(axis=1)
        numbers = numbers[whole]
        if places is not None:
            total = self.history.truth[numbers] @ coefficients
            is_true = (total >= lower - _TOLERANCE) & (total <= upper + _TOLERANCE)
            for place in places[whole][~is_true]:
                self.findings.add(
                    self.history.exposure(
                        "fct_publication",
                        tuple(int(i) for i in place),
                        *(measure, problem),
                    )
                )
            numbers = numbers[is_true]
        form = (tuple(coefficients.tolist()), float(lower), float(upper))
        if len(numbers):
            self._numbers.setdefault(form, []).append(numbers)

    def copy(self) -> Builder:
        """One to which more can be added, with findings in common."""
        return Builder(
            self.history,
            self.findings,
            {form: [*numbers] for form, numbers in self._numbers.items()},
        )

    def rows(self) -> Rows:
        blocks = [
            (np.unique(np.concatenate(numbers), axis=0), *form)
            for form, numbers in self._numbers.items()
        ]
        widths = [np.full(len(n), n.shape[1]) for n, *_ in blocks]
        return Rows(
            starts=_joined([np.zeros(1), *widths], np.int64).cumsum(),
            columns=_joined([n.ravel() for n, *_ in blocks], np.int64),
            coefficients=_joined([np.tile(c, len(n)) for n, c, *_ in blocks], float),
            lower=_joined([np.full(len(n), low) for n, _, low, _ in blocks], float),
            upper=_joined([np.full(len(n), high) for n, *_, high in blocks], float),
        )


def _joined(parts: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate([np.zeros(0), *parts]).astype(kind)


def add_sums(builder: Builder) -> None:
    """What holds in each publication: parts of a target group, statuses, categories,
    fulfilled, and the areas together (X4, V1, R1, M2); who comes and who leaves."""
    history = builder.history
    scheme = SCHEMES[history.initiative]
    for world in range(len(history.worlds)):
        for whole, parts in _sums(history, world, scheme.parts):
            _add_sum(builder, world, whole, parts)
        _add_areas(builder, world)
        if scheme.has_flow:
            _add_flow(builder, world)
        if scheme.is_locked:
            _add_leaving(builder, world)


def _sums(
    history: History, world: int, parts: tuple[str, ...]
) -> Iterator[tuple[str, list[str]]]:
    there = {
        name
        for place, name in enumerate(history.measures)
        if (history.numbers[world, :, :, place] != ABSENT).any()
    }
    statuses = sorted(name for name in there if name.startswith("status:"))
    yield TARGET_GROUP, [name for name in parts if name in there]
    yield MEASURED, statuses
    counting = history.counting[world]
    yield (
        FULFILLED,
        [name for name in statuses if name.removeprefix("status:") in counting],
    )
    for category, members in history.categories[world].items():
        names = [f"status:{member}" for member in members]
        yield f"category:{category}", [name for name in names if name in there]


def _add_sum(builder: Builder, world: int, whole: str, parts: list[str]) -> None:
    history = builder.history
    if whole not in history.measures or not parts:
        return
    columns = [history.measure(name) for name in (whole, *parts)]
    numbers = history.numbers[world][:, :, columns]
    builder.add(
        numbers.reshape(-1, len(columns)),
        [1.0, *[-1.0] * len(parts)],
        *(0.0, 0.0),
        *(_places(world, *numbers.shape[:2]), whole),
    )


def _places(world: int, n_areas: int, n_months: int) -> np.ndarray:
    area, month = np.divmod(np.arange(n_areas * n_months), n_months)
    return np.stack([np.full(len(area), world), area, month], axis=1)


def _add_areas(builder: Builder, world: int) -> None:
    """The participants together are their sum, and the country is that of all. Who
    moves from one to another is new in one and has left the other, but neither for what
    they are together: there the sum is the most that it can be (F4)."""
    history = builder.history
    for area_type in (PARTICIPATING, COUNTRY):
        pooled = history.pooled(area_type)
        if pooled is None:
            continue
        areas = [pooled, *history.members(world, pooled)]
        for place, name in enumerate(history.measures):
            is_flow = name in (NEW, LEFT)
            if is_flow and not SCHEMES[history.initiative].has_flow:
                continue
            numbers = history.numbers[world][areas, :, place].T
            months = np.arange(len(numbers))
            places = np.stack(
                [np.full(len(months), world), np.full(len(months), pooled), months],
                axis=1,
            )
            builder.add(
                numbers,
                [1.0, *[-1.0] * (len(areas) - 1)],
                *(-np.inf if is_flow else 0.0, 0.0),
                *(places, name),
            )


def _add_flow(builder: Builder, world: int) -> None:
    """Last month's group + new - left = the group, and who left was there (F4)."""
    history = builder.history
    numbers = history.numbers[world]
    group, new, left = (
        numbers[:, :, history.measure(name)] for name in (TARGET_GROUP, NEW, LEFT)
    )
    n_areas, n_months = group.shape
    places = _places(world, n_areas, n_months).reshape(n_areas, n_months, 3)
    flow = np.stack([group[:, :-1], new[:, 1:], left[:, 1:], group[:, 1:]], axis=2)
    stay = np.stack([group[:, :-1], left[:, 1:]], axis=2)
    later = places[:, 1:].reshape(-1, 3)
    builder.add(flow.reshape(-1, 4), [1.0, 1.0, -1.0, -1.0], 0.0, 0.0, later, NEW)
    builder.add(stay.reshape(-1, 2), [1.0, -1.0], 0.0, np.inf, later, LEFT)
    first = np.stack([new[:, 0], group[:, 0]], axis=1)
    builder.add(first, [1.0, -1.0], 0.0, 0.0, places[:, 0], NEW)
    builder.add(left[:, :1], [1.0], 0.0, 0.0, places[:, 0], LEFT)


def _add_leaving(builder: Builder, world: int) -> None:
    """The group of a locked cohort is at most that of the month before, in every area
    (C8, E1)."""
    history = builder.history
    group = history.numbers[world][:, :, history.measure(TARGET_GROUP)]
    n_areas, n_months = group.shape
    places = _places(world, n_areas, n_months).reshape(n_areas, n_months, 3)
    builder.add(
        np.stack([group[:, :-1], group[:, 1:]], axis=2).reshape(-1, 2),
        *([1.0, -1.0], 0.0, np.inf),
        *(places[:, 1:].reshape(-1, 3), TARGET_GROUP, exposures.GREW),
    )


def add_shares(builder: Builder, shares: np.ndarray) -> None:
    """A share shown as p says that the exact one is within half a hundredth of it, and
    that there is somebody of whom it is a share.

    Args:
        builder: where the rows go.
        shares: rows of numerator, denominator, and hundredths of a percent.
    """
    for hundredths in np.unique(shares[:, 2]):
        numbers = shares[shares[:, 2] == hundredths, :2]
        below, above = (2 * hundredths - 1) / 20_000, (2 * hundredths + 1) / 20_000
        builder.add(numbers, [1.0, -below], 0.0, np.inf)
        builder.add(numbers, [1.0, -above], -np.inf, 0.0)
    builder.add(np.unique(shares[:, 1])[:, None], [1.0], 1.0, np.inf)
