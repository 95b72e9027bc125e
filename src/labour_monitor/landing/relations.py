"""The relations of schema `landing`, as DDL: a view a source, and what the run is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

from labour_monitor.cohort.lock import MunicipalityLock
from labour_monitor.landing.checked import Found
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.dialects import DUCKDB, Dialect
from labour_monitor.landing.inputs import Input
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.landing.keeping import KeptDelivery, Key
from labour_monitor.landing.paths import parquet
from labour_monitor.runs import Made, Run

_ROWS_OF_A_FILE = 2**36
"""Room for the number of a row within its file in `row_id`."""
FILES_OF_A_DELIVERY = 2**10
"""Room for the number of a file within its delivery in `row_id`. The number of a row is
then that of its place, whatever else a run reads: what is kept of a delivery is joined
by it."""
_FIRST_DAY = date(1970, 1, 1)
_NO_TEXT = "cast(null as string)"
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
    sql: Dialect,
    scan_of: Callable[[Path], str] | None = None,
    conditions: Mapping[date, str] | None = None,
) -> str:
    """The rows of all files read, with what every relation of the landing has.

    Args:
        scan_of: the FROM clause that reads a file; the file itself where None.
        conditions: by delivery date which of its rows, in the columns of the relation:
            of several deliveries together DuckDB would not look at a code once.
    """
    scan_of = scan_of or sql.scan
    selects = []
    for delivery, files in read:
        state = kept.get((delivery.source, delivery.delivered), _NOT_KEPT)
        for number, file in enumerate(files):
            columns = [
                f"{_first_row(delivery, number)} + {sql.row_number} as row_id",
                f"{sql.row_number} as file_row_number",
                f"date '{delivery.delivered}' as delivered_date",
                f"{sql.literal(state.key)} as delivery_key",
                f"{str(state.is_new).lower()} as is_new",
                f"{str(delivery.is_as_of).lower()} as is_as_of_delivery",
                f"{sql.literal(cohort_text(delivery))} as cohort_of",
                *columns_of(file),
            ]
            rows = f"select {', '.join(columns)} from {scan_of(file.path)}"
            if conditions and delivery.delivered in conditions:
                condition = conditions[delivery.delivered]
                rows = f"select * from ({rows}) as delivered_rows where {condition}"
            selects.append(rows)
    return " union all ".join(selects)


def _all_weeks(
    source: Source, read: list[tuple[Delivery, list[InspectedFile]]], sql: Dialect
) -> Callable[[InspectedFile], str]:
    """All weeks that were delivered as one struct, as they are in the files: nothing is
    computed before somebody asks for a row (whole rows are compared by it)."""
    weeks = sorted({week for _, files in read for file in files for week in file.weeks})

    def struct(file: InspectedFile) -> str:
        fields = {
            week: sql.week(file, week) if week in file.weeks else _NO_TEXT
            for week in weeks
        }
        return f"{sql.struct(fields)} as y_yyww"

    return struct


def source_views(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    weeks_read: list[str],
    reference_weeks: dict[str, str],
    kept: Mapping[Key, KeptDelivery] | None = None,
    sql: Dialect = DUCKDB,
) -> list[str]:
    """The view of a source, typed by its contract. Of DREAM also one with a column for
    each week that the rules can ask for (null where it was not delivered), and one of
    the cohorts' reference weeks. DREAM's weeks are as they are in the files: nothing is
    computed of a week that nobody reads.

    Args:
        reference_weeks: the week column of each locked cohort, by initiative (C1).
        kept: the key of each delivery, and whether nothing is kept of it yet; all are
            new where None.
        sql: the dialect of the engine that reads the views.
    """
    kept = kept or {}
    view = f"create or replace view landing.{source.name}"
    all_rows = f"{view} as {_rows(read, _columns(source, read, sql), kept, sql)}"
    if not source.has_weeks:
        return [all_rows]
    return [
        all_rows,
        f"{view}_weeks as "
        + _rows(read, _with_weeks_read(source, weeks_read, sql), kept, sql),
        "create or replace view landing.dream_reference_weeks as "
        + _reference_weeks(read, reference_weeks, kept, sql),
    ]


def narrowed_view(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    weeks_read: list[str],
    kept: Mapping[Key, KeptDelivery],
    copies: Mapping[Path, Path | None] | None = None,
    sql: Dialect = DUCKDB,
) -> str:
    """The view of the rows of a source that can matter: as `source_views`, of DREAM
    with a column for each week that the rules can ask for.

    Args:
        copies: by file the copy of such rows (`landing.narrowing`), and None where it
            has none; the view has all rows where `copies` is None.
    """

    def scan_of(path: Path) -> str:
        copy = copies[path]
        return parquet(copy) if copy else f"{sql.scan(path)} where false"

    columns = _named_columns(source, sql)
    if source.has_weeks:
        columns = _with_weeks_read(source, weeks_read, sql)
    return f"create or replace view landing.{source.narrowed} as " + _rows(
        read, columns, kept, sql, None if copies is None else scan_of
    )


def suspects_view(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    kept: Mapping[Key, KeptDelivery],
    found: Found,
    sql: Dialect = DUCKDB,
) -> str:
    """The view of the rows of a source that may be set aside: as `source_views`,
    without those of which it was found that they are not.

    Args:
        found: what the check before a build has found, in DuckDB alone.
    """
    conditions = {
        passed.delivered: passed.fails_a_check()
        for passed in found.values()
        if passed.source == source.name and passed.is_each_once
    }
    view = f"create or replace view landing.{source.suspects} as "
    if not conditions:
        return f"{view}select * from landing.{source.name}"
    return view + _rows(read, _columns(source, read, sql), kept, sql, None, conditions)


def _columns(
    source: Source, read: list[tuple[Delivery, list[InspectedFile]]], sql: Dialect
) -> Callable[[InspectedFile], list[str]]:
    """The columns of a source; DREAM's weeks as one."""
    named = _named_columns(source, sql)
    if not source.has_weeks:
        return named
    all_weeks = _all_weeks(source, read, sql)
    return lambda file: [*named(file), all_weeks(file)]


