"""Who there is: birth, death before the reference date, person number.

Drawn for the whole landing at once, because person numbers must be unique in it; all
else is drawn block by block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labour_monitor.synthetic.calendar import REFERENCE_DAY, WINDOW_START
from labour_monitor.synthetic.states import AGE_GROUPS, PEOPLE, STOCKS

SHARE_DEAD_BEFORE = 0.08
"""Share of the persons in DREAM who died between 2010 and August 2020."""

NUMBERS_PER_BIRTHDAY = 9000
"""Running numbers 0000-8999 are for this population; 9000-9999 for named citizens."""

_STRIDE = 7919


OTHERS, LONG_TERM_MEMBER, FSM2_MEMBER = range(3)
"""Why a citizen is there: as one of the nation, or drawn for a target group."""

YOUNGEST = {LONG_TERM_MEMBER: 32, FSM2_MEMBER: 30}
OLDEST = 64


@dataclass(frozen=True)
class TargetGroups:
    """How many citizens are drawn for the target groups, beside those of the nation:
    aktivitetsparate with a life on kontanthjaelp in all municipalities, and other
    aktivitetsparate in those of Flere skal med 2."""

    long_term: int = 0
    fsm2: int = 0


IN_PROPORTION = TargetGroups()
"""Nobody: the target groups are as large beside the others as they are in the nation.
"""


@dataclass(frozen=True)
class Population:
    """Arrays of one length. ``last_day`` is the last day of life of those who died
    before the reference date, else the reference date."""

    birth: np.ndarray
    died_before: np.ndarray
    last_day: np.ndarray
    number: np.ndarray
    drawn_as: np.ndarray

    def __len__(self) -> int:
        return len(self.birth)


def draw_population(
    citizens: int, seed: int, groups: TargetGroups = IN_PROPORTION
) -> Population:
    """Draw ``citizens`` persons, some of them for the target groups."""
    rng = np.random.default_rng([seed, 1])
    group = rng.choice(len(PEOPLE), citizens, p=PEOPLE / PEOPLE.sum())
    low, high = np.array(AGE_GROUPS).T
    years = low[group] + rng.random(citizens) * (high[group] + 1 - low[group])
    died_before = rng.random(citizens) < SHARE_DEAD_BEFORE
    last_day = np.full(citizens, REFERENCE_DAY, dtype=np.int32)
    n_dead = int(died_before.sum())
    last_day[died_before] = rng.integers(WINDOW_START + 30, REFERENCE_DAY, n_dead)
    years[died_before] = np.clip(rng.normal(79, 12, n_dead), 25, 91)
    drawn_as = _drawn_as(citizens, seed, groups)
    for kind, youngest in YOUNGEST.items():
        members = drawn_as == kind
        years[members] = _ages_on_benefit(int(members.sum()), youngest, [seed, 5, kind])
    died_before &= drawn_as == OTHERS
    last_day[drawn_as != OTHERS] = REFERENCE_DAY
    birth = (last_day - years * 365.25).astype(np.int32)
    number = _running_numbers(birth, rng)
    return Population(birth, died_before, last_day, number, drawn_as)


def _drawn_as(citizens: int, seed: int, groups: TargetGroups) -> np.ndarray:
    """Why each citizen is there; members lie scattered among the others."""
    drawn_as = np.full(citizens, OTHERS, dtype=np.int8)
    order = np.random.default_rng([seed, 4]).permutation(citizens)
    drawn_as[order[: groups.long_term]] = LONG_TERM_MEMBER
    drawn_as[order[groups.long_term :][: groups.fsm2]] = FSM2_MEMBER
    return drawn_as


def _ages_on_benefit(n: int, youngest: int, seed: list[int]) -> np.ndarray:
    """Ages of aktivitetsparate people, as their stock has them."""
    rng = np.random.default_rng(seed)
    low, high = np.array(AGE_GROUPS).T
    low = np.maximum(low, youngest)
    stock = np.array(STOCKS["kth_aktivitetsparat"])
    stock = np.where((low > high) | (high > OLDEST), 0, stock)
    group = rng.choice(len(stock), n, p=stock / stock.sum())
    return low[group] + rng.random(n) * (high[group] + 1 - low[group])


def _running_numbers(birth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A number for everybody that is unique among those born on the same day."""
    order = np.argsort(birth, kind="stable")
    ordered = birth[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    if sizes.size and sizes.max() > NUMBERS_PER_BIRTHDAY:
        raise ValueError("more persons on one birthday than person numbers")
    rank = np.arange(len(ordered)) - np.repeat(starts, sizes)
    offset = np.repeat(rng.integers(0, NUMBERS_PER_BIRTHDAY, len(starts)), sizes)
    number = np.empty(len(birth), dtype=np.int32)
    number[order] = (rank * _STRIDE + offset) % NUMBERS_PER_BIRTHDAY
    return number


def person_numbers(birth: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Text of ten digits: day of birth + 60, month, year, running number."""
    dates = birth.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    day_of_month = (dates - months).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    value = (day_of_month + 60) * 10**8 + month * 10**6 + years % 100 * 10**4 + number
    return value.astype(str)
