"""The tables of one part of an edition, read from its Parquet files once.

A measure of a report table is a figure: a value, or the reason why there is none. The
public tables say that reason in a column beside the measure. In the complete tables of
the house nothing is withheld, so a null there means that there can be no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor.editions.contracts import REPORT, STATE
from labour_monitor.landing.paths import parquet
from labour_monitor.report.document import Delivery, Figure, Kind, MadeBy, State

KEYS = (
    *("publication_date", "report_month", "data_month"),
    *("area_type", "area_code", "area_name"),
)
PARTICIPATING, COUNTRY, MUNICIPALITY = "participating", "country", "municipality"
_DIMENSIONS = (
    *("dim_initiative", "dim_municipality", "dim_participation"),
    *("dim_month", "dim_status"),
)
_STATUSES_KEPT = "dim_publication_status"
"""The categories by which the counts of each publication add up (P4). A house edition
of a version that did not keep them has those of its day alone."""
_MONTHS = """
    with newest as (
        select initiative, max(publication_date) as publication_date
        from {publications} group by initiative
    ),
    categories as (
        select distinct initiative, publication_date, 'status:' || status as measure,
            category
        from newest join {statuses} using ({keys})
    )
    select initiative, area_type, area_code, data_month,
        coalesce(categories.category, measure) as measure, sum(value) as value
    from {publications} join newest using (initiative, publication_date)
    left join categories using (initiative, measure)
    where categories.category is not null or measure in ('n_measured', 'n_fulfilled')
    group by all order by all
"""

Plain = dict[str, Any]
"""A row of a table that holds no measures."""


class ReadingError(Exception):
    """The files are not those of a part of an edition."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a report table."""

    keys: Mapping[str, Any]
    figures: Mapping[str, Figure]

    def __getitem__(self, measure: str) -> Figure:
        return self.figures[measure]

    @property
    def is_municipality(self) -> bool:
        return self.keys["area_type"] == MUNICIPALITY

    @property
    def code(self) -> str:
        return self.keys["area_code"]

    @property
    def name(self) -> str:
        return self.keys["area_name"]

    @property
    def month(self) -> date:
        """The month that it is of."""
        return self.keys.get("data_month") or self.keys["report_month"]

    def plus(self, **figures: Figure) -> Record:
        """The same row with figures that were derived of it."""
        return replace(self, figures={**self.figures, **figures})


@dataclass(frozen=True)
class Initiative:
    """What `dim_initiative` says of an initiative, and `dim_participation` of the list
    of its participants."""

    code: str
    name: str
    first_month: date
    last_month: date
    requirement: int
    lower_requirement: int | None
    requirement_first_month: date
    requirement_last_month: date
    has_example_participants: bool

    def is_in_force(self, month: date) -> bool:
        """Whether the requirement can have been met by a month."""
        return month >= self.requirement_first_month


