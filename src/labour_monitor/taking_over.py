"""`labour-monitor take-over`: what version 1.0 kept under the path of a landing becomes
the state of a database that knows its landing by an id. Nothing kept is lost or
changed: the old tables stay as they were in a schema of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from labour_monitor.database import opened
from labour_monitor.landing import identity
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.paths import literal

OLD_STATE = "version_1_0"
"""The schema in which the tables of version 1.0 are left as they were."""

_WORK_TABLES = ("landing", "staging", "intermediate")
"""Schemas of version 1.0 that every run makes anew."""

_TABLES = {
    "int_cohort_locked": "initiative, citizen_key, municipality_code, benefit_group, "
    "benefit_weeks, age, locked_as_of",
    "int_record_history": "source, citizen_key, record_key, record_content, "
    "start_date, end_date, is_report, is_known, runs.run_number",
    "int_citizen_month_history": "initiative, citizen_key, data_month, "
    "municipality_code, is_participating, visitation_category, signals, signal, "
    "status, is_fulfilled, is_known, runs.run_number",
    "int_run_inputs": "runs.run_number, kind, source, delivered_date, "
    "case when kind = 'cohort' then 'afklaringspuljen ' || name else name end as name, "
    "n_bytes, modified_ns, digest",
    "int_publications_kept": "initiative, publication_date, area_type, area_code, "
    "data_month, measure, value, old.as_of, runs.run_number, published_at",
    "int_publication_rules_kept": "initiative, publication_date, status, category, "
    "requirement_pct, lower_requirement_pct, requirement_first_month, "
    "requirement_last_month",
    "int_receipts_kept": "initiative, publication_date, table_name, n_rows, digest, "
    "runs.run_number",
    "int_finding_subjects_kept": "old.as_of, source, kind, subject_key, is_person",
}
"""The tables of state, each with the columns that it has now; but those that came after
version 1.0, which the next run adds as null."""

_TIMES = {
    "int_record_history": "known_at",
    "int_citizen_month_history": "known_at",
    "int_run_inputs": "started_at",
    "int_publications_kept": "published_at",
    "int_receipts_kept": "made_at",
}
"""By which column the rows of a table told their run."""


@dataclass(frozen=True)
class TakenOver:
    """What was taken over: rows of each table, the number of runs, and the paths of the
    other landings whose rows stay in the old tables alone."""

    landing_id: str
    is_marked: bool
    n_runs: int
    n_rows: dict[str, int]
    other_paths: list[str]

    def __str__(self) -> str:
        lines = [f"the landing is {self.landing_id} from now on, wherever it lies"]
        if not self.is_marked:
            lines.append("it cannot be written, and is known by this database alone")
        lines += [
            f"state.{name}: {count:,} rows" for name, count in self.n_rows.items()
        ]
        lines.append(f"state.int_runs: {self.n_runs} runs, in the order of their times")
        if self.other_paths:
            lines.append(
                "rows of other landings were not taken over (one database serves one "
                f"landing): {', '.join(self.other_paths)}"
            )
        lines.append(f"the old tables are as they were in the schema {OLD_STATE}")
        return "\n".join(lines)


def _fault(expected: str, found: str, advice: str, file: Path) -> LandingError:
    return LandingError(
        [
            Fault(
                file=str(file),
                expected=expected,
                found=found,
                advice=advice,
                asks=False,
            )
        ]
    )


def take_over(landing: Path, database: Path, path: str | None = None) -> TakenOver:
    """Give a database of version 1.0 its landing, and its runs their numbers.

    Args:
        landing: folder of the deliveries, where it lies now.
        database: the DuckDB file; all or nothing of it is changed.
        path: the path under which version 1.0 knew the landing; needed where the
            database has several and none is that of `landing`.

    Raises:
        DatabaseError: the database cannot be opened.
        LandingError: there is nothing to take over, or the path is not clear. Nothing
            was changed then, nor where the disk refuses.
    """
    with opened(database, read_only=False) as connection:
        paths = _paths(connection, database)
        chosen = _chosen(paths, landing, path, database)
        landing_id = identity.read(landing) or identity.new()
        connection.begin()
        try:
            taken = _take(connection, chosen, landing_id, paths)
            is_marked = identity.mark(landing, landing_id)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return TakenOver(landing_id, is_marked, *taken)


def _paths(connection: duckdb.DuckDBPyConnection, database: Path) -> list[str]:
    """The landings of which version 1.0 kept something."""
    old = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_columns() "
            "where schema_name = 'intermediate' and column_name = 'landing_path'"
        ).fetchall()
    }
    if not _TABLES.keys() <= old:
        raise _fault(
            "the state of version 1.0",
            "none: it was built by this version, or not at all",
            "there is nothing to take over",
            database,
        )
    union = " union ".join(
        f"select landing_path from intermediate.{name}" for name in _TABLES
    )
    rows = connection.execute(f"{union} order by all").fetchall()
    return [landing_path for (landing_path,) in rows]


def _chosen(paths: list[str], landing: Path, path: str | None, database: Path) -> str:
    if path is None:
        if str(landing) in paths:
            return str(landing)
        if len(paths) == 1:
            return paths[0]
    elif path in paths:
        return path
    raise _fault(
        "the path of a landing of which something was kept: "
        + (", ".join(paths) or "there is none"),
        "none of them" if path is None else path,
        "name the one that is this landing with --path",
        database,
    )


def _take(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    landing_id: str,
    paths: list[str],
) -> tuple[int, dict[str, int], list[str]]:
    connection.execute(f"create schema {OLD_STATE}")
    connection.execute("create schema if not exists state")
    for name in _TABLES:
        connection.execute(
            f"create table {OLD_STATE}.{name} as select * from intermediate.{name}"
        )
    times = " union all ".join(
        f"select {time} as started_at, {_as_of(name)} as as_of "
        f"from {OLD_STATE}.{name} where landing_path = {literal(path)}"
        for name, time in _TIMES.items()
    )
    connection.execute(
        "create table state.int_runs as select cast(row_number() over (order by "
        f"started_at) as bigint) as run_number, {literal(landing_id)} as landing_id, "
        "max(as_of) as as_of, started_at, 'taken over' as inputs_digest from "
        f"({times}) as times group by started_at"
    )
    counts = {}
    for name, columns in _TABLES.items():
        time = _TIMES.get(name)
        runs = f"inner join state.int_runs as runs on old.{time} = runs.started_at"
        connection.execute(
            f"create table state.{name} as select {columns} from {OLD_STATE}.{name} as "
            f"old {runs if time else ''} where old.landing_path = {literal(path)}"
        )
        ((counts[name],),) = connection.execute(
            f"select count(*) from state.{name}"
        ).fetchall()
        ((before,),) = connection.execute(
            f"select count(*) from {OLD_STATE}.{name} where landing_path = ?", [path]
        ).fetchall()
        assert counts[name] == before, f"{name}: {before} rows became {counts[name]}"
    for schema in _WORK_TABLES:
        connection.execute(f"drop schema if exists {schema} cascade")
    ((n_runs,),) = connection.execute("select count(*) from state.int_runs").fetchall()
    return n_runs, counts, [other for other in paths if other != path]


def _as_of(name: str) -> str:
    return "cast(null as date)" if name == "int_receipts_kept" else "as_of"
