"""The database that an edition is made of: whether it may be published, and what of it
an edition is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import project, runs
from labour_monitor.database import opened
from labour_monitor.editions.contracts import Table
from labour_monitor.editions.refusal import EditionError, refusal
from labour_monitor.landing import contract
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.landing.opening import is_of_another_secret
from labour_monitor.landing.paths import shown

_KEPT = "select count(*) from marts.fct_publication"
_COLUMNS = """
select table_name, column_name, lower(data_type)
from information_schema.columns
where table_schema = 'marts'
order by table_name, ordinal_position
"""


@dataclass(frozen=True)
class Origin:
    """What is known of the run that made the tables."""

    as_of: date
    landing: Path
    landing_id: str
    is_synthetic: bool


def examine(database: Path, tables: Sequence[Table], as_of: str | None) -> Origin:
    """The run that made the tables, where they may be published.

    Args:
        database: the DuckDB file.
        tables: the marts of this version of the project.
        as_of: the as-of date that the user knows to be that of the tables; None where
            they are to be as new as the newest delivery.

    Raises:
        DatabaseError: the database cannot be read.
        EditionError: it may not be published.
    """
    with opened(database) as connection:
        answers = runs.answers(connection, runs.QUESTIONS)
        fault = runs.fault_of_old_form(runs.known(answers))
        if fault:
            raise EditionError(f"Nothing was published. {fault}")
        last = _successful(database, answers)
        _refuse_other_layout(database, connection, tables)
        is_synthetic = runs.is_synthetic(connection)
        ((n_kept,),) = connection.execute(_KEPT).fetchall()
    if not n_kept:
        raise refusal(
            "a database that has kept a publication",
            f"none, as of {last.as_of}",
            "build at a date on which one is due (docs/publications.md)",
            database,
        )
    landing = Path(last.landing_path)
    _refuse_stale(database, landing, last.as_of, as_of)
    if not is_synthetic:
        _refuse_demonstration(database, answers)
    return Origin(last.as_of, landing, last.landing_id, is_synthetic)


def _successful(database: Path, answers: dict[str, runs.Rows]) -> runs.LastRun:
    last = runs.known(answers).last
    if last and last.is_complete and last.is_tested:
        return last
    found = "no run"
    if last:
        found = "one that failed, was cut short, or left out tables or tests"
    raise refusal(
        "a database whose last run made all tables and passed all tests",
        found,
        "`labour-monitor build`, and look at its messages",
        database,
    )


def _refuse_other_layout(
    database: Path, connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]
) -> None:
    """Raises EditionError where the marts have another form than their contracts."""
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in connection.execute(_COLUMNS).fetchall():
        found.setdefault(table, {})[column] = data_type
    for table in tables:
        wanted = {column.name: column.data_type for column in table.columns}
        there = found.get(table.name, {})
        if {n: _plain(t) for n, t in there.items()} != {
            n: _plain(t) for n, t in wanted.items()
        }:
            different = next(
                (n for n in [*wanted, *there] if wanted.get(n) != there.get(n)), ""
            )
            raise refusal(
                f"marts.{table.name} in the form that this version of the project "
                "gives it",
                f"another one (column {different})" if there else "no such table",
                "build the database with this version, or publish it with the one "
                "that built it",
                database,
            )
    others = sorted(found.keys() - {table.name for table in tables})
    if others:
        raise refusal(
            "the marts of this version of the project and no others",
            f"the table marts.{others[0]}",
            "publish the database with the version that built it (a newer one?), or "
            "drop the table where nobody needs it",
            database,
        )


def _plain(data_type: str) -> str:
    """A type as DuckDB names it in its catalogue."""
    return data_type.replace(" ", "").replace("string", "varchar")


def _refuse_stale(database: Path, landing: Path, made: date, as_of: str | None) -> None:
    """Raises EditionError where the landing has newer deliveries than the tables, and
    nobody has said that this is meant."""
    if as_of is not None:
        if as_of != made.isoformat():
            raise refusal(
                f"the as-of date of the tables, {made}",
                f"--as-of '{as_of}'",
                f"`labour-monitor build --as-of` with that date, or --as-of {made}",
                database,
            )
        return
    if not landing.is_dir():
        raise refusal(
            f"the landing that the tables were built from, {shown(landing)}, to know "
            "whether they are as new as its deliveries",
            "no such folder",
            f"build with the folder where it is now, or publish with --as-of {made}, "
            "which says that this date is meant",
            database,
        )
    days = [
        day for name in contract.sources() for day in delivered_dates(landing, name)
    ]
    newest = max(days, default=made)
    if newest > made:
        raise refusal(
            f"tables as of the newest delivery, {newest}",
            f"tables as of {made}",
            f"`labour-monitor build`, or --as-of {made} where this date is meant",
            database,
        )


def _refuse_demonstration(database: Path, answers: dict[str, runs.Rows]) -> None:
    """Raises EditionError where the keys of real citizens were made with a secret that
    everybody knows (D1)."""
    known = runs.known(answers)
    if known.secret_check is None:
        raise refusal(
            "a database that tells by which secret its citizen keys were made",
            "one of an earlier version, which does not",
            "build again with the secret that it was built with",
            database,
        )
    if is_of_another_secret(known):
        raise refusal(
            "the secret of the last build in CITIZEN_KEY_SECRET",
            "another one",
            "set the secret of that build, or build anew, into a new database",
            database,
        )
    if project.citizen_key_secret() == project.DEMONSTRATION_SECRET:
        raise refusal(
            "citizen keys made with a secret of your own: these registers are not "
            "known to be synthetic",
            "the demonstration secret, which protects nobody",
            "set CITIZEN_KEY_SECRET and build anew, into a new database",
            database,
        )
