"""What the jobcentre has registered: ``visitation``, ``integrationsprogram``."""

from __future__ import annotations

import numpy as np

from labour_monitor.synthetic.calendar import OPEN, WINDOW_END
from labour_monitor.synthetic.lives import Block
from labour_monitor.synthetic.rows import Coded, SpellRows, spell_rows
from labour_monitor.synthetic.states import CASH_LIKE, INDEX, INTEGRATION

STREAM_VISITATION, STREAM_PROGRAM = 30, 31

JOBPARAT, AKTIVITETSPARAT = 4, 5
AABENLYST_UDDANNELSESPARAT, UDDANNELSESPARAT, NOT_YET_VISITED = 6, 7, 8

SHARE_NOT_YET_VISITED = 0.15
SHARE_LATE_VISIT = 0.06
SHARE_NEVER_CLOSED = 0.015
SHARE_OVERLAPPING = 0.02
SHARE_SAME_DAY = 0.002
SHARE_DISAGREEING = 0.006
"""Persons whose visitation is another than the one DREAM's code implies."""

PROGRAM_SHARE = {
    "sho_ydelse": 0.65,
    "overgangsydelse": 0.25,
    "kth_integrationsloven": 0.55,
}
PROGRAM_DAYS = 5 * 365


def visitation(block: Block) -> SpellRows:
    """A visitation for every spell of cash benefit, with the lags of real casework."""
    rng = block.rng(STREAM_VISITATION)
    cash = block.states.where(np.isin(block.states.kind, CASH_LIKE))
    n = len(cash)
    category = np.full(n, JOBPARAT, dtype=np.int32)
    category[cash.kind == INDEX["kth_aktivitetsparat"]] = AKTIVITETSPARAT
    on_integration = np.isin(cash.kind, INTEGRATION)
    ready = block.is_ready_for_activity[cash.person]
    category[on_integration & ready] = AKTIVITETSPARAT
    young = cash.kind == INDEX["uddannelseshjaelp"]
    drawn = rng.choice(
        [AABENLYST_UDDANNELSESPARAT, UDDANNELSESPARAT, AKTIVITETSPARAT],
        n,
        p=[0.18, 0.52, 0.30],
    )
    category = np.where(young, drawn, category)
    other = np.where(category == AKTIVITETSPARAT, JOBPARAT, AKTIVITETSPARAT)
    category = np.where(rng.random(n) < SHARE_DISAGREEING, other, category)

    start = cash.start.copy()
    late = rng.random(n) < SHARE_LATE_VISIT
    start[late] += rng.integers(1, 45, n)[late]
    end = np.where(cash.end >= WINDOW_END, OPEN, cash.end)
    overlapping = (rng.random(n) < SHARE_OVERLAPPING) & (end < OPEN)
    end = np.where(overlapping, end + rng.integers(1, 60, n), end)
    end = np.where(rng.random(n) < SHARE_NEVER_CLOSED, OPEN, end)
    first_weeks = np.flatnonzero(rng.random(n) < SHARE_NOT_YET_VISITED)
    waiting_start = start[first_weeks].copy()
    start[first_weeks] += rng.integers(7, 60, first_weeks.size).astype(np.int32)
    waiting_end = np.minimum(start[first_weeks] - 1, end[first_weeks])
    twin = np.flatnonzero(rng.random(n) < SHARE_SAME_DAY)
    person = np.concatenate([cash.person, cash.person[first_weeks], cash.person[twin]])
    category = np.concatenate(
        [category, np.full(first_weeks.size, NOT_YET_VISITED), other[twin]]
    )
    starts = np.concatenate([start, waiting_start, start[twin]])
    twin_end = np.minimum(start[twin] + rng.integers(0, 90, twin.size), end[twin])
    ends = np.concatenate([end, waiting_end, twin_end])
    keep = (starts <= ends) & (starts <= WINDOW_END)
    return spell_rows(
        "visitation",
        rng,
        person[keep],
        starts[keep].astype(np.int32),
        ends[keep].astype(np.int32),
        {"personkategori_kode": category[keep].astype(np.int32)},
        mean_delay=3,
        share_late=0.008,
    )


def integrationsprogram(block: Block) -> SpellRows:
    """Participation in one of the two programmes for part of those it may concern."""
    rng = block.rng(STREAM_PROGRAM)
    states = block.states.where(np.isin(block.states.kind, INTEGRATION))
    share = np.zeros(len(states))
    for name, value in PROGRAM_SHARE.items():
        share[states.kind == INDEX[name]] = value
    takes_part = states.where(rng.random(len(states)) < share)
    program = np.where(takes_part.kind == INDEX["kth_integrationsloven"], 1, 0)
    program = np.where(rng.random(len(takes_part)) < 0.1, 1 - program, program)
    end = np.minimum(takes_part.end, takes_part.start + PROGRAM_DAYS)
    end = np.where(end >= WINDOW_END, OPEN, end).astype(np.int32)
    return spell_rows(
        "integrationsprogram",
        rng,
        takes_part.person,
        takes_part.start,
        end,
        {"program_kode": Coded(("sho", "intro"), program)},
    )
