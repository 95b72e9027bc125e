"""Person-group markers: ``persongrupper``."""

from __future__ import annotations

import numpy as np

from labour_monitor.synthetic.calendar import (
    LOCK_DELIVERY,
    OPEN,
    REFERENCE_DAY,
    REFERENCE_WEEK,
    WINDOW_END,
    day,
)
from labour_monitor.synthetic.lives import YEAR, Block, episodes
from labour_monitor.synthetic.places import places
from labour_monitor.synthetic.registers.contact import AKTIVITETSPARAT
from labour_monitor.synthetic.registers.dream import CODES, Dream
from labour_monitor.synthetic.rows import Coded, SpellRows, spell_rows
from labour_monitor.synthetic.states import INDEX

STREAM = 70

GROUPS = (
    "Afklaringspuljen",
    "FSM 2: Rehab (Gr. 2)",
    "FSM 2: Step-up",
    "Flere skal med 1",
    "Frontrunner \N{EN DASH} FSM 2",
)
COHORT, REHAB, STEP_UP, FSM1, FRONTRUNNER = range(len(GROUPS))

COHORT_MARKED_FROM = day(2020, 12, 1)
MARKERS_SINCE = day(2020, 1, 13)
"""Week 3 of 2020, in which the markers of Flere skal med 2 could first be used."""

SHARE_UNMARKED = 0.012
STRAY_MARKERS = 0.0003
"""Share of other cash-benefit receivers who carry the marker by mistake."""

REHAB_PER_YEAR, MEAN_REHAB_DAYS = 0.22, 260
STEP_UP_PER_YEAR = 0.10
OLD_MARKERS_PER_YEAR = 0.02

LONG_TERM_WEEKS = 418


def persongrupper(block: Block, dream: Dream, visitation: SpellRows) -> SpellRows:
    """The list that STAR drew, and what the jobcentres marked themselves."""
    rng = block.rng(STREAM)
    listed = np.flatnonzero(_on_the_list(block, dream, visitation))
    listed = listed[rng.random(listed.size) >= SHARE_UNMARKED]
    states = block.states
    ready = states.kind == INDEX["kth_aktivitetsparat"]
    stray = np.unique(states.person[ready])
    stray = stray[rng.random(stray.size) < STRAY_MARKERS]
    marked = np.union1d(listed, stray)
    parts = [(marked, COHORT, np.full(marked.size, COHORT_MARKED_FROM), None)]
    uses_fsm2 = places().has_fsm2_markers[block.home[states.person]]
    for group, rate, mean_days in (
        (REHAB, REHAB_PER_YEAR, MEAN_REHAB_DAYS),
        (STEP_UP, STEP_UP_PER_YEAR, 0),
        (FSM1, OLD_MARKERS_PER_YEAR, 200),
        (FRONTRUNNER, OLD_MARKERS_PER_YEAR, 200),
    ):
        per_year = np.where(ready & uses_fsm2, rate, 0)
        spell, start, end = episodes(rng, states, per_year, mean_days, MARKERS_SINCE)
        ends = end + rng.integers(0, 90, end.size) if mean_days else None
        parts.append((states.person[spell], group, start, ends))
    person = np.concatenate([part[0] for part in parts]).astype(np.int32)
    group = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
    start = np.concatenate([part[2] for part in parts]).astype(np.int32)
    end = np.concatenate(
        [np.full(len(part[0]), OPEN) if part[3] is None else part[3] for part in parts]
    )
    end = np.where(end >= WINDOW_END, OPEN, end).astype(np.int32)
    return spell_rows(
        "persongrupper",
        rng,
        person,
        start,
        end,
        {"persongruppe": Coded(GROUPS, group)},
        mean_delay=0.01,
        share_late=0,
    )


def _on_the_list(block: Block, dream: Dream, visitation: SpellRows) -> np.ndarray:
    """Whom STAR would list, as the registers of the lock delivery show them."""
    weeks = [dream.as_of(LOCK_DELIVERY, week) for week in range(REFERENCE_WEEK + 1)]
    in_series = np.array(
        [code[:2] in ("13", "14", "70", "71", "72", "73") for code in CODES]
    )
    total = np.zeros(len(block), dtype=np.int16)
    for codes in weeks:
        total += in_series[codes]
    counted = total >= LONG_TERM_WEEKS
    now = np.array([code[:2] in ("13", "70", "71", "73") for code in CODES])
    counted &= now[weeks[REFERENCE_WEEK]]
    category = visitation.columns["personkategori_kode"]
    current = (visitation.start <= REFERENCE_DAY) & (visitation.end >= REFERENCE_DAY)
    ready = np.zeros(len(block), dtype=bool)
    ready[visitation.person[current & (category == AKTIVITETSPARAT)]] = True
    return counted & ready & (REFERENCE_DAY - block.birth >= 30 * YEAR)
