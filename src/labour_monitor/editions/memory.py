"""What a database remembers of the editions that were made of it, or lay beside those:
where one of them is gone, nobody knows any more what the public was shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from labour_monitor.database import opened
from labour_monitor.editions.refusal import refusal
from labour_monitor.editions.shelf import EDITIONS, RESTORE, Published
from labour_monitor.landing.paths import shown

_TABLE = "landing.published_editions"
_FORM = f"""
create table if not exists {_TABLE} (
    edition varchar, digest varchar, first_seen_in varchar
)
"""


def refuse_forgotten(database: Path, into: Path, there: Sequence[Published]) -> None:
    """Whether every edition that the database knows of lies in the folder, as it was.
    The folder may have been moved: an edition is known by its name and digest.

    Raises:
        DatabaseError: the database cannot be read.
        EditionError: one does not.
    """
    digests = {published.name: published.digest for published in there}
    for name, digest, place in _known(database):
        if digests.get(name) == digest:
            continue
        raise refusal(
            f"the edition {name}, which the database knows to be published",
            "another one of that name" if name in digests else "no such folder",
            f"{RESTORE}; or publish with --into the folder that it lies in (it lay in "
            f"{shown(place)})",
            shown(into / EDITIONS),
        )


def remember(database: Path, into: Path, there: Sequence[Published]) -> None:
    """Write down all editions of a folder that the database does not know of: the one
    that was put there now, what a killed run put there, and those of other databases.

    Raises:
        DatabaseError: the database cannot be written.
    """
    known = {(name, digest) for name, digest, _ in _known(database)}
    rows = {(published.name, published.digest): str(into) for published in there}
    new = [(*edition, place) for edition, place in rows.items() if edition not in known]
    if new:
        with opened(database, read_only=False) as connection:
            connection.execute("begin")
            connection.execute(_FORM)
            connection.executemany(f"insert into {_TABLE} values (?, ?, ?)", new)
            connection.execute("commit")


def _known(database: Path) -> list[tuple[str, str, str]]:
    """Name, digest and first folder of each edition, in the order in which they were
    written down; none of a database that has published nothing yet."""
    with opened(database) as connection:
        try:
            return connection.execute(
                f"select edition, digest, first_seen_in from {_TABLE} order by rowid"
            ).fetchall()
        except duckdb.CatalogException:
            return []
