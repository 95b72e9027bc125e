"""`datapackage.json`: what the tables of an edition are, as a Frictionless Data Package
(version 2), and `disclosure.json`: how much of them is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor import fingerprints
from labour_monitor.editions.contracts import DISCLOSURE, STATE, Column, Table
from labour_monitor.editions.shelf import FORMAT, PACKAGE
from labour_monitor.editions.tables import PUBLIC
from labour_monitor.landing import contract
from labour_monitor.report.document import Delivery, MadeBy

DISCLOSURE_FILE = "disclosure.json"
REPORT = "report"
"""The folder of the report that people look at."""
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES = {
    "varchar": "string",
    "date": "date",
    "timestamp": "datetime",
    "boolean": "boolean",
    "bigint": "integer",
    "integer": "integer",
}
_LICENCES = {
    "public": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "house": {
        "name": "other-closed",
        "title": "For the authority alone: small counts are not hidden",
    },
}
_COUNTS = f"""
select
    {{table}} as table_name,
    count(*) as n_cells,
    count(*) filter (where state = 'shown') as n_shown,
    count(*) filter (where state = 'not_applicable') as n_not_applicable,
    count(*) filter (where reason in ('small', 'complement')) as n_small,
    count(*) filter (where reason in ('protects', 'earlier')) as n_others
