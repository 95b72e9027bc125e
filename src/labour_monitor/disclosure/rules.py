"""The rules of each publication (P4): which statuses make up which count, and what was
required in which months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from labour_monitor.disclosure.places import Edition

_KEPT = "dim_publication_status"
_STATUSES = """
select kept.publication_date, status, kept.category, coalesce(kept.counts, today.counts)
from {dim_publication_status} as kept
left join (
    select distinct status, counts from {dim_status} where initiative = $initiative
) as today using (status)
where kept.initiative = $initiative
order by all
"""
_STATUSES_OF_TODAY = """
select distinct cast(null as date), status, category, counts
from {dim_status}
where initiative = $initiative
order by all
"""
_REQUIREMENTS = """
select
    publication_date, requirement_pct, lower_requirement_pct,
    requirement_first_month, requirement_last_month
from {dim_publication}
where initiative = $initiative
"""
_REQUIREMENTS_OF_TODAY = """
select
    cast(null as date), requirement_pct, lower_requirement_pct,
    requirement_first_month, requirement_last_month
from {dim_initiative}
where initiative = $initiative
"""


@dataclass(frozen=True)
class Rules:
    """What the counts of a publication add up by, and what was required of them."""

    sums: dict[str, tuple[str, ...]]
    """The statuses of each sum: n_measured, the categories, n_fulfilled."""
    required: dict[str, int]
    """The shares in percent, by the columns of dim_publication (R3, R4); a step that
    there is not is left out."""
    first_month: date | None
    last_month: date | None
    """In which months they can be reached."""


def read_rules(
    house: duckdb.DuckDBPyConnection,
    edition: Edition,
    initiative: str,
    publication_date: date,
) -> Rules:
    """The rules of a publication, as an edition has them. A version before did not keep
    them: its editions were made by those of their day, which are in their dimensions.
    Where the publication was kept by such a version, and published since, whether a
    status counts is taken from there too."""

    def read(kept: str, of_today: str) -> list[tuple[Any, ...]]:
        query = kept if edition.has(_KEPT) else of_today
        tables = ("dim_publication", _KEPT, "dim_initiative", "dim_status")
        found = house.execute(
            query.format_map({name: edition.table(name) for name in tables}),
            {"initiative": initiative},
        ).fetchall()
        return [row[1:] for row in found if row[0] in (None, publication_date)]

    sums: dict[str, set[str]] = {}
    for status, category, counts in read(_STATUSES, _STATUSES_OF_TODAY):
        name = f"status:{status}"
        sums.setdefault("n_measured", set()).add(name)
        sums.setdefault(f"category:{category}", set()).add(name)
        if counts:
            sums.setdefault("n_fulfilled", set()).add(name)
    ((full, lower, first, last),) = read(_REQUIREMENTS, _REQUIREMENTS_OF_TODAY)
    required = {"requirement_pct": full, "lower_requirement_pct": lower}
    return Rules(
        {name: tuple(sorted(members)) for name, members in sorted(sums.items())},
        {column: share for column, share in required.items() if share is not None},
        first,
        last,
    )
