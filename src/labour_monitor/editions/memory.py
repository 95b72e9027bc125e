"""What a database remembers of the editions that were made of it, or lay beside those:
where one of them is gone, nobody knows any more what the public was shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from labour_monitor.editions.refusal import refusal
from labour_monitor.editions.shelf import EDITIONS, RESTORE, Published
from labour_monitor.landing.paths import shown

_TABLE = "landing.published_editions"
_FORM = f"""
create table if not exists {_TABLE} (
    edition varchar, digest varchar, seen_in varchar
)
"""


@dataclass(frozen=True)
class Remembered:
    """An edition, and a folder in which the database saw it."""

    name: str
    digest: str
    seen_in: str


def recall(connection: duckdb.DuckDBPyConnection) -> list[Remembered]:
    """The editions that a database knows of, in the order in which they were written
    down; none where it has published nothing yet."""
    try:
        rows = connection.execute(
            f"select edition, digest, seen_in from {_TABLE} order by rowid"
        ).fetchall()
    except duckdb.CatalogException:
        return []
    return [Remembered(*row) for row in rows]


def refuse_forgotten(
    known: Sequence[Remembered], into: Path, there: Sequence[Published]
) -> None:
    """Whether every edition that a database saw in a folder lies there as it was, and
    has the content that it had elsewhere: a name has the same bytes wherever it lies.

    Raises:
        EditionError: one is gone, or another one has its name.
    """
    digests = {published.name: published.digest for published in there}
    seen_here = {edition.name for edition in known if _is_place(edition, into)}
    for edition in _missing(known, there):
        is_other = edition.name in digests.keys() - seen_here
        if not _is_place(edition, into) and not is_other:
            continue
        raise refusal(
            f"the edition {edition.name}, which the database knows to have lain "
            f"{'here' if _is_place(edition, into) else f'in {shown(edition.seen_in)}'}",
            "another one of that name" if edition.name in digests else "no such folder",
            RESTORE,
            shown(into / EDITIONS),
        )


def elsewhere(
    known: Iterable[Remembered], into: Path, there: Sequence[Published]
) -> str | None:
    """What to say where a database was published into another folder, whose editions
    do not lie in this one. Each folder is a series of its own: what is shown here is
    decided without the other."""
    missing = [
        edition for edition in _missing(known, there) if not _is_place(edition, into)
    ]
    if not missing:
        return None
    places = ", ".join(sorted({shown(edition.seen_in) for edition in missing}))
    return (
        f"This database was published into another folder before ({places}). What is "
        "hidden here is decided without the editions there: give the public the "
        "editions of one folder alone."
    )


def _missing(
    known: Iterable[Remembered], there: Sequence[Published]
) -> list[Remembered]:
    digests = {published.name: published.digest for published in there}
    return [edition for edition in known if digests.get(edition.name) != edition.digest]


def _is_place(edition: Remembered, into: Path) -> bool:
    return Path(edition.seen_in).resolve() == into.resolve()


def remember(
    connection: duckdb.DuckDBPyConnection, into: Path, there: Iterable[Published]
) -> None:
    """Write down all editions of a folder that the database does not know of: the one
    that was put there now, what a killed run put there, and those of other
    databases."""
    known = {astuple(edition) for edition in recall(connection)}
    lying = {(published.name, published.digest, str(into)) for published in there}
    if new := sorted(lying - known):
        connection.execute(_FORM)
        connection.executemany(f"insert into {_TABLE} values (?, ?, ?)", new)