from main.{DISCLOSURE}
where "table" = {{table}}
"""


_LEAST_OF_A_KIND = 5
"""Of what is hidden in a table at least one in so many is of each kind, or the public
is not told how many are."""


@dataclass(frozen=True)
class About:
    """What both parts of an edition say of it."""

    edition: str
    content: str
    as_of: date
    landing_id: str
    limit: int
    is_synthetic: bool
    has_example_participants: bool
    newest: dict[str, date]
    """Of each initiative, by its name, the newest publication."""
    earlier: dict[str, str]
    """Name and digest of each edition that lay there before."""
    deliveries: tuple[Delivery, ...] = ()
    """What each publication rests on, in the order of their fields."""
    rules: tuple[MadeBy, ...] = ()
    """By which rules each publication was made, in the same order."""


@dataclass(frozen=True)
class Shown:
    """How many cells of a table are shown, and how many are not. `n_zero` of those
    shown are zero; `n_small` are hidden for themselves, `n_others` to protect
    others."""

    n_cells: int
    n_shown: int
    n_zero: int
    n_not_applicable: int
    n_small: int
    n_others: int

    @property
    def n_hidden(self) -> int:
        return self.n_small + self.n_others


def shown(
    house: duckdb.DuckDBPyConnection, tables: Sequence[Table]
) -> dict[str, Shown]:
    """By report table, what the public edition shows of it."""
    found = {}
    for table in (table for table in tables if table.is_report):
        name = f"'{table.name}'"
        ((_, n_cells, n_shown, n_none, n_small, n_others),) = house.execute(
            _COUNTS.format(table=name)
        ).fetchall()
        zeros = " + ".join(
            f"coalesce(sum(cast({column.name} = 0 as bigint)), 0)"
            for column in table.columns
            if f"{column.name}{STATE}" in table.names
            and column.data_type not in ("boolean", "date")
        )
        ((n_zero,),) = house.execute(
            f"select {zeros} from {PUBLIC}.{table.name}"
        ).fetchall()
        found[table.name] = Shown(
            n_cells, n_shown, int(n_zero), n_none, n_small, n_others
        )
    return found


def total(counts: dict[str, Shown]) -> Shown:
    """All tables together."""
    columns = zip(*map(astuple, counts.values()), strict=True)
    return Shown(*map(sum, columns))


def write_disclosure(
    folder: Path, part: str, about: About, counts: dict[str, Shown]
) -> None:
    """Write `disclosure.json`. The house is told of each table why cells are hidden,
    the public where that says nothing of a single cell."""
    explained = set(counts) if part != PUBLIC else explained_tables(counts)

    def as_data(count: Shown, is_explained: bool) -> dict[str, int]:
        reasons = {
            "hidden_as_small": count.n_small,
            "hidden_to_protect_others": count.n_others,
        }
        return {
            "cells": count.n_cells,
            "shown": count.n_shown,
            "shown_and_zero": count.n_zero,
            "hidden": count.n_hidden,
            **(reasons if is_explained else {}),
            "not_applicable": count.n_not_applicable,
        }

    _write(
        folder / DISCLOSURE_FILE,
        {
            "edition": about.edition,
            "limit": about.limit,
            "small": f"a count of 1 to {about.limit - 1}",
            "tables": {
                name: as_data(count, name in explained)
                for name, count in counts.items()
            },
            "total": as_data(total(counts), explained == set(counts)),
        },
    )


def explained_tables(counts: dict[str, Shown]) -> set[str]:
    """The report tables of which the public is told how many cells are hidden for
    themselves and how many to protect others. Of a table in which nearly all are of one
    kind it would say of each what it is. What is left out of one table must not follow
    from all tables together, so the total is told only with all of them."""
    return {
        name
        for name, count in counts.items()
        if min(count.n_small, count.n_others) * _LEAST_OF_A_KIND >= count.n_hidden
    }


def write_package(
    folder: Path, part: str, about: About, tables: Sequence[Table]
) -> None:
    """Write `datapackage.json` of the Parquet files in a folder."""
    names = {table.name for table in tables}
    newest = "; ".join(f"{name} {day}" for name, day in about.newest.items())
    document: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": f"labour-monitor-{part}",
        "title": "Monitoring of Afklaringspuljen and Flere skal med 2",
        "description": (
            "Monthly figures of two Danish labour-market initiatives by municipality, "
            f"computed from registers as of {about.as_of}. Newest publications: "
            f"{newest}. "
            + (
                f"For anybody: counts of 1 to {about.limit - 1}, and what would give "
                "them away, are withheld."
                if part == PUBLIC
                else "For the authority alone: complete, without any row of a citizen."
            )
            + (" THE REGISTERS ARE SYNTHETIC." if about.is_synthetic else "")
            + (
                " THE LIST OF PARTICIPANTS IS AN EXAMPLE."
                if about.has_example_participants
                else ""
            )
        ),
        "version": about.edition,
        "licenses": [_LICENCES[part]],
        "sources": [
            _source(name, source.owner, about.deliveries)
            for name, source in contract.sources().items()
        ],
        "keywords": ["labour market", "Denmark", "municipalities"],
        "format": FORMAT,
        "edition": about.edition,
        "asOf": about.as_of.isoformat(),
        "disclosureLimit": about.limit,
        "isSynthetic": about.is_synthetic,
        "hasExampleParticipants": about.has_example_participants,
        "publications": [
            {
                "initiative": each.initiative,
                "publicationDate": each.publication_date.isoformat(),
                "exemptionList": each.exemption_list,
                "hasExampleParticipants": each.has_example_participants,
                "requirementPct": each.requirement_pct,
                "lowerRequirementPct": each.lower_requirement_pct,
                "requirementFirstMonth": _day(each.requirement_first_month),
                "requirementLastMonth": _day(each.requirement_last_month),
            }
            for each in about.rules
        ],
        "report": f"{REPORT}/index.html",
        "resources": [_resource(folder, table, names) for table in tables],
    }
    if part != PUBLIC:
        document |= {
            "content": about.content,
            "landing": about.landing_id,
            "earlier": about.earlier,
        }
    _write(folder / PACKAGE, document)


def _source(name: str, owner: str, deliveries: Iterable[Delivery]) -> dict[str, Any]:
    """A register, and when what a publication read of it was delivered. The numbers of
    its rows are for the house alone (`dq_row_account`)."""
    read: dict[tuple[str, str], list[str]] = {}
    for each in deliveries:
        if each.source == name:
            publication = (each.initiative, each.publication_date.isoformat())
            read.setdefault(publication, []).append(each.delivered.isoformat())
    newest = max((day for days in read.values() for day in days), default=None)
    return {
        "title": f"Register {name}, from {owner}",
        "register": name,
        # What Data Package calls so.
        **({"version": newest} if newest else {}),
        "deliveries": [
            {
                "initiative": initiative,
                "publicationDate": day,
                "delivered": sorted(days),
            }
            for (initiative, day), days in sorted(read.items())
        ],
    }


def deliveries(document: Mapping[str, Any]) -> tuple[Delivery, ...]:
    """What each publication of an edition rests on, as its `datapackage.json` has it.
    One that was made before this was written down has none.

    Raises:
        ValueError, KeyError, TypeError: it has another form.
    """
    return tuple(
        Delivery(
            read["initiative"],
            date.fromisoformat(read["publicationDate"]),
            source["register"],
            date.fromisoformat(day),
        )
        for source in document["sources"]
        for read in source.get("deliveries", [])
        for day in read["delivered"]
    )


def _day(of: date | None) -> str | None:
    return None if of is None else of.isoformat()


def rules(document: Mapping[str, Any]) -> tuple[MadeBy, ...]:
    """By which rules each publication of an edition was made, as its
    `datapackage.json` has it. One that was made before this was written down has none.

    Raises:
        ValueError, KeyError, TypeError: it has another form.
    """
    return tuple(
        MadeBy(
            each["initiative"],
            date.fromisoformat(each["publicationDate"]),
            each["exemptionList"],
            each["hasExampleParticipants"],
            each.get("requirementPct"),
            each.get("lowerRequirementPct"),
            *(
                date.fromisoformat(each[name]) if each.get(name) else None
                for name in ("requirementFirstMonth", "requirementLastMonth")
            ),
        )
        for each in document.get("publications", ())
    )


def _resource(folder: Path, table: Table, names: set[str]) -> dict[str, Any]:
    file = folder / f"{table.name}.parquet"
    schema: dict[str, Any] = {
        "$schema": _SCHEMA,
        "fields": [_field(column) for column in table.columns],
    }
    if table.keys:
        schema["primaryKey"] = list(table.keys)
    references = [
        {
            "fields": list(keys),
            "reference": {"resource": dimension, "fields": list(keys)},
        }
        for dimension, keys in table.references.items()
        if dimension in names
    ]
    if references:
        schema["foreignKeys"] = references
    return {
        "name": table.name,
        "path": file.name,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{fingerprints.of_file(file)}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    return {
        "name": column.name,
        "type": _TYPES.get(column.data_type, "number"),
        "unit": column.unit,
        "description": column.description,
        **({"constraints": constraints} if constraints else {}),
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
