"""What was published stays published (P4): the publications of a database, held against
those of the editions that lie where it publishes. A database that was put back from a
backup has lost some, and may have kept others anew, with other figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Rule:
    """What is said of a publication beside its figures, and never changes: an aggregate
    of its rows in a table, null where it is not known."""

    meaning: str
    table: str
    aggregate: str


_OF_PUBLICATION = "dim_publication"
_OF_STATUSES = "dim_publication_status"
_LISTS = (
    _Rule("list of exemptions", _OF_PUBLICATION, "max(exemption_list)"),
    _Rule(
        "word on whether its participants are an example",
        _OF_PUBLICATION,
        "bool_or(has_example_participants)",
    ),
)
_RULES = (
    *_LISTS,
    _Rule(
        "requirement",
        _OF_PUBLICATION,
        "list((requirement_pct, lower_requirement_pct, requirement_first_month, "
        "requirement_last_month)) filter (where requirement_pct is not null)",
    ),
    _Rule(
        "scheme: other categories of its statuses",
        _OF_STATUSES,
        "list((status, category) order by status)",
    ),
    _Rule(
        "scheme: other statuses that count",
        _OF_STATUSES,
        "list((status, counts) order by status) filter (where counts is not null)",
    ),
)

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
        EditionError: one has other figures, or is of other rules, than in an edition.
    """
    ours = _kept(house, f"main.{_TABLE}")
    our_rules = {rule: _said(house, rule, f"main.{rule.table}") for rule in _RULES}
    missing: dict[tuple[str, date], str] = {}
    for edition in sorted(there, key=lambda published: published.name, reverse=True):
        theirs = _kept(house, parquet(edition.folder / HOUSE / f"{_TABLE}.parquet"))
        for publication, figures in sorted(theirs.items()):
            if publication not in ours:
                missing.setdefault(publication, edition.name)
            elif ours[publication] != figures:
                raise _another(publication, "other figures", edition, into)
        folder = edition.folder / HOUSE
        for rule in _rules_of(folder):
            file = parquet(folder / f"{rule.table}.parquet")
            for publication, said in sorted(_said(house, rule, file).items()):
                if our_rules[rule].get(publication, said) != said:
                    meaning = f"another {rule.meaning}"
                    raise _another(publication, meaning, edition, into)
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


def _rules_of(folder: Path) -> Sequence[_Rule]:
    """What an edition says of its publications, by its version."""
    if (folder / f"{_OF_STATUSES}.parquet").exists():
        return _RULES
    return _LISTS if (folder / f"{_OF_PUBLICATION}.parquet").exists() else ()


def _said(
    house: duckdb.DuckDBPyConnection, rule: _Rule, table: str
) -> dict[tuple[str, date], object]:
    found = house.execute(
        f"select initiative, publication_date, {rule.aggregate} as said from {table} "
        "group by initiative, publication_date having said is not null"
    ).fetchall()
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
