"""What is taken as known besides, so that the months of a locked cohort can be judged
one at a time. The group of one month bounds that of the next (C8, E1), which ties all
months of an initiative into one system that is slow to solve. Whoever knows more works
out no less: a count that is safe from him is safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .history import ABSENT, History
from .relations import Rows, joined
from .shown import Shown
from .tables import (
    COUNTRY,
    FULFILLED,
    MEASURED,
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
        for is_everywhere in (False, True):
            yield _one_in_detail(history, rows, is_open, shown, is_everywhere)
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


def _one_in_detail(
    history: History,
    rows: Rows,
    is_open: np.ndarray,
    shown: Shown,
    is_everywhere: bool,
) -> Attacker:
    """Of all other months everything but who is in the groups, exempt, measured and
    fulfilled. Which status the measured have there is left out with the rows that speak
    of it: where none is known, people of other areas have as many of each to give,
    those who are fulfilled and those who are not, as long as no more are taken from an
    area than it has in every publication. First some areas, then all that take part."""
    month = _months(history)
    details = [name for name in history.measures if _is_detail(name)]
    is_detail = _are(history, details)
    can_move, n_moving, moving = _moving(history, is_open, shown, is_everywhere)
    for number in range(history.values.shape[2]):
        is_judged = month == number
        is_gone = (is_detail & ~is_judged)[rows.columns]
        stay = np.bincount(rows.of_entry[is_gone], minlength=rows.size) == 0
        of_others = n_moving != number
        yield Step(
            ~is_judged & ~can_move,
            is_judged,
            joined(
                rows.chosen(np.flatnonzero(stay)),
                moving.chosen(np.flatnonzero(of_others)),
            ),
        )


def _is_detail(name: str) -> bool:
    return name.startswith(("status:", "category:"))


def _moving(
    history: History, is_open: np.ndarray, shown: Shown, is_everywhere: bool
) -> tuple[np.ndarray, np.ndarray, Rows]:
    """Which variables can be others in months that are not looked at in detail; and
    rows that keep them within what can be moved, with the month of each."""
    parts = (TARGET_GROUP, *SCHEMES[history.initiative].parts)
    is_moved = _with_open_group(history, is_open, shown.anywhere(), is_everywhere)
    of_counting, of_others = _with_known_details(history, is_open, shown)
    is_free = is_moved & ~of_others
    can_move = np.zeros(history.size, dtype=bool)
    columns, factors, lower, months = [], [], [], []

    def add(month: int, terms: dict[int, float], least: float) -> None:
        columns.append([*terms])
        factors.append([*terms.values()])
        lower.append(least)
        months.append(month)

    for area, month in zip(*np.nonzero(is_moved), strict=True):
        names = [*parts]
        if not is_free[area, month]:
            names.remove(MEASURED)
        elif not of_counting[area, month]:
            names.append(FULFILLED)
        for name in names:
            numbers = _numbers(history, name, area, month)
            can_move[numbers] = True
            # What has several values moves by as much in all publications.
            for one, other in pairwise(numbers):
                apart = float(history.truth[one] - history.truth[other])
                add(month, {one: 1.0, other: -1.0}, apart)
                add(month, {one: -1.0, other: 1.0}, -apart)
        if is_free[area, month]:
            least_counting, least_others = _least(history, area, month)
            for measured, fulfilled in _pairs(history, area, month):
                counting = history.truth[fulfilled]
                others = history.truth[measured] - counting
                add(month, {fulfilled: 1.0}, float(counting - least_counting))
                rest = {measured: 1.0, fulfilled: -1.0}
                add(month, rest, float(others - least_others))
    rows = Rows(
        starts=np.cumsum([0, *(len(one) for one in columns)]),
        columns=np.array([i for one in columns for i in one], dtype=np.int64),
        coefficients=np.array([i for one in factors for i in one], dtype=float),
        lower=np.array(lower, dtype=float),
        upper=np.full(len(lower), np.inf),
    )
    return can_move, np.array(months, dtype=np.int64), rows


def _with_open_group(
    history: History, is_open: np.ndarray, where: np.ndarray, is_everywhere: bool
) -> np.ndarray:
    """Area and month: the pooled areas, those of which a table has a row in some month
    in which their group is not known, or all that take part, and what a table has a row
    of. But for areas that take part in some publications and not in others."""
    numbers = history.numbers[..., history.measure(TARGET_GROUP)]
    is_hidden = where & (numbers != ABSENT) & is_open[numbers]
    is_wanted = is_hidden.any(axis=(0, 2))
    is_pooled = np.zeros_like(is_wanted)
    is_pooled[[*history.of_type(PARTICIPATING), *history.of_type(COUNTRY)]] = True
    takes_part = history.participates == 1
    if is_everywhere:
        is_wanted |= takes_part.any(axis=0)
    is_steady = is_pooled | takes_part.all(axis=0) | ~takes_part.any(axis=0)
    found = (is_wanted | is_pooled)[:, None] | where.any(axis=0)
    return found & is_steady[:, None]


def _with_known_details(
    history: History, is_open: np.ndarray, shown: Shown
) -> tuple[np.ndarray, np.ndarray]:
    """Area and month: where a status or a category is known, or its share is, unless
    nobody at all has it. Of those who count, and of the other measured ones. If
    publications differ in what counts, everywhere."""
    n_areas, n_months = history.values.shape[1:3]
    of_counting = np.zeros((n_areas, n_months), dtype=bool)
    if len({*history.counting}) > 1:
        return ~of_counting, ~of_counting
    of_others = of_counting.copy()
    is_known = ~is_open
    is_known[shown.shares[:, 0]] = True
    for place, name in enumerate(history.measures):
        if _is_detail(name):
            numbers = history.numbers[..., place]
            has_somebody = (history.values[..., place] > 0).any(axis=(0, 1))
            of_count = (numbers != ABSENT) & is_known[numbers]
            found = of_count.any(axis=0) & has_somebody
            statuses = _statuses_of(history, name)
            if statuses & history.counting[0]:
                of_counting |= found
            if statuses - history.counting[0]:
                of_others |= found
    return of_counting, of_others


def _statuses_of(history: History, detail: str) -> frozenset[str]:
    kind, _, name = detail.partition(":")
    if kind == "status":
        return frozenset([name])
    return frozenset(
        status
        for categories in history.categories
        for status in categories.get(name, [])
    )


def _numbers(history: History, name: str, area: int, month: int) -> list[int]:
    """The variables of a count, one for each of its values."""
    if name not in history.measures:
        return []
    found = np.unique(history.numbers[:, area, month, history.measure(name)])
    return [number for number in found.tolist() if number != ABSENT]


def _pairs(history: History, area: int, month: int) -> list[tuple[int, int]]:
    """Who is measured, and who of them is fulfilled, of each publication."""
    places = [history.measure(MEASURED), history.measure(FULFILLED)]
    found = np.unique(history.numbers[:, area, month, places], axis=0)
    return [(one, other) for one, other in found.tolist() if ABSENT not in (one, other)]


def _least(history: History, area: int, month: int) -> tuple[int, int]:
    """How many of those who count, and of the other measured ones, there are in every
    publication, status by status."""
    counting = others = 0
    for place, name in enumerate(history.measures):
        if name.startswith("status:"):
            values = history.values[:, area, month, place]
            least = int(min(values[values != ABSENT], default=0))
            if name.removeprefix("status:") in history.counting[0]:
                counting += least
            else:
                others += least
    return counting, others


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
