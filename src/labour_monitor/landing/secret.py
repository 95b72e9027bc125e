"""Whether the secret of the citizen keys can protect the people of a landing (D1)."""

from __future__ import annotations

import os

from labour_monitor.landing.faults import Fault

NAME = "CITIZEN_KEY_SECRET"
SHORTEST = 32
"""There are few person numbers, and whoever guesses the secret has them all: so it has
at least the characters of 128 random bits in hex."""


def faults(is_synthetic: bool) -> list[Fault]:
    """What is wrong with the secret that is set. Where none is set, the run says so
    itself. Nobody has to be protected in synthetic registers."""
    found = os.environ.get(NAME)
    if is_synthetic or not found or len(found) >= SHORTEST:
        return []
    return [
        Fault(
            expected=f"at least {SHORTEST} characters in {NAME}, because the landing "
            "does not say that its registers are synthetic",
            found="fewer",
            advice="set a long one that nobody can guess, such as `openssl rand -hex "
            "32` writes, and keep it; what was built with a short one has to be built "
            "anew into another database, because all keys change",
            asks=False,
        )
    ]
