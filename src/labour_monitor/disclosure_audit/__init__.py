"""The disclosure audit (D2): whether a small count can be worked out from everything
that was ever published. It reads the files of the editions, and shares no code with
what decides which cells are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from . import attack, exposures, history, shown
from .exposures import Exposure
from .tables import SCHEMES

__all__ = ["Exposure", "audit"]


def audit(edition: Path, earlier: Sequence[Path], limit: int) -> list[Exposure]:
    """What is wrong with an edition, given all those before it.

    Args:
        edition: the folder with `public/` and `house/`.
        earlier: the folders of all editions before it, oldest first.
        limit: counts from 1 to one less are small; what is known of them must leave at
            least so much between the least and the greatest value that they can have.

    Returns:
        The findings in order; none where the edition may be published.

    Raises:
        ContentError: a file of an edition is missing or cannot be read.
    """
    editions = [*earlier, edition]
    found: set[Exposure] = {*shown.unknown_tables(edition)}
    with duckdb.connect() as connection:
        for initiative in history.initiatives(connection, editions):
            if initiative in SCHEMES:
                published = history.read(connection, editions, initiative)
                said = shown.read(connection, editions, published, limit)
                found |= said.findings
                found |= set(attack.exposed(published, said, limit))
    return sorted(_without_repetition(found), key=str)


def _without_repetition(found: set[Exposure]) -> set[Exposure]:
    """What is shown need not be worked out."""
    shown_small = {one for one in found if one.problem == exposures.SMALL_SHOWN}
    return found - {replace(one, problem=exposures.WORKED_OUT) for one in shown_small}
