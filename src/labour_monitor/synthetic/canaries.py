"""Canaries: people whose numbers stand in the registers and nowhere else.

A synthetic person number has a day of 61 to 91, so that it is nobody's. A canary's has
the month 00 besides, so that no other synthetic person has it: ``770077`` and a number
of four digits. A dozen of them live in every landing, always with the same numbers.
Where one turns up outside of the registers, or a hash of it that anybody could make, a
person has leaked; `tests/python/test_privacy.py` looks for them.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np

NUMBERS = tuple(f"770077{number:04d}" for number in range(1, 13))

_HASHES = tuple(hashlib.sha256(number.encode()).hexdigest() for number in NUMBERS)
_TRACES = re.compile("|".join((*NUMBERS, *_HASHES)).encode(), re.IGNORECASE)

_FIRST = 3
"""So many are the first of the registers, of whom spoiled copies are delivered."""


def traces_in(content: bytes) -> bool:
    """Whether a canary is there: by number, or by its SHA-256 without a secret."""
    return bool(_TRACES.search(content))


def give_numbers(pnr: np.ndarray, standing: np.ndarray) -> np.ndarray:
    """The person numbers with those of the canaries among them.

    Args:
        pnr: the person numbers of the first citizens.
        standing: how likely each of them is in a target group; the others of the
            canaries are those with the highest, so that marts are made of them.
    """
    found = pnr.copy()
    others = np.argsort(-standing[_FIRST:], kind="stable") + _FIRST
    found[:_FIRST] = NUMBERS[:_FIRST]
    found[others[: len(NUMBERS) - _FIRST]] = NUMBERS[_FIRST:]
    return found