def _named_columns(
    source: Source, sql: Dialect
) -> Callable[[InspectedFile], list[str]]:
    def columns(file: InspectedFile) -> list[str]:
        return [f"{sql.column(file, c)} as {c.name}" for c in source.named_columns]

    return columns


def _with_weeks_read(
    source: Source, weeks_read: list[str], sql: Dialect
) -> Callable[[InspectedFile], list[str]]:
    """The columns of DREAM, and one for each week that the rules can ask for."""
    named = _named_columns(source, sql)

    def columns(file: InspectedFile) -> list[str]:
        weeks = (
            f"{sql.week(file, week) if week in file.weeks else _NO_TEXT} as {week}"
            for week in weeks_read
        )
        return [*named(file), *weeks]

    return columns


def _reference_weeks(
    read: list[tuple[Delivery, list[InspectedFile]]],
    reference_weeks: dict[str, str],
    kept: Mapping[Key, KeptDelivery],
    sql: Dialect,
) -> str:
    """The codes of the reference weeks, of the deliveries that the cohorts are drawn
    from (C1). The numbers of the rows are those of the other views."""
    nothing = (
        "select cast(null as bigint) as row_id, false as is_new, '' as cohort_of, "
        f"'' as week_column, {_NO_TEXT} as dream_code where false"
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
                    f"select {_first_row(delivery, number)} + {sql.row_number} as "
                    f"row_id, {str(state.is_new).lower()} as is_new, "
                    f"{sql.literal(of)} as cohort_of, '{week}' as week_column, "
                    f"{sql.week(file, week)} as dream_code from {sql.scan(file.path)}"
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
    sql: Dialect = DUCKDB,
) -> str:
    return sql.relation(
        "landing.run",
        f"select cast({run.number} as bigint) "
        f"as run_number, {sql.literal(run.landing_id)} as landing_id, "
        f"{sql.literal(landing)} as landing_path, {is_marked} as is_landing_marked, "
        f"{is_synthetic} as is_landing_synthetic, "
        f"date '{run.as_of}' as as_of_date, "
        f"timestamp '{run.started_at}' as started_at, "
        f"{sql.literal(run.inputs_digest)} as inputs_digest, "
        f"{is_complete} as is_complete, {is_tested} as is_tested, "
        f"cast({keeping_number} as bigint) as keeping_number",
    )


