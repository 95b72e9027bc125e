"""Payments: ``ydelser``."""

from __future__ import annotations

import numpy as np

from labour_monitor.synthetic.calendar import OPEN, WINDOW_END, day
from labour_monitor.synthetic.lives import Block
from labour_monitor.synthetic.rows import Coded, SpellRows, spell_rows
from labour_monitor.synthetic.states import STATES

STREAM = 20
PAID_SINCE = day(2019, 1, 1)
"""The register holds the payments that were still running in 2019."""


def ydelser(block: Block) -> SpellRows:
    """A paid period for every spell of a state that has a benefit."""
    rng = block.rng(STREAM)
    codes = tuple(sorted({state.benefit for state in STATES if state.benefit}))
    code_of_state = np.array(
        [codes.index(s.benefit) if s.benefit else -1 for s in STATES]
    )
    states = block.states
    code = code_of_state[states.kind]
    paid = states.where((code >= 0) & (states.end >= PAID_SINCE))
    code = code_of_state[paid.kind]
    end = np.where(paid.end >= WINDOW_END, OPEN, paid.end)
    start = np.where(end < OPEN, np.minimum(paid.start, end), paid.start)
    return spell_rows(
        "ydelser",
        rng,
        paid.person,
        start,
        end,
        {"ydelse_kode": Coded(codes, code)},
        mean_delay=8,
        share_late=0.006,
    )
