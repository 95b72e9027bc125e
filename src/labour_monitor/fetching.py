"""The tables that another engine has made, as a DuckDB file: what asks a database
(`publish`, `verify`, the summary) then asks this one."""

from __future__ import annotations

from pathlib import Path

import duckdb

from labour_monitor.database import check_writable, opened
from labour_monitor.files import written
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.paths import parquet, place
from labour_monitor.runs import FETCHED

NEEDED = (
    *("landing.run", "landing.built", "landing.inputs", "landing.secret_check"),
    "state.int_runs",
)
"""What there must be besides the marts."""
OWN = ("marts.fct_disclosure", "landing.published_editions")
"""What `labour-monitor publish` writes into the file, which no engine has."""


class FetchError(ValueError):
    """The tables cannot be taken; its text is a line that says what to do."""


def fetch(folder: Path, database: Path) -> int:
    """Make a DuckDB file of exported tables; the number of tables. One that was fetched
    before is replaced, but for what publishing has written into it.

    Args:
        folder: a folder for each schema, in it one of Parquet files for each table.
        database: the DuckDB file.

    Raises:
        FetchError: the folder lacks a table, or the file is of another landing or was
            made by a build, whose kept publications would be lost.
        DatabaseError: the file cannot be written.
        OSError: a file cannot be read or written.
    """
    tables = {
        f"{path.parent.name}.{path.name}": sorted(path.glob("*.parquet"))
        for path in sorted(folder.glob("*/*"))
        if path.is_dir()
    }
    missing = [name for name in NEEDED if not tables.get(name)]
    if missing:
        raise FetchError(
            str(
                Fault(
                    file=str(folder),
                    expected="the tables of a run, a folder for each schema",
                    found=f"no {missing[0]}",
                    advice="write them with `dbt run-operation spark__export_tables` "
                    "(docs/spark.md); nothing was changed",
                    asks=False,
                )
            )
        )
    check_writable(database)
    with written(database) as aside, duckdb.connect(str(aside)) as connection:
        connection.execute("set timezone = 'UTC'")
        for schema in sorted({name.partition(".")[0] for name in tables}):
            connection.execute(f"create schema {schema}")
        for name, files in tables.items():
            connection.execute(f"create table {name} as {_rows(connection, files)}")
        connection.execute(f"create table {FETCHED} (name varchar)")
        connection.executemany(
            f"insert into {FETCHED} values (?)", [(name,) for name in tables]
        )
        if database.exists():
            _take_own(connection, database)
    return len(tables)


def _rows(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> str:
    """The rows of files. A point in time is kept without its zone, which is UTC."""
    rows = " union all ".join(f"select * from {parquet(file)}" for file in files)
    zoned = [
        f"cast({column} as timestamp) as {column}"
        for column, found, *_ in connection.execute(f"describe {rows}").fetchall()
        if found == "TIMESTAMP WITH TIME ZONE"
    ]
    replaced = f" replace ({', '.join(zoned)})" if zoned else ""
    return f"select *{replaced} from ({rows})"


def _take_own(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Take over what publishing has written into the file before.

    Raises:
        FetchError: the file is of another landing, or was made by a build.
    """
    with opened(database, needs=NEEDED[:1]) as before:
        (old,) = before.execute("select landing_id from landing.run").fetchall()
        (new,) = connection.execute("select landing_id from landing.run").fetchall()
        there = {
            f"{schema}.{name}"
            for schema, name in before.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
        if FETCHED not in there:
            raise _not_replaced(
                database, "a file that was fetched before", "one of a build, with state"
            )
        if old != new:
            raise _not_replaced(
                database, f"a file of the landing {new[0]}", f"one of {old[0]}"
            )
    connection.execute(f"attach {place(database)} as before (read_only)")
    for name in OWN:
        if name in there:
            connection.execute(
                f"create or replace table {name} as select * from before.{name}"
            )
    connection.execute("detach before")


def _not_replaced(database: Path, expected: str, found: str) -> FetchError:
    return FetchError(
        str(
            Fault(
                file=str(database),
                expected=expected,
                found=found,
                advice="give another file; nothing was changed",
                asks=False,
            )
        )
    )
