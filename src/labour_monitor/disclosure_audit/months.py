"""What is taken as known besides, so that the months of a locked cohort can be judged
one at a time. The group of one month bounds that of the next (C8, E1), which ties all
months of an initiative into one system that is slow to solve. Whoever knows more works
out no less: a count that is safe from him is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .history import ABSENT, History
from .tables import SCHEMES, TARGET_GROUP

Taken = tuple[np.ndarray, np.ndarray]
"""Of each variable whether it is taken as known, and whether its month is judged."""
Step = Callable[[History], Iterator[Taken]]


def steps(history: History) -> tuple[Step, ...]:
    """From the strongest attacker to the one that there is. Each judges what could be
    worked out in the step before."""
    if SCHEMES[history.initiative].is_locked:
        return _every_second_group, _all_but_groups, _nothing
    return (_nothing,)


def _nothing(history: History) -> Iterator[Taken]:
    yield np.zeros(history.size, bool), np.ones(history.size, bool)


def _every_second_group(history: History) -> Iterator[Taken]:
    """The groups of the months before and after: nothing ties a month to another."""
    month = _months(history)
    is_group = _are(history, TARGET_GROUP)
    for parity in (0, 1):
        is_judged = month % 2 == parity
        yield is_group & ~is_judged, is_judged


def _all_but_groups(history: History) -> Iterator[Taken]:
    """Of all other months everything but what a group needs to be another one: its
    parts, and the status that most people have, with its category."""
    month = _months(history)
    scheme = SCHEMES[history.initiative]
    can_move = _are(history, TARGET_GROUP, *scheme.parts)
    for number, status in enumerate(_most_frequent(history)):
        categories = {
            f"category:{category}"
            for of_world in history.categories
            for category, members in of_world.items()
            if status.removeprefix("status:") in members
        }
        can_move |= _are(history, status, *categories) & (month == number)
    for number in range(history.values.shape[2]):
        is_judged = month == number
        yield ~is_judged & ~can_move, is_judged


def _months(history: History) -> np.ndarray:
    """The month of each variable."""
    found = np.zeros(history.size, dtype=np.int64)
    for month in range(history.values.shape[2]):
        numbers = history.numbers[:, :, month]
        found[numbers[numbers != ABSENT]] = month
    return found


def _are(history: History, *names: str) -> np.ndarray:
    """Which variables are such counts."""
    found = np.zeros(history.size, dtype=bool)
    for name in {*names} & {*history.measures}:
        numbers = history.numbers[..., history.measure(name)]
        found[numbers[numbers != ABSENT]] = True
    return found


def _most_frequent(history: History) -> list[str]:
    """The status of each month that most people have."""
    places = [
        place
        for place, name in enumerate(history.measures)
        if name.startswith("status:")
    ]
    people = np.maximum(history.values[..., places], 0).sum(axis=(0, 1))
    return [history.measures[places[i]] for i in people.argmax(axis=1)]
