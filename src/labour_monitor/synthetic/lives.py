"""Lives: for every citizen of a block the states in which he or she spent each day.

A life is drawn outwards from the reference date: the state on that day from the stocks,
then what came before and what comes after by two semi-Markov walks, then age and death
are laid over it. Registers are read off the lives afterwards, which is why they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from labour_monitor.synthetic import canaries
from labour_monitor.synthetic.calendar import (
    OPEN,
    WINDOW_END,
    WINDOW_START,
    day,
)
from labour_monitor.synthetic.places import places
from labour_monitor.synthetic.population import (
    FSM2_MEMBER,
    LONG_TERM_MEMBER,
    OTHERS,
    Population,
    person_numbers,
)
from labour_monitor.synthetic.states import (
    AGE_GROUPS,
    BACKWARD_WALK,
    CASH_LIKE,
    FORWARD_WALK,
    INDEX,
    LONG_TERM,
    ORDINARY,
    Walk,
    stock_shares,
)

YEAR = 365.25
SHARE_LONG_TERM = 0.315
"""Share of the aktivitetsparate of 30 or more with a life on kontanthjaelp."""

EFFORT_SPREAD = 0.22
"""Standard deviation of the logarithm of a municipality's pace of clarification."""


@dataclass(frozen=True)
class Spells:
    """Spells sorted by person and start; closed intervals of days, end may be OPEN."""

    person: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: np.ndarray) -> Spells:
        return Spells(
            self.person[keep], self.kind[keep], self.start[keep], self.end[keep]
        )

    def sorted(self) -> Spells:
        return self.where(np.lexsort((self.start, self.person)))


@dataclass(frozen=True)
class Block:
    """One block of citizens and everything the registers are read off."""

    number: int
    seed: int
    pnr: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    pension: np.ndarray
    home: np.ndarray
    is_long_term: np.ndarray
    is_ready_for_activity: np.ndarray
    abroad_from: np.ndarray
    abroad_to: np.ndarray
    effort: np.ndarray
    states: Spells

    def __len__(self) -> int:
        return len(self.pnr)

    @cached_property
    def pnr_column(self) -> pa.Array:
        """The person numbers as Arrow text."""
        return pa.array(self.pnr, pa.string())

    def rng(self, stream: int) -> np.random.Generator:
        """An independent stream of random numbers for one register of this block."""
        return np.random.default_rng([self.seed, 3, self.number, stream])


def municipal_effort(seed: int) -> np.ndarray:
    """Pace of each municipality, 1 on average; the same in every block."""
    rng = np.random.default_rng([seed, 2])
    return np.exp(rng.normal(0, EFFORT_SPREAD, len(places().codes)))


def folkepension_day(birth: np.ndarray) -> np.ndarray:
    """First day of folkepension: 65 years, from birth year 1954 rising to 67."""
    cohorts = np.array(
        [day(1954, 1, 1), day(1954, 7, 1), day(1955, 1, 1), day(1955, 7, 1)]
    )
    years = 65 + 0.5 * np.searchsorted(cohorts, birth, side="right")
    return (birth + years * YEAR).astype(np.int32)


def draw_block(population: Population, number: int, rows: slice, seed: int) -> Block:
    """Draw the lives of one block of the population."""
    rng = np.random.default_rng([seed, 3, number, 0])
    birth = population.birth[rows]
    anchor = population.last_day[rows]
    died_before = population.died_before[rows]
    n = len(birth)
    pension = folkepension_day(birth)
    state = _state_at_anchor(rng, birth, anchor, died_before, pension)
    drawn_as = population.drawn_as[rows]
    state = np.where(drawn_as == OTHERS, state, INDEX["kth_aktivitetsparat"])
    is_cash = np.isin(state, CASH_LIKE)
    is_aktivitetsparat = state == INDEX["kth_aktivitetsparat"]
    older = anchor - birth >= 32 * YEAR
    is_long_term = is_aktivitetsparat & older & (rng.random(n) < SHARE_LONG_TERM)
    is_long_term = np.where(
        drawn_as == OTHERS, is_long_term, drawn_as == LONG_TERM_MEMBER
    )
    home = np.where(
        is_cash,
        rng.choice(len(places().codes), n, p=places().benefit),
        rng.choice(len(places().codes), n, p=places().population),
    ).astype(np.int16)
    for_fsm2 = drawn_as == FSM2_MEMBER
    home[for_fsm2] = _homes_in_fsm2(int(for_fsm2.sum()), [seed, 6, number])
    effort = municipal_effort(seed)[home]
    death = _death(rng, birth, anchor, died_before, is_cash)
    abroad_from, abroad_to = _abroad(rng, anchor, is_cash, died_before)
    states = _states(rng, state, anchor, is_long_term, effort)
    states = _fit_to_age(rng, states, birth, pension)
    states = _until(states, death - 1)
    states = _leave_out(states, abroad_from, abroad_to)
    pnr = person_numbers(birth, population.number[rows])
    if number == 0:
        standing = is_long_term.astype(int) + is_aktivitetsparat
        pnr = canaries.give_numbers(pnr, standing)
    return Block(
        number=number,
        seed=seed,
        pnr=pnr,
        birth=birth,
        death=death,
        pension=pension,
        home=home,
        is_long_term=is_long_term,
        is_ready_for_activity=rng.random(n) < 0.45,
        abroad_from=abroad_from,
        abroad_to=abroad_to,
        effort=effort,
        states=states,
    )


