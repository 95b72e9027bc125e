"""CPR: ``personer`` and ``bopael``."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from labour_monitor.synthetic.calendar import (
    OPEN,
    REFERENCE_DAY,
    WINDOW_END,
    WINDOW_START,
)
from labour_monitor.synthetic.lives import YEAR, Block
from labour_monitor.synthetic.places import places
from labour_monitor.synthetic.rows import Coded, SpellRows, dates, spell_rows

STREAM = 10
DEATH_NOTICE_DAYS = 8
MOVES_PER_YEAR_YOUNG, MOVES_PER_YEAR = 0.10, 0.032
"""Moves to another address that CPR shows as a new residence; about a quarter of them
stay within the municipality."""

SHARE_LATE_DEREGISTRATION = 0.012
SHARE_SAME_DAY = 0.0008


def personer(block: Block, delivery_day: int, order: np.ndarray) -> pa.Table:
    """One row a person; a death is known about a week after it."""
    death = block.death[order]
    unknown = death + DEATH_NOTICE_DAYS > delivery_day
    return pa.table(
        {
            "pnr": block.pnr_column.take(pa.array(order)),
            "foed_dag": dates(block.birth[order]),
            "doddato": dates(death, unknown),
        }
    )


def bopael(block: Block) -> SpellRows:
    """Residences: moves, stays abroad, and some spells that overlap."""
    rng = block.rng(STREAM)
    n = len(block)
    codes = places().codes
    age = (REFERENCE_DAY - block.birth) / YEAR
    rate = np.where(age < 32, MOVES_PER_YEAR_YOUNG, MOVES_PER_YEAR)
    span = WINDOW_END - WINDOW_START
    moves = rng.poisson(rate * span / YEAR)
    mover = np.repeat(np.arange(n), moves)
    move_day = WINDOW_START + rng.integers(0, span, mover.size)
    first_day = np.maximum(block.birth, WINDOW_START - rng.integers(0, 9000, n))
    person = np.concatenate([np.arange(n), mover]).astype(np.int32)
    start = np.concatenate([first_day, move_day]).astype(np.int32)
    order = np.lexsort((start, person))
    person, start = person[order], start[order]
    is_last = np.r_[person[1:] != person[:-1], True]
    end = np.where(is_last, OPEN, np.r_[start[1:], 0] - 1).astype(np.int32)
    drawn = rng.choice(len(codes), person.size, p=places().population)
    stays_near = rng.random(person.size) < 0.4
    at_home = (start <= REFERENCE_DAY) & (end >= REFERENCE_DAY) | stays_near
    kom = np.where(at_home, block.home[person], drawn)
    keep = start <= end
    person, start, end, kom = person[keep], start[keep], end[keep], kom[keep]
    person, start, end, kom = _cut_for_stay_abroad(block, rng, person, start, end, kom)
    end = np.minimum(end, np.where(block.death < OPEN, block.death, OPEN)[person])
    end = _late_deregistration(rng, person, start, end)
    keep = start <= end
    person, start, end, kom = person[keep], start[keep], end[keep], kom[keep]
    twin = np.flatnonzero(rng.random(person.size) < SHARE_SAME_DAY)
    person = np.concatenate([person, person[twin]])
    kom = np.concatenate([kom, rng.choice(len(codes), twin.size)])
    twin_end = np.minimum(start[twin] + rng.integers(0, 20, twin.size), end[twin])
    start = np.concatenate([start, start[twin]])
    end = np.concatenate([end, twin_end]).astype(np.int32)
    return spell_rows(
        "bopael",
        rng,
        person,
        start,
        end,
        {"kom": Coded(codes, kom)},
        mean_delay=4,
        share_late=0.003,
    )


def _cut_for_stay_abroad(
    block: Block,
    rng: np.random.Generator,
    person: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    kom: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """No residence during the stay; one of the same person begins after it."""
    begin, finish = block.abroad_from[person], block.abroad_to[person]
    away = begin < OPEN
    inside = away & (start >= begin) & (start <= finish)
    reaches = away & (start < begin) & (end >= begin)
    end = np.where(reaches, begin - 1, end)
    back = np.flatnonzero((block.abroad_from < OPEN) & (block.abroad_to < OPEN))
    next_start = np.full(len(block), OPEN, dtype=np.int64)
    after = away & (start > finish)
    np.minimum.at(next_start, person[after], start[after])
    back_start = block.abroad_to[back] + 1
    back_end = np.where(next_start[back] < OPEN, next_start[back] - 1, OPEN)
    before_anchor = back_start <= REFERENCE_DAY
    back_kom = np.where(
        before_anchor | (rng.random(back.size) < 0.5),
        block.home[back],
        rng.choice(len(places().codes), back.size, p=places().population),
    )
    keep = ~inside
    return (
        np.concatenate([person[keep], back.astype(np.int32)]),
        np.concatenate([start[keep], back_start]).astype(np.int32),
        np.concatenate([end[keep], back_end]).astype(np.int32),
        np.concatenate([kom[keep], back_kom]),
    )


def _late_deregistration(
    rng: np.random.Generator, person: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """Some residences end days after the next one began, or never."""
    late = (rng.random(end.size) < SHARE_LATE_DEREGISTRATION) & (end < OPEN)
    never = late & (rng.random(end.size) < 0.3)
    extra = rng.integers(1, 40, end.size)
    shifted = np.where(late, np.minimum(end + extra, OPEN - 1), end)
    return np.where(never, OPEN, shifted).astype(np.int32)
