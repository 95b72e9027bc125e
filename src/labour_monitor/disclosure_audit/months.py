"""What is taken as known besides, so that the months of a locked cohort can be judged
a few at a time. The group of one month bounds that of the next (C8, E1), which ties all
months of an initiative into one system that is slow to solve. Whoever knows more works
out no less: a count that is safe from him is safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from .history import ABSENT, History
from .relations import Rows
from .shown import Shown
from .tables import (
    COUNTRY,
    PARTICIPATING,
    SCHEMES,
    TARGET_GROUP,
)


@dataclass(frozen=True)
class Step:
    """What an attacker looks at in one go.

    Attributes:
        is_taken: the variables that he takes as known.
        is_judged: those that are judged against him.
        rows: what he knows of them.
    """

    is_taken: np.ndarray
    is_judged: np.ndarray
    rows: Rows


N_AROUND = (0, 1, 3)
"""How many months before and after each are looked at with it."""

Attacker = Iterator[Step]
"""His steps, which together judge all variables."""


def attackers(
    history: History, rows: Rows, is_open: np.ndarray, shown: Shown
) -> Iterator[Attacker]:
    """From the strongest to the one that there is. Against each of them is judged what
    is not safe from those before.

    Args:
        history: the counts.
        rows: what is known.
        is_open: which variables are not known.
        shown: what editions show.
    """
    if SCHEMES[history.initiative].is_locked:
        yield _every_second_group(history, rows)
        areas = _some_areas(history, is_open, shown)
        for n_around in N_AROUND:
            yield _each_month(history, rows, areas, n_around)
    yield iter([Step(*_nothing_besides(history), rows)])


def _nothing_besides(history: History) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(history.size, bool), np.ones(history.size, bool)


def _every_second_group(history: History, rows: Rows) -> Attacker:
    """The groups of the months before and after: nothing ties a month to another."""
    month = _months(history)
    is_group = _are(history, [TARGET_GROUP])
    for parity in (0, 1):
        is_judged = month % 2 == parity
        yield Step(is_group & ~is_judged, is_judged, rows)


def _some_areas(history: History, is_open: np.ndarray, shown: Shown) -> np.ndarray:
    """The counts of the pooled areas, and of those of which a table has a row in some
    month in which their group is not known."""
    numbers = history.numbers[..., history.measure(TARGET_GROUP)]
    is_there = numbers != ABSENT
    is_hidden = shown.anywhere() & is_there & is_open[numbers]
    is_wanted = is_hidden.any(axis=(0, 2))
    is_wanted[[*history.of_type(PARTICIPATING), *history.of_type(COUNTRY)]] = True
    is_of_wanted = np.zeros(history.size, dtype=bool)
    found = history.numbers[:, is_wanted]
    is_of_wanted[found[found != ABSENT]] = True
    return is_of_wanted


def _each_month(
    history: History, rows: Rows, areas: np.ndarray, n_around: int
) -> Attacker:
    """All of the other months but those around it, and some areas of them."""
    month = _months(history)
    for number in range(history.values.shape[2]):
        is_elsewhere = np.abs(month - number) > n_around
        yield Step(is_elsewhere & ~areas, month == number, rows)


def _months(history: History) -> np.ndarray:
    """The month of each variable."""
    found = np.zeros(history.size, dtype=np.int64)
    for month in range(history.values.shape[2]):
        numbers = history.numbers[:, :, month]
        found[numbers[numbers != ABSENT]] = month
    return found


def _are(history: History, names: Iterable[str]) -> np.ndarray:
    """Which variables are such counts."""
    found = np.zeros(history.size, dtype=bool)
    for name in {*names} & {*history.measures}:
        numbers = history.numbers[..., history.measure(name)]
        found[numbers[numbers != ABSENT]] = True
    return found
