"""What was published stays published (P4): the publications of a database, held against
those of the editions that lie where it publishes. A database that was put back from a
backup has lost some, and may have kept others anew, with other figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor.editions.refusal import refusal
from labour_monitor.editions.shelf import Published
from labour_monitor.editions.tables import HOUSE
from labour_monitor.landing.paths import parquet

_PUBLICATIONS = """
select
    initiative,
    publication_date,
    count(*),
    bit_xor(hash(area_type, area_code, data_month, measure, value))
from {}
group by initiative, publication_date
"""
_TABLE = "fct_publication"

Kept = dict[tuple[str, date], tuple[int, int]]
"""Of each publication how many figures it has, and a number of all of them."""


def examine(
    house: duckdb.DuckDBPyConnection, there: Sequence[Published], into: Path
) -> str | None:
    """Hold the publications against those of the editions.

    Args:
        house: the tables that are to be published.
        there: the editions of the same landing.
        into: where they lie.

    Returns:
        What the user should be told: which publications are in an edition and not in
        the database. None where all are.

    Raises:
        EditionError: one has other figures than in an edition.
    """
    ours = _kept(house, f"main.{_TABLE}")
    missing: dict[tuple[str, date], str] = {}
    for edition in sorted(there, key=lambda published: published.name, reverse=True):
        theirs = _kept(house, parquet(edition.folder / HOUSE / f"{_TABLE}.parquet"))
        for publication, figures in sorted(theirs.items()):
            if publication not in ours:
                missing.setdefault(publication, edition.name)
            elif ours[publication] != figures:
                raise refusal(
                    "every publication as it was published: what is kept never "
                    "changes (P4)",
                    f"{_named(publication)} with other figures than in the edition "
                    f"{edition.name}",
                    "go on with the newest database that published here, where this "
                    "one is a backup or was made anew; where those editions were a "
                    "trial, give another folder with --into",
                    into,
                )
    if not missing:
        return None
    named = [f"{_named(p)} (in {name})" for p, name in sorted(missing.items())]
    more = f" and {len(named) - 2} more" if len(named) > 2 else ""
    return (
        "Not in this edition, since the database has not kept them, and in earlier "
        f"ones: {', '.join(named[:2])}{more}. What to do, where the database is a "
        "backup or was made anew: go on with the newest one that published here"
    )


def _kept(house: duckdb.DuckDBPyConnection, table: str) -> Kept:
    found = house.execute(_PUBLICATIONS.format(table)).fetchall()
    return {(initiative, day): (n, content) for initiative, day, n, content in found}


def _named(publication: tuple[str, date]) -> str:
    initiative, day = publication
    return f"the publication {day} of {initiative}"
