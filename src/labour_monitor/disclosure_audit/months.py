"""What is taken as known besides, so that the months of a locked cohort can be judged
one at a time. The group of one month bounds that of the next (C8, E1), which ties all
months of an initiative into one system that is slow to solve. Whoever knows more works
out no less: a count that is safe from him is safe."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .history import ABSENT, History
from .tables import COUNTRY, PARTICIPATING, SCHEMES, TARGET_GROUP

Attacker = Iterator[tuple[np.ndarray, np.ndarray]]
"""Which variables he takes as known, and which are judged against him; together all."""

_N_BIG = 4


def attackers(
    history: History, is_open: np.ndarray, where: np.ndarray
) -> Iterator[Attacker]:
    """From the strongest to the one that there is. Against each of them is judged what
    is not safe from those before.

    Args:
        history: the counts.
        is_open: which variables are not known.
        where: world, area and month of which a table has a row.
    """
    if SCHEMES[history.initiative].is_locked:
        yield _every_second_group(history)
        for areas in (_with_open_group(history, is_open, where), None):
            yield _all_but_groups(history, areas)
    yield iter([(np.zeros(history.size, bool), np.ones(history.size, bool))])


def _every_second_group(history: History) -> Attacker:
    """The groups of the months before and after: nothing ties a month to another."""
    month = _months(history)
    is_group = _are(history, TARGET_GROUP)
    for parity in (0, 1):
        is_judged = month % 2 == parity
        yield is_group & ~is_judged, is_judged


def _all_but_groups(history: History, areas: list[int] | None) -> Attacker:
    """Of all other months everything but what a group needs to be another one: its
    parts, and the status that most people have, with its category. Of some areas, or of
    all."""
    month = _months(history)
    scheme = SCHEMES[history.initiative]
    can_move = _are(history, TARGET_GROUP, *scheme.parts, areas=areas)
    for number, status in enumerate(_most_frequent(history)):
        categories = {
            f"category:{category}"
            for of_world in history.categories
            for category, members in of_world.items()
            if status.removeprefix("status:") in members
        }
        of_status = _are(history, status, *categories, areas=areas)
        can_move |= of_status & (month == number)
    for number in range(history.values.shape[2]):
        is_judged = month == number
        yield ~is_judged & ~can_move, is_judged


def _with_open_group(
    history: History, is_open: np.ndarray, where: np.ndarray
) -> list[int]:
    """Areas of which a table has a row and the group is not known, the pooled ones, and
    some big ones, inside and outside, where there is room for what the others have."""
    place = history.measure(TARGET_GROUP)
    numbers = history.numbers[..., place]
    is_hidden = where & (numbers != ABSENT) & is_open[numbers]
    areas = {*np.flatnonzero(is_hidden.any(axis=(0, 2))).tolist()}
    areas |= {*history.of_type(PARTICIPATING), *history.of_type(COUNTRY)}
    size = history.values[..., place].max(axis=(0, 2))
    takes_part = (history.participates == 1).any(axis=0)
    for is_one in (takes_part, ~takes_part):
        big = [i for i in np.argsort(-size, kind="stable").tolist() if is_one[i]]
        areas |= {*[area for area in big if area not in areas][:_N_BIG]}
    return sorted(areas)


def _months(history: History) -> np.ndarray:
    """The month of each variable."""
    found = np.zeros(history.size, dtype=np.int64)
    for month in range(history.values.shape[2]):
        numbers = history.numbers[:, :, month]
        found[numbers[numbers != ABSENT]] = month
    return found


def _are(history: History, *names: str, areas: list[int] | None = None) -> np.ndarray:
    """Which variables are such counts, of some areas or of all."""
    found = np.zeros(history.size, dtype=bool)
    for name in {*names} & {*history.measures}:
        numbers = history.numbers[..., history.measure(name)]
        numbers = numbers if areas is None else numbers[:, areas]
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
