"""The disclosure audit (D2): whether a small count can be worked out from everything
that was ever published. It reads the files of the editions, and shares no code with
what decides which cells are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from . import exposures, history, shown
from .attack import Attack
from .exposures import Exposure
from .tables import SCHEMES

__all__ = ["Exposure", "audit"]


def audit(edition: Path, earlier: Sequence[Path], limit: int) -> list[Exposure]:
    """What is wrong with an edition, given all those before it. What those give away
    without it cannot be taken back, and is laid to it only where it gives away more.

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
                found |= _of_initiative(connection, editions, initiative, limit)
    return sorted(_without_repetition(found), key=str)


def _of_initiative(
    connection: duckdb.DuckDBPyConnection,
    editions: Sequence[Path],
    initiative: str,
    limit: int,
) -> set[Exposure]:
    published = history.read(connection, editions, initiative)
    said = shown.read(connection, editions, published, limit)
    attack = Attack(published, said, limit)
    narrow, means = attack.narrow(said), said.means
    earlier = editions[:-1]
    if earlier and (narrow or means):
        before = shown.read(connection, earlier, published, limit)
        narrow = attack.narrower(narrow, before)
        means = means - before.means
    return said.findings | means | attack.findings | attack.exposures(narrow)


def _without_repetition(found: set[Exposure]) -> set[Exposure]:
    """What is shown need not be worked out."""
    shown_small = {one for one in found if one.problem == exposures.SMALL_SHOWN}
    return found - {replace(one, problem=exposures.WORKED_OUT) for one in shown_small}