def _homes_in_fsm2(n: int, seed: list[int]) -> np.ndarray:
    """Municipalities of Flere skal med 2, by their weight on cash benefit."""
    weights = np.where(places().has_fsm2_markers, places().benefit, 0)
    rng = np.random.default_rng(seed)
    return rng.choice(len(weights), n, p=weights / weights.sum())


def _state_at_anchor(
    rng: np.random.Generator,
    birth: np.ndarray,
    anchor: np.ndarray,
    died_before: np.ndarray,
    pension: np.ndarray,
) -> np.ndarray:
    highs = np.array([high for _, high in AGE_GROUPS])
    age = (anchor - birth) / YEAR
    group = np.minimum(np.searchsorted(highs, np.floor(age)), len(highs) - 1)
    shares = stock_shares()[group]
    state = (shares < rng.random(len(birth))[:, None]).sum(axis=1)
    state = np.minimum(state, shares.shape[1] - 1)
    ill = np.where(
        rng.random(len(birth)) < 0.5, INDEX["foertidspension"], INDEX["sygedagpenge"]
    )
    state = np.where(died_before, ill, state)
    return np.where(pension <= anchor, INDEX["folkepension"], state)


def _death(
    rng: np.random.Generator,
    birth: np.ndarray,
    anchor: np.ndarray,
    died_before: np.ndarray,
    is_cash: np.ndarray,
) -> np.ndarray:
    """Day of death: a Gompertz hazard from the reference date, tripled on benefit."""
    age = (anchor - birth) / YEAR
    hazard = 4e-5 * np.exp(0.093 * age) * np.where(is_cash, 3, 1)
    wait = rng.exponential(YEAR / hazard)
    later = np.minimum(anchor + 1 + wait, float(OPEN)).astype(np.int32)
    later = np.where(later > WINDOW_END, OPEN, later)
    return np.where(died_before, anchor + 1, later).astype(np.int32)


