"""What was published stays published (P4): the publications of a database, held against
those of the editions that lie where it publishes. A database that was put back from a
backup has lost some, and may have kept others anew, with other figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor.editions.refusal import EditionError, refusal
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
_LISTS = """
select initiative, publication_date, {column} from {table}
where {column} is not null
"""
_TABLE_OF_LISTS = "dim_publication"
_COLUMNS_OF_LISTS = {
    "exemption_list": "list of exemptions",
    "has_example_participants": "word on whether its participants are an example",
}
"""What is said of a publication beside its figures; null where it is not known."""
_OTHER_RULES = """
select
    kept.initiative,
    kept.publication_date,
    count(*) filter (
        where status.category is distinct from kept.category
    ) as n_categories
from state.int_publication_rules_kept as kept
left join (
    select distinct initiative, status, category from marts.dim_status
) as status using (initiative, status)
left join marts.dim_initiative as initiative using (initiative)
where
    status.category is distinct from kept.category
    or initiative.requirement_first_month is distinct from kept.requirement_first_month
    or initiative.requirement_last_month is distinct from kept.requirement_last_month
group by all
order by all
limit 1
"""

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
        EditionError: one has other figures, or is of other lists, than in an edition.
    """
    ours = _kept(house, f"main.{_TABLE}")
    missing: dict[tuple[str, date], str] = {}
    for edition in sorted(there, key=lambda published: published.name, reverse=True):
        theirs = _kept(house, parquet(edition.folder / HOUSE / f"{_TABLE}.parquet"))
        for publication, figures in sorted(theirs.items()):
            if publication not in ours:
                missing.setdefault(publication, edition.name)
            elif ours[publication] != figures:
                raise _another(publication, "other figures", edition, into)
        for column, meaning in _COLUMNS_OF_LISTS.items():
            kept_lists = _lists(house, f"main.{_TABLE_OF_LISTS}", column)
            file = parquet(edition.folder / HOUSE / f"{_TABLE_OF_LISTS}.parquet")
            for publication, said in sorted(_lists(house, file, column).items()):
                if kept_lists.get(publication, said) != said:
                    raise _another(publication, f"another {meaning}", edition, into)
    if not missing:
        return None
    named = [f"{_named(p)} (in {name})" for p, name in sorted(missing.items())]
    more = f" and {len(named) - 2} more" if len(named) > 2 else ""
    return (
        "Not in this edition, since the database has not kept them, and in earlier "
        f"ones: {', '.join(named[:2])}{more}. What to do, where the database is a "
        "backup or was made anew: go on with the newest one that published here"
    )


def other_rules(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Why the figures of a publication may not add up as the decision and the audit of
    disclosure add them, which is by the rules of today; None where all publications
    were kept by these.

    Args:
        connection: the database that is published.
    """
    is_there = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'state' "
        "and table_name = 'int_publication_rules_kept'"
    ).fetchone()
    if not is_there:  # a file of tables that another engine has made
        return None
    if (found := connection.execute(_OTHER_RULES).fetchone()) is None:
        return None
    initiative, day, n_categories = found
    seed, what = (
        ("result_schemes", "the categories of its statuses")
        if n_categories
        else ("initiatives", "the months of its requirement")
    )
    return (
        f"The publication {day} of {initiative} was kept by other rules (P4): "
        f"{what} are not those of seeds/rules/{seed}.csv today, by which its counts do "
        "not add up. What to do: put them back and build; to publish by the rules of "
        "today, build a new database and give a new folder with --into."
    )


def _kept(house: duckdb.DuckDBPyConnection, table: str) -> Kept:
    found = house.execute(_PUBLICATIONS.format(table)).fetchall()
    return {(initiative, day): (n, content) for initiative, day, n, content in found}


def _lists(
    house: duckdb.DuckDBPyConnection, table: str, column: str
) -> dict[tuple[str, date], object]:
    found = house.execute(_LISTS.format(table=table, column=column)).fetchall()
    return {(initiative, day): said for initiative, day, said in found}


def _another(
    publication: tuple[str, date], what: str, edition: Published, into: Path
) -> EditionError:
    return refusal(
        "every publication as it was published: what is kept never changes (P4)",
        f"{_named(publication)} with {what} than in the edition {edition.name}",
        "go on with the newest database that published here, where this one is a "
        "backup or was made anew; where those editions were a trial, give another "
        "folder with --into",
        into,
    )


def _named(publication: tuple[str, date]) -> str:
    initiative, day = publication
    return f"the publication {day} of {initiative}"