def built_table(built: dict[str, Made], sql: Dialect = DUCKDB) -> str:
    rows = ", ".join(
        f"({sql.literal(node)}, {made.run_number}, {sql.literal(made.digest)})"
        for node, made in sorted(built.items())
    )
    return sql.relation(
        "landing.built",
        "select cast(node as string) as node, cast(run_number as bigint) as "
        "run_number, cast(digest as string) as digest "
        f"from (values {rows or '(null, null, null)'}) as built (node, run_number, "
        "digest) where node is not null",
    )


def deliveries_table(
    read: list[tuple[Delivery, list[InspectedFile]]], sql: Dialect = DUCKDB
) -> str:
    rows = ", ".join(
        f"({sql.literal(d.source)}, date '{d.delivered}', {d.is_as_of}, "
        f"{sql.literal(cohort_text(d))}, "
        f"{sum(file.n_rows for file in files)})"
        for d, files in read
    )
    return sql.relation(
        "landing.deliveries",
        "select source, delivered_date, is_as_of_delivery, cohort_of, "
        f"cast(n_delivered as bigint) as n_delivered from (values {rows}) as "
        "deliveries (source, delivered_date, is_as_of_delivery, cohort_of, "
        "n_delivered)",
    )


def cohort_lock_table(
    locked: dict[str, list[MunicipalityLock]], sql: Dialect = DUCKDB
) -> str:
    """The control files as rows. That of a cohort of nobody is a row of no municipality
    and no member: it is locked all the same."""
    nobody = [MunicipalityLock("", 0, "")]
    rows = ", ".join(
        f"({sql.literal(initiative)}, {sql.literal(m.municipality_code)}, "
        f"{m.n_members}, {sql.literal(m.digest)})"
        for initiative, municipalities in locked.items()
        for m in municipalities or nobody
    )
    return sql.relation(
        "landing.cohort_lock",
        "select cast(initiative as string) as initiative, "
        "cast(municipality_code as string) as municipality_code, "
        "cast(n_members as bigint) as n_members, cast(digest as string) as digest "
        f"from (values {rows or '(null, null, null, null)'}) as locked (initiative, "
        "municipality_code, n_members, digest) where municipality_code is not null",
    )


def unconfirmed_locks_table(initiatives: Collection[str], sql: Dialect = DUCKDB) -> str:
    """The initiatives whose cohort is in the database and was locked by no successful
    build (C8)."""
    rows = ", ".join(f"({sql.literal(name)})" for name in sorted(initiatives))
    return sql.relation(
        "landing.unconfirmed_locks",
        "select cast(initiative as string) as initiative "
        f"from (values {rows or '(null)'}) as locks (initiative) "
        "where initiative is not null",
    )


def secret_check_table(check: str, sql: Dialect = DUCKDB) -> str:
    """By what a later run knows whether its citizen keys are those of this one (D1)."""
    return sql.relation(
        "landing.secret_check", f"select {sql.literal(check)} as secret_check"
    )


def inputs_table(inputs: Iterable[Input], sql: Dialect = DUCKDB) -> str:
    """All that decides the figures of the run, by content."""
    values = ", ".join(
        "("
        + ", ".join("null" if value is None else sql.literal(value) for value in row)
        + ")"
        for row in inputs
    )
    return sql.relation(
        "landing.inputs",
        "select kind, source, cast(delivered_date as date) as delivered_date, name, "
        "cast(n_bytes as bigint) as n_bytes, cast(modified_ns as bigint) as "
        f"modified_ns, digest from (values {values}) as inputs (kind, source, "
        "delivered_date, name, n_bytes, modified_ns, digest)",
    )