def _abroad(
    rng: np.random.Generator,
    anchor: np.ndarray,
    is_cash: np.ndarray,
    died_before: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """One stay abroad for a few; never on the reference date. OPEN = no stay."""
    n = len(anchor)
    goes = rng.random(n) < np.where(is_cash, 0.006, 0.02)
    first = rng.integers(WINDOW_START, WINDOW_END, n).astype(np.int32)
    last = first + rng.integers(60, 1500, n).astype(np.int32)
    goes &= ((first > anchor) | (last < anchor)) & ~(died_before & (first > anchor))
    last = np.where(last > WINDOW_END, OPEN, last)
    return (
        np.where(goes, first, OPEN).astype(np.int32),
        np.where(goes, last, OPEN).astype(np.int32),
    )


def _walk_from(
    rng: np.random.Generator,
    walk: Walk,
    person: np.ndarray,
    state: np.ndarray,
    profile: np.ndarray,
    clock: np.ndarray,
    until: np.ndarray,
    pace: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Walk on until the clock has passed ``until``; spells may reach beyond it."""
    spells: list[tuple[np.ndarray, ...]] = []
    ready = INDEX["kth_aktivitetsparat"]
    while person.size:
        mean = walk.stay[profile, state] / np.where(state == ready, pace, 1)
        last = (clock + 6 + rng.exponential(mean)).astype(np.int64)
        spells.append((person, state, clock, last))
        draw = rng.random(person.size)
        following = (walk.cumulated[profile, state] < draw[:, None]).sum(axis=1)
        goes_on = last < until
        person, state = person[goes_on], following[goes_on]
        profile, pace = profile[goes_on], pace[goes_on]
        clock, until = last[goes_on] + 1, until[goes_on]
    return tuple(np.concatenate(column) for column in zip(*spells, strict=True))


def _states(
    rng: np.random.Generator,
    state: np.ndarray,
    anchor: np.ndarray,
    is_long_term: np.ndarray,
    effort: np.ndarray,
) -> Spells:
    """Both walks, joined into one sequence of states for each person."""
    n = len(state)
    everybody = np.arange(n)
    profile = np.where(is_long_term, LONG_TERM, ORDINARY)
    anchor = anchor.astype(np.int64)
    ones = np.ones(n)
    after = _walk_from(
        rng,
        FORWARD_WALK,
        everybody,
        state,
        profile,
        anchor,
        np.full(n, WINDOW_END),
        effort,
    )
    before = _walk_from(
        rng,
        BACKWARD_WALK,
        everybody,
        state,
        profile,
        -anchor + 1,
        np.full(n, -WINDOW_START),
        ones,
    )
    first_after = after[2] == anchor[after[0]]
    person = np.concatenate([after[0], before[0]])
    kind = np.concatenate([after[1], before[1]])
    start = np.concatenate([after[2], -before[3]])
    end = np.concatenate([after[3], -before[2]])
    is_anchor = np.concatenate([first_after, -before[2] == anchor[before[0]] - 1])
    order = np.lexsort((start, person))
    person, kind, start, end, is_anchor = (
        column[order] for column in (person, kind, start, end, is_anchor)
    )
    joins_next = is_anchor & np.r_[is_anchor[1:], False]
    joins_next &= np.r_[person[1:] == person[:-1], False]
    end[joins_next] = end[np.flatnonzero(joins_next) + 1]
    keep = ~np.r_[False, joins_next[:-1]]
    end = np.where(end >= WINDOW_END, OPEN, end)
    return Spells(
        person[keep].astype(np.int32),
        kind[keep].astype(np.int8),
        np.maximum(start[keep], day(1950)).astype(np.int32),
        end[keep].astype(np.int32),
    )


def _fit_to_age(
    rng: np.random.Generator, spells: Spells, birth: np.ndarray, pension: np.ndarray
) -> Spells:
    """What the law ties to age: help for the young, SU, efterloen, the pensions."""
    kind = spells.kind.copy()
    born = birth[spells.person]
    age = (spells.start - born) / YEAR
    cash = (kind == INDEX["kth_jobparat"]) | (kind == INDEX["kth_aktivitetsparat"])
    young = cash & (age < 30) & (spells.end < born + 30.5 * YEAR)
    young &= spells.start >= day(2014, 1, 1)
    kind[young] = INDEX["uddannelseshjaelp"]
    grown = (kind == INDEX["uddannelseshjaelp"]) & (age >= 30)
    kind[grown] = INDEX["kth_aktivitetsparat"]
    kind[(kind == INDEX["su"]) & ((age < 18) | (age > 50))] = INDEX["job"]
    kind[(kind == INDEX["barsel"]) & (age > 46)] = INDEX["sygedagpenge"]
    kind[(kind == INDEX["efterloen"]) & (age < 60)] = INDEX["job"]
    kind[(kind == INDEX["folkepension"])] = INDEX["foertidspension"]
    child = age < 15
    start = np.where(child, born + int(15 * YEAR), spells.start).astype(np.int32)
    kind[child & (kind != INDEX["su"])] = INDEX["selvforsoergelse"]
    spells = Spells(spells.person, kind, start, spells.end)
    spells = spells.where(spells.start <= spells.end)
    spells = _early_pension(rng, spells, pension)
    return _then(spells, pension, INDEX["folkepension"], OPEN)


def _early_pension(
    rng: np.random.Generator, spells: Spells, pension: np.ndarray
) -> Spells:
    """Seniorpension from 2020 and tidlig pension from 2022, shortly before the age."""
    n = len(pension)
    first = np.full(n, OPEN, dtype=np.int32)
    senior = rng.random(n) < 0.05
    from_day = (pension - rng.integers(100, 6 * 365, n)).astype(np.int32)
    from_day = np.maximum(from_day, day(2020, 1, 1) + rng.integers(0, 400, n))
    first[senior] = from_day[senior]
    early = ~senior & (rng.random(n) < 0.08)
    from_day = np.maximum(
        pension - rng.integers(30, 3 * 365, n), day(2022, 1, 1) + rng.integers(0, 90, n)
    )
    first[early] = from_day[early]
    first[first >= np.minimum(pension, WINDOW_END)] = OPEN
    has_senior = np.where(first == OPEN, False, senior)
    has_early = np.where(first == OPEN, False, early)
    closed_to = np.isin(
        spells.kind,
        [INDEX["foertidspension"], INDEX["efterloen"], INDEX["fleksydelse"]],
    )
    barred = np.zeros(n, dtype=bool)
    barred[spells.person[closed_to & (spells.end >= first[spells.person])]] = True
    first[barred] = OPEN
    spells = _then(
        spells, np.where(has_senior, first, OPEN), INDEX["seniorpension"], pension - 1
    )
    return _then(
        spells, np.where(has_early, first, OPEN), INDEX["tidlig_pension"], pension - 1
    )


def _until(spells: Spells, last: np.ndarray) -> Spells:
    """Cut every life after its last day."""
    limit = last[spells.person]
    end = np.minimum(spells.end, np.where(limit >= WINDOW_END, OPEN, limit))
    cut = Spells(spells.person, spells.kind, spells.start, end.astype(np.int32))
    return cut.where(cut.start <= cut.end)


def _then(
    spells: Spells, first: np.ndarray, kind: int, last: np.ndarray | np.int32
) -> Spells:
    """From ``first`` on (OPEN = never) one other state holds, up to ``last``."""
    begins = np.flatnonzero(first <= WINDOW_END)
    if not begins.size:
        return spells
    kept = _until(spells, np.where(first <= WINDOW_END, first - 1, OPEN))
    end = np.broadcast_to(last, first.shape)[begins]
    end = np.where(end >= WINDOW_END, OPEN, end)
    return Spells(
        np.concatenate([kept.person, begins.astype(np.int32)]),
        np.concatenate([kept.kind, np.full(begins.size, kind, dtype=np.int8)]),
        np.concatenate([kept.start, first[begins].astype(np.int32)]),
        np.concatenate([kept.end, end.astype(np.int32)]),
    ).sorted()


def _leave_out(spells: Spells, first: np.ndarray, last: np.ndarray) -> Spells:
    """No state counts abroad: a spell that reaches into the stay ends before it.

    Pensions are paid abroad too, so they run on."""
    begin, finish = first[spells.person], last[spells.person]
    is_pension = spells.kind >= INDEX["efterloen"]
    is_pension &= spells.kind <= INDEX["folkepension"]
    touches = (spells.start <= finish) & (spells.end >= begin) & (begin != OPEN)
    touches &= ~is_pension
    starts_inside = touches & (spells.start >= begin)
    end = np.where(touches, begin - 1, spells.end).astype(np.int32)
    resumed = np.where(starts_inside, finish + 1, spells.start).astype(np.int32)
    end = np.where(starts_inside, spells.end, end)
    moved = Spells(spells.person, spells.kind, resumed, end)
    return moved.where((moved.start <= moved.end) & (moved.start <= WINDOW_END))


def episodes(
    rng: np.random.Generator,
    spells: Spells,
    per_year: np.ndarray,
    mean_days: float,
    first: int,
    shortest: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Poisson episodes inside spells from day ``first`` on: (spell, start, end).

    ``per_year`` is the rate of each spell; an episode ends with its spell."""
    begin = np.maximum(spells.start, first)
    finish = np.minimum(spells.end, WINDOW_END + 200)
    length = np.maximum(finish - begin + 1, 0)
    count = rng.poisson(per_year * length / YEAR)
    spell = np.repeat(np.arange(len(spells)), count)
    start = begin[spell] + (rng.random(spell.size) * length[spell]).astype(np.int32)
    duration = shortest + rng.exponential(mean_days, spell.size).astype(np.int32)
    end = np.minimum(start + duration, spells.end[spell])
    return spell, start.astype(np.int32), end.astype(np.int32)
