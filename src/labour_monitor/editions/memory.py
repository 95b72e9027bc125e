"""What a database remembers of the editions that were made of it, or lay beside those:
where one of them is gone, nobody knows any more what the public was shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from labour_monitor.editions.refusal import refusal
from labour_monitor.editions.shelf import EDITIONS, RESTORE, Published
from labour_monitor.landing.paths import shown

_TABLE = "landing.published_editions"
_FORM = f"""
create table if not exists {_TABLE} (
    edition varchar, digest varchar, first_seen_in varchar
)
"""


@dataclass(frozen=True)
class Remembered:
    """An edition, and the folder in which the database saw it first."""

    name: str
    digest: str
    first_seen_in: str


def recall(connection: duckdb.DuckDBPyConnection) -> list[Remembered]:
    """The editions that a database knows of, in the order in which they were written
    down; none where it has published nothing yet."""
    try:
        rows = connection.execute(
            f"select edition, digest, first_seen_in from {_TABLE} order by rowid"
        ).fetchall()
    except duckdb.CatalogException:
        return []
    return [Remembered(*row) for row in rows]


def refuse_forgotten(
    known: Iterable[Remembered], into: Path, there: Sequence[Published]
) -> None:
    """Whether every edition that a database knows of lies in the folder, as it was. The
    folder may have been moved: an edition is known by its name and digest.

    Raises:
        EditionError: one does not.
    """
    digests = {published.name: published.digest for published in there}
    for edition in known:
        found = digests.get(edition.name)
        if found == edition.digest:
            continue
        raise refusal(
            f"the edition {edition.name}, which the database knows to be published",
            "another one of that name" if found else "no such folder",
            f"{RESTORE}; or publish with --into the folder that it lies in (it lay in "
            f"{shown(edition.first_seen_in)})",
            shown(into / EDITIONS),
        )


def remember(
    connection: duckdb.DuckDBPyConnection, into: Path, there: Iterable[Published]
) -> None:
    """Write down all editions of a folder that the database does not know of: the one
    that was put there now, what a killed run put there, and those of other
    databases."""
    known = {(edition.name, edition.digest) for edition in recall(connection)}
    lying = {(published.name, published.digest) for published in there}
    if new := sorted(lying - known):
        connection.execute(_FORM)
        rows = [(*edition, str(into)) for edition in new]
        connection.executemany(f"insert into {_TABLE} values (?, ?, ?)", rows)
