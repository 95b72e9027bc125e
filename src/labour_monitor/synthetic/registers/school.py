"""The schools' reports: ``uddannelse``."""

from __future__ import annotations

import numpy as np

from labour_monitor.synthetic.calendar import OPEN, WINDOW_END, day
from labour_monitor.synthetic.lives import Block, episodes
from labour_monitor.synthetic.registers.casework import by_state
from labour_monitor.synthetic.rows import SpellRows, pick, spell_rows
from labour_monitor.synthetic.states import INDEX

STREAM = 50
REPORTED_SINCE = day(2019, 1, 1)
PROGRAMMES = {
    "1145": 0.2,
    "1199": 0.15,
    "4051": 0.1,
    "4257": 0.1,
    "5066": 0.15,
    "5120": 0.1,
    "6520": 0.1,
    "9999": 0.1,
}
"""Made-up numbers of programmes; no rule reads them."""

COURSES_PER_YEAR = {
    "job": 0.01,
    "kth_aktivitetsparat": 0.012,
    "kth_jobparat": 0.03,
    "ressourceforloeb": 0.02,
    "revalidering": 0.5,
    "ledighedsydelse": 0.02,
    "dagpenge": 0.02,
}


def uddannelse(block: Block) -> SpellRows:
    """Enrolments: everybody on SU, apprentices, and courses with or without SU."""
    rng = block.rng(STREAM)
    states = block.states
    full_time = (states.kind == INDEX["su"]) | (states.kind == INDEX["elev"])
    full_time &= states.end >= REPORTED_SINCE
    enrolled = states.where(full_time)
    rate = by_state(COURSES_PER_YEAR)[states.kind]
    spell, start, end = episodes(rng, states, rate, 150, REPORTED_SINCE)
    person = np.concatenate([enrolled.person, states.person[spell]])
    starts = np.concatenate([enrolled.start, start])
    ends = np.concatenate([enrolled.end, end])
    ends = np.where(ends >= WINDOW_END, OPEN, ends).astype(np.int32)
    eligible = np.concatenate(
        [enrolled.kind == INDEX["su"], rng.random(spell.size) < 0.55]
    )
    return spell_rows(
        "uddannelse",
        rng,
        person,
        starts,
        ends,
        {"udd": pick(rng, PROGRAMMES, person.size), "su_berettiget": eligible},
    )
