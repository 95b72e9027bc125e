"""The relations of schema `landing`, as DDL: a view a source, and what the run is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from labour_monitor import fingerprints
from labour_monitor.cohort.lock import MunicipalityLock
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.landing.inspection import InspectedFile, literal, quoted, scan

_ROWS_OF_A_FILE = 2**40
"""Room for the number of a row within its file in `row_id`."""


def _rows(
    read: list[tuple[Delivery, list[InspectedFile]]],
    columns_of: Callable[[InspectedFile], list[str]],
) -> str:
    """The rows of all files read, with what every relation of the landing has."""
    selects = []
    for delivery, files in read:
        for file in files:
            columns = [
                f"{len(selects) * _ROWS_OF_A_FILE} + file_row_number as row_id",
                "file_row_number",
                f"date '{delivery.delivered}' as delivered_date",
                f"{str(delivery.is_as_of).lower()} as is_as_of_delivery",
                f"{str(delivery.is_cohort).lower()} as is_cohort_delivery",
                *columns_of(file),
            ]
            selects.append(f"select {', '.join(columns)} from {scan(file.path)}")
    return " union all ".join(selects)


def _all_weeks(
    source: Source, read: list[tuple[Delivery, list[InspectedFile]]]
) -> Callable[[InspectedFile], str]:
    """All weeks that were delivered as one struct, as they are in the files: nothing is
    computed before somebody asks for a row (whole rows are compared by it)."""
    named = {column.name for column in source.named_columns}
    weeks = sorted({w for _, files in read for f in files for w in f.texts} - named)

    def struct(file: InspectedFile) -> str:
        fields = (
            f"{week} := {quoted(file.texts[week])}"
            if week in file.texts
            else f"{week} := cast(null as varchar)"
            for week in weeks
        )
        return f"struct_pack({', '.join(fields)}) as y_yyww"

    return struct


def source_views(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    weeks_read: list[str],
) -> list[str]:
    """The view of a source, typed by its contract; of DREAM also one with a column for
    each week that some rule reads (null where it was not delivered). DREAM's weeks are
    as they are in the files: nothing is computed of a week that nobody reads."""

    def named(file: InspectedFile) -> list[str]:
        columns = source.named_columns
        return [
            f"{file.expressions[column.name]} as {column.name}" for column in columns
        ]

    all_weeks = _all_weeks(source, read)

    def with_all_weeks(file: InspectedFile) -> list[str]:
        return [*named(file), all_weeks(file)]

    def with_weeks_read(file: InspectedFile) -> list[str]:
        return [
            *named(file),
            *(
                f"{quoted(file.texts[week])} as {week}"
                if week in file.texts
                else f"cast(null as varchar) as {week}"
                for week in weeks_read
            ),
        ]

    view = f"create or replace view landing.{source.name}"
    if not source.has_weeks:
        return [f"{view} as {_rows(read, named)}"]
    return [
        f"{view} as {_rows(read, with_all_weeks)}",
        f"{view}_weeks as {_rows(read, with_weeks_read)}",
    ]


def run_table(as_of: date, lock_date: date, landing: object) -> str:
    return (
        "create or replace table landing.run as select "
        f"date '{as_of}' as as_of_date, date '{lock_date}' as cohort_lock_date, "
        f"{literal(landing)} as landing_path, "
        "cast(current_timestamp as timestamp) as started_at"
    )


def deliveries_table(read: list[tuple[Delivery, list[InspectedFile]]]) -> str:
    rows = ", ".join(
        f"({literal(d.source)}, date '{d.delivered}', {d.is_as_of}, {d.is_cohort}, "
        f"{sum(file.n_rows for file in files)})"
        for d, files in read
    )
    return (
        "create or replace table landing.deliveries as select source, delivered_date, "
        "is_as_of_delivery, is_cohort_delivery, cast(n_delivered as bigint) as "
        f"n_delivered from (values {rows}) as deliveries (source, delivered_date, "
        "is_as_of_delivery, is_cohort_delivery, n_delivered)"
    )


def cohort_lock_table(locked: list[MunicipalityLock]) -> str:
    rows = ", ".join(
        f"({literal(m.municipality_code)}, {m.n_members}, {literal(m.digest)})"
        for m in locked
    )
    values = f"(values {rows})" if locked else "(values (null, null, null))"
    return (
        "create or replace table landing.cohort_lock as select "
        "cast(municipality_code as varchar) as municipality_code, "
        "cast(n_members as bigint) as n_members, cast(digest as varchar) as digest "
        f"from {values} as locked (municipality_code, n_members, digest) "
        "where municipality_code is not null"
    )


def inputs_table(files: Iterable[DeliveredFile], parameters: dict[str, str]) -> str:
    """All that decides the figures of the run, by content: files of deliveries, rule
    data, code, parameters."""
    rows = [
        ("delivery", f.source, f.delivered, f.name, f.n_bytes, f.modified_ns, f.digest)
        for f in files
    ]
    for kind, prints in (
        ("rules", fingerprints.of_rules()),
        ("code", fingerprints.of_code()),
    ):
        rows += [(kind, None, None, p.name, p.n_bytes, None, p.digest) for p in prints]
    rows += [
        ("parameter", None, None, name, None, None, value)
        for name, value in parameters.items()
    ]
    values = ", ".join(
        "("
        + ", ".join("null" if value is None else literal(value) for value in row)
        + ")"
        for row in rows
    )
    return (
        "create or replace table landing.inputs as select kind, source, "
        "cast(delivered_date as date) as delivered_date, name, "
        "cast(n_bytes as bigint) as n_bytes, cast(modified_ns as bigint) as "
        f"modified_ns, digest from (values {values}) as inputs (kind, source, "
        "delivered_date, name, n_bytes, modified_ns, digest)"
    )
