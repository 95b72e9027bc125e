"""The relations of schema `landing`, as DDL: a view a source, and what the run is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from labour_monitor.cohort.lock import MunicipalityLock
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inputs import Input
from labour_monitor.landing.inspection import InspectedFile, scan
from labour_monitor.landing.keeping import KeptDelivery, Key
from labour_monitor.landing.paths import literal
from labour_monitor.runs import Made, Run

_ROWS_OF_A_FILE = 2**36
"""Room for the number of a row within its file in `row_id`."""
FILES_OF_A_DELIVERY = 2**10
"""Room for the number of a file within its delivery in `row_id`. The number of a row is
then that of its place, whatever else a run reads: what is kept of a delivery is joined
by it."""
_FIRST_DAY = date(1970, 1, 1)
_NOT_KEPT = KeptDelivery(key="", is_new=True)


def cohort_text(delivery: Delivery) -> str:
    """The initiatives whose locked cohort is drawn from a delivery, as the column
    `cohort_of` has them: each between commas."""
    return "".join(f",{name}" for name in delivery.cohort_of) + "," * bool(
        delivery.cohort_of
    )


def _first_row(delivery: Delivery, number: int) -> int:
    """What is added to the number of a row within a file, the `number`th of its
    delivery."""
    days = (delivery.delivered - _FIRST_DAY).days
    return (days * FILES_OF_A_DELIVERY + number) * _ROWS_OF_A_FILE


def _rows(
    read: list[tuple[Delivery, list[InspectedFile]]],
    columns_of: Callable[[InspectedFile], list[str]],
    kept: Mapping[Key, KeptDelivery],
) -> str:
    """The rows of all files read, with what every relation of the landing has."""
    selects = []
    for delivery, files in read:
        state = kept.get((delivery.source, delivery.delivered), _NOT_KEPT)
        for number, file in enumerate(files):
            columns = [
                f"{_first_row(delivery, number)} + file_row_number as row_id",
                "file_row_number",
                f"date '{delivery.delivered}' as delivered_date",
                f"{literal(state.key)} as delivery_key",
                f"{str(state.is_new).lower()} as is_new",
                f"{str(delivery.is_as_of).lower()} as is_as_of_delivery",
                f"{literal(cohort_text(delivery))} as cohort_of",
                *columns_of(file),
            ]
            selects.append(f"select {', '.join(columns)} from {scan(file.path)}")
    return " union all ".join(selects)


def _all_weeks(
    source: Source, read: list[tuple[Delivery, list[InspectedFile]]]
) -> Callable[[InspectedFile], str]:
    """All weeks that were delivered as one struct, as they are in the files: nothing is
    computed before somebody asks for a row (whole rows are compared by it)."""
    weeks = sorted({week for _, files in read for file in files for week in file.weeks})

    def struct(file: InspectedFile) -> str:
        fields = (
            f"{week} := {file.weeks[week]}"
            if week in file.weeks
            else f"{week} := cast(null as varchar)"
            for week in weeks
        )
        return f"struct_pack({', '.join(fields)}) as y_yyww"

    return struct


def source_views(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    weeks_read: list[str],
    reference_weeks: dict[str, str],
    kept: Mapping[Key, KeptDelivery] | None = None,
) -> list[str]:
    """The view of a source, typed by its contract. Of DREAM also one with a column for
    each week that the rules can ask for (null where it was not delivered), and one of
    the cohorts' reference weeks. DREAM's weeks are as they are in the files: nothing is
    computed of a week that nobody reads.

    Args:
        reference_weeks: the week column of each locked cohort, by initiative (C1).
        kept: the key of each delivery, and whether nothing is kept of it yet; all are
            new where None.
    """
    kept = kept or {}

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
                f"{file.weeks[week]} as {week}"
                if week in file.weeks
                else f"cast(null as varchar) as {week}"
                for week in weeks_read
            ),
        ]

    view = f"create or replace view landing.{source.name}"
    if not source.has_weeks:
        return [f"{view} as {_rows(read, named, kept)}"]
    return [
        f"{view} as {_rows(read, with_all_weeks, kept)}",
        f"{view}_weeks as {_rows(read, with_weeks_read, kept)}",
        "create or replace view landing.dream_reference_weeks as "
        + _reference_weeks(read, reference_weeks, kept),
    ]


def _reference_weeks(
    read: list[tuple[Delivery, list[InspectedFile]]],
    reference_weeks: dict[str, str],
    kept: Mapping[Key, KeptDelivery],
) -> str:
    """The codes of the reference weeks, of the deliveries that the cohorts are drawn
    from (C1). The numbers of the rows are those of the other views."""
    nothing = (
        "select cast(null as bigint) as row_id, false as is_new, '' as cohort_of, "
        "'' as week_column, cast(null as varchar) as dream_code where false"
    )
    selects = [nothing]
    for delivery, files in read:
        state = kept.get((delivery.source, delivery.delivered), _NOT_KEPT)
        weeks: dict[str, list[str]] = {}
        for initiative in delivery.cohort_of:
            weeks.setdefault(reference_weeks[initiative], []).append(initiative)
        for number, file in enumerate(files):
            for week, initiatives in weeks.items():
                of = "".join(f",{initiative}" for initiative in initiatives) + ","
                selects.append(
                    f"select {_first_row(delivery, number)} + file_row_number as "
                    f"row_id, {str(state.is_new).lower()} as is_new, "
                    f"{literal(of)} as cohort_of, {literal(week)} as week_column, "
                    f"{file.weeks[week]} as dream_code from {scan(file.path)}"
                    if week in file.weeks
                    else nothing
                )
    return " union all ".join(selects)


def run_table(
    run: Run,
    landing: object,
    is_marked: bool,
    is_synthetic: bool,
    keeping_number: int,
    is_complete: bool = False,
    is_tested: bool = False,
) -> str:
    return (
        f"create or replace table landing.run as select cast({run.number} as bigint) "
        f"as run_number, {literal(run.landing_id)} as landing_id, "
        f"{literal(landing)} as landing_path, {is_marked} as is_landing_marked, "
        f"{is_synthetic} as is_landing_synthetic, "
        f"date '{run.as_of}' as as_of_date, "
        f"timestamp '{run.started_at}' as started_at, "
        f"{literal(run.inputs_digest)} as inputs_digest, {is_complete} as is_complete, "
        f"{is_tested} as is_tested, "
        f"cast({keeping_number} as bigint) as keeping_number"
    )


def built_table(built: dict[str, Made]) -> str:
    rows = ", ".join(
        f"({literal(node)}, {made.run_number}, {literal(made.digest)})"
        for node, made in sorted(built.items())
    )
    return (
        "create or replace table landing.built as select cast(node as varchar) as "
        "node, cast(run_number as bigint) as run_number, "
        "cast(digest as varchar) as digest "
        f"from (values {rows or '(null, null, null)'}) as built (node, run_number, "
        "digest) where node is not null"
    )


def deliveries_table(read: list[tuple[Delivery, list[InspectedFile]]]) -> str:
    rows = ", ".join(
        f"({literal(d.source)}, date '{d.delivered}', {d.is_as_of}, "
        f"{literal(cohort_text(d))}, "
        f"{sum(file.n_rows for file in files)})"
        for d, files in read
    )
    return (
        "create or replace table landing.deliveries as select source, delivered_date, "
        "is_as_of_delivery, cohort_of, cast(n_delivered as bigint) as "
        f"n_delivered from (values {rows}) as deliveries (source, delivered_date, "
        "is_as_of_delivery, cohort_of, n_delivered)"
    )


def cohort_lock_table(locked: dict[str, list[MunicipalityLock]]) -> str:
    rows = ", ".join(
        f"({literal(initiative)}, {literal(m.municipality_code)}, {m.n_members}, "
        f"{literal(m.digest)})"
        for initiative, municipalities in locked.items()
        for m in municipalities
    )
    return (
        "create or replace table landing.cohort_lock as select "
        "cast(initiative as varchar) as initiative, "
        "cast(municipality_code as varchar) as municipality_code, "
        "cast(n_members as bigint) as n_members, cast(digest as varchar) as digest "
        f"from (values {rows or '(null, null, null, null)'}) as locked (initiative, "
        "municipality_code, n_members, digest) where municipality_code is not null"
    )


def inputs_table(inputs: Iterable[Input]) -> str:
    """All that decides the figures of the run, by content."""
    values = ", ".join(
        "("
        + ", ".join("null" if value is None else literal(value) for value in row)
        + ")"
        for row in inputs
    )
    return (
        "create or replace table landing.inputs as select kind, source, "
        "cast(delivered_date as date) as delivered_date, name, "
        "cast(n_bytes as bigint) as n_bytes, cast(modified_ns as bigint) as "
        f"modified_ns, digest from (values {values}) as inputs (kind, source, "
        "delivered_date, name, n_bytes, modified_ns, digest)"
    )
