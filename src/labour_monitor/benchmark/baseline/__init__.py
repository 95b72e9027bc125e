"""The area figures of all initiatives as somebody would write them by hand: four files
of SQL for DuckDB, from the delivered files on, without dbt and without keys, accounts,
rejects, history, publications or report tables.

A yardstick of cost, and a second reading of the rules: `differences` says where the
marts have another cell. It reads landings whose columns have the names and types of the
contract, as `labour-monitor synth` writes them, and person numbers and ids without
spaces around them; as of a day on which the cohort is locked, which is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from labour_monitor import project
from labour_monitor.landing.paths import literal, pattern, place

KEYS = {
    "fct_area_month": ("initiative", "area_type", "area_code", "data_month"),
    "fct_area_month_status": (
        *("initiative", "area_type", "area_code", "data_month"),
        *("category", "status"),
    ),
}
"""The marts that it gives, with the columns that name a row."""


@dataclass(frozen=True)
class Difference:
    """How many cells of a mart differ from the baseline's, and in which columns."""

    table: str
    n_cells: int
    columns: tuple[str, ...]

    def __str__(self) -> str:
        cells = "cell differs" if self.n_cells == 1 else "cells differ"
        return (
            f"marts.{self.table}: {self.n_cells:,} {cells} from the baseline's, in "
            + ", ".join(self.columns)
        )


def compute(
    connection: DuckDBPyConnection, landing: Path, as_of: date | None = None
) -> None:
    """Make the tables of `KEYS` in the database that the connection has open.

    Args:
        as_of: the as-of date (P3); None for that of the newest delivery.
    """
    day = "null" if as_of is None else literal(as_of)
    exemption_list = project.variables()["exemption_list"]
    connection.execute(
        "set preserve_insertion_order = false;"
        f"set variable landing = {literal(pattern(landing))};"
        f"set variable seeds = {literal(pattern(project.root() / 'seeds'))};"
        f"set variable as_of = cast({day} as date);"
        f"set variable exemption_list = {literal(exemption_list)};"
    )
    for file in sorted(Path(__file__).parent.glob("*.sql")):
        connection.execute(file.read_text(encoding="utf-8"))


def differences(connection: DuckDBPyConnection, built: Path) -> list[Difference]:
    """Where the marts of a built database differ from the tables of a connection.

    A row that only one of the two has differs in all its cells, a column likewise.
    """
    connection.execute(f"attach {place(built)} as built (read_only)")
    found = []
    for table, key in KEYS.items():
        own, marts = _columns(connection, table), _columns(connection, table, "built")
        values = sorted((own | marts) - {*key})
        counts = ", ".join(
            f"count_if(own.{key[0]} is null or mart.{key[0]} is null"
            + (f" or own.{value} is distinct from mart.{value})")
            if value in own & marts
            else "count(*)"
            for value in values
        )
        counted = connection.execute(
            f"select {counts} from {table} as own full join "
            f"built.marts.{table} as mart using ({', '.join(key)})"
        ).fetchone()
        if n_cells := sum(counted):
            columns = (v for v, n in zip(values, counted, strict=True) if n)
            found.append(Difference(table, n_cells, tuple(columns)))
    connection.execute("detach built")
    return found


def _columns(
    connection: DuckDBPyConnection, table: str, database: str | None = None
) -> set[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns() where table_name = ? "
        "and database_name = coalesce(?, current_database())",
        [table, database],
    ).fetchall()
    return {name for (name,) in rows}


def write(landing: Path, into: Path, as_of: date | None = None) -> None:
    """Make a database with the tables of `KEYS` and nothing else."""
    with duckdb.connect(str(into)) as connection:
        compute(connection, landing, as_of)