@dataclass(frozen=True)
class Part:
    """All that is read of one part of an edition."""

    is_internal: bool
    initiatives: Mapping[str, Initiative]
    municipalities: tuple[Plain, ...]
    months: tuple[Plain, ...]
    statuses: tuple[Plain, ...]
    reports: Mapping[str, Mapping[date, tuple[Record, ...]]]
    """By report table and publication date."""
    municipality_months: tuple[Plain, ...] = ()
    """In the house, of the newest publication of each initiative: all months of all
    areas, with the counts of who is measured, who fulfils the requirement, and of each
    category."""
    revisions: tuple[Plain, ...] = ()
    revision_causes: tuple[Plain, ...] = ()
    row_accounts: tuple[Plain, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    """What all publications rest on: no table of the public says it, so it is told."""
    rules: tuple[MadeBy, ...] = ()
    """By which rules they were made; told for the same reason."""

    def publications(self, table: str) -> tuple[date, ...]:
        """The publications that a report table holds, the newest first."""
        return tuple(sorted(self.reports[table], reverse=True))

    def of(self, table: str, publication: date) -> tuple[Record, ...]:
        """The rows of a publication."""
        return self.reports[table].get(publication, ())

    def rules_of(self, initiative: str, publication: date) -> MadeBy:
        """The rules by which a publication was made. Where it was not kept which list
        of participants it was, that of the edition stands for it."""
        key = (initiative, publication)
        found = next(
            (
                each
                for each in self.rules
                if (each.initiative, each.publication_date) == key
            ),
            MadeBy(*key),
        )
        if found.has_example_participants is None:
            today = self.initiatives[initiative].has_example_participants
            found = replace(found, has_example_participants=today)
        return found

    def initiative_of(self, code: str, publication: date) -> Initiative:
        """The initiative with what was required of it when a publication was kept
        (P4). An edition that does not say it has what was required on its day."""
        today, kept = self.initiatives[code], self.rules_of(code, publication)
        if kept.requirement_pct is None:
            return today
        return replace(
            today,
            requirement=kept.requirement_pct,
            lower_requirement=kept.lower_requirement_pct,
            requirement_first_month=kept.requirement_first_month,
            requirement_last_month=kept.requirement_last_month,
        )


def read(
    part: Path,
    is_internal: bool,
    deliveries: tuple[Delivery, ...] = (),
    rules: tuple[MadeBy, ...] = (),
) -> Part:
    """Read a part of an edition.

    Args:
        part: its folder.
        is_internal: whether it is the house's, which is complete.
        deliveries: what its publications rest on.
        rules: by which rules they were made.

    Raises:
        ReadingError: tables of the public have measures without a state, or those of
            the house have states.
    """
    with closing(duckdb.connect()) as connection:
        connection.execute("set threads = 1")  # the rows in the order of the file

        def file(table: str) -> str:
            return parquet(part / f"{table}.parquet")

        def selected(query: str) -> tuple[Plain, ...]:
            found = connection.execute(query)
            names = [column[0] for column in found.description]
            return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())

        def rows(table: str) -> tuple[Plain, ...]:
            return selected(f"select * from {file(table)}")

        dimensions = {table: rows(table) for table in _DIMENSIONS}
        names = sorted(file.stem for file in part.glob(f"{REPORT}*.parquet"))
        statuses, keys = "dim_status", "initiative"
        if (part / f"{_STATUSES_KEPT}.parquet").exists():
            statuses, keys = _STATUSES_KEPT, "initiative, publication_date"
        return Part(
            is_internal=is_internal,
            initiatives={
                row["initiative"]: _initiative(row, dimensions["dim_participation"])
                for row in dimensions["dim_initiative"]
            },
            municipalities=dimensions["dim_municipality"],
            months=dimensions["dim_month"],
            statuses=dimensions["dim_status"],
            reports={
                table: _by_publication(_records(table, rows(table), is_internal))
                for table in names
            },
            deliveries=deliveries,
            rules=rules,
            **(
                {
                    "municipality_months": selected(
                        _MONTHS.format(
                            publications=file("fct_publication"),
                            statuses=file(statuses),
                            keys=keys,
                        )
                    ),
                    "revisions": rows("fct_revision"),
                    "revision_causes": rows("fct_revision_cause"),
                    "row_accounts": rows("dq_row_account"),
                }
                if is_internal
                else {}
            ),
        )


def _initiative(row: Plain, participation: Iterable[Plain]) -> Initiative:
    return Initiative(
        code=row["initiative"],
        name=row["initiative_name"],
        first_month=row["first_month"],
        last_month=row["last_month"],
        requirement=row["requirement_pct"],
        lower_requirement=row["lower_requirement_pct"],
        requirement_first_month=row["requirement_first_month"],
        requirement_last_month=row["requirement_last_month"],
        has_example_participants=any(
            each["is_example"]
            for each in participation
            if each["initiative"] == row["initiative"]
        ),
    )


def _records(table: str, rows: Iterable[Plain], is_internal: bool) -> list[Record]:
    return [
        Record(
            {name: row[name] for name in KEYS if name in row},
            {
                name: _figure(table, name, row, is_internal)
                for name in row
                if name not in KEYS and not name.endswith(STATE)
            },
        )
        for row in rows
    ]


def _figure(table: str, name: str, row: Plain, is_internal: bool) -> Figure:
    value = row[name]
    if (f"{name}{STATE}" in row) is is_internal:
        raise ReadingError(
            f"{table}.{name} has {'a' if is_internal else 'no'} state. The tables of "
            "the public have one for each measure, and those of the house have none. "
            "What to do: render the part that is meant."
        )
    if is_internal:
        state = State.NOT_APPLICABLE if value is None else State.SHOWN
    else:
        state = State(row[f"{name}{STATE}"])
    return Figure(kind_of(name), value if state is State.SHOWN else None, state)


def kind_of(measure: str) -> Kind:
    """What kind of figure a measure is, by the names of the marts."""
    if measure.endswith("_pct"):
        return Kind.PCT
    if measure.startswith("n_"):
        return Kind.COUNT
    if measure.startswith("first_month_"):
        return Kind.MONTH
    return Kind.FLAG


def _by_publication(records: Iterable[Record]) -> dict[date, tuple[Record, ...]]:
    found: dict[date, list[Record]] = {}
    for record in records:
        found.setdefault(record.keys["publication_date"], []).append(record)
    return {day: tuple(those) for day, those in found.items()}
