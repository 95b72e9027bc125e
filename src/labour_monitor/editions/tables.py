"""The tables of an edition, in memory: those of the house as the marts have them, and
those of the public, which hold what the decision says and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow

from labour_monitor.editions.contracts import DISCLOSURE, REPORT, STATE, Table
from labour_monitor.editions.refusal import EditionError
from labour_monitor.landing.paths import literal, place

HOUSE, PUBLIC = "house", "public"
_KEYS_OF_CELL = ("publication_date", "area_type", "area_code", "data_month")


def in_order(table: Table, source: str) -> str:
    """SQL: the rows of a table in the order of its keys, then of its other columns."""
    order = [*table.keys, *(name for name in table.names if name not in table.keys)]
    return (
        f"select {', '.join(map(quoted, table.names))} from {source} "
        f"order by {', '.join(f'{quoted(name)} nulls first' for name in order)}"
    )


def quoted(name: str) -> str:
    """A column's name in SQL: one of them is a reserved word."""
    return f'"{name}"'


def open_house(database: Path, tables: Sequence[Table]) -> duckdb.DuckDBPyConnection:
    """The tables of the house in a database of their own in memory, without the
    decision; the database of the build is free again when this returns."""
    house = duckdb.connect()
    house.execute("set threads = 1")  # one order
    house.execute(f"attach {place(database)} as built (read_only)")
    for table in tables:
        if table.name != DISCLOSURE:
            rows = in_order(table, f"built.marts.{table.name}")
            house.execute(f"create table main.{table.name} as {rows}")
    house.execute("detach built")
    return house


def add_decision(
    house: duckdb.DuckDBPyConnection, table: Table, decision: pyarrow.Table
) -> None:
    """Put the decision beside the tables of the house.

    Raises:
        EditionError: it has other columns than its contract.
    """
    if tuple(decision.column_names) != table.names:
        raise EditionError(
            f"Nothing was published. The decision of what is shown has other columns "
            f"than the contract of {table.name}: {', '.join(decision.column_names)}."
        )
    columns = ", ".join(
        f"cast({quoted(column.name)} as {column.data_type}) as {quoted(column.name)}"
        for column in table.columns
    )
    house.register("decision", decision)
    house.execute(
        f"create or replace temp table cast_rows as select {columns} from decision"
    )
    house.execute(f"create table main.{table.name} as {in_order(table, 'cast_rows')}")
    house.execute("drop table cast_rows")
    house.unregister("decision")


def add_public(house: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    """Make the public tables in the schema `public`, of the house's values and of the
    states in the decision.

    Raises:
        EditionError: the decision leaves out a cell, or does not fit the values.
    """
    house.execute(f"create schema if not exists {PUBLIC}")
    for table in tables:
        source = f"main.{table.name}"
        if table.name.startswith(REPORT):
            house.execute(_with_states(table))
            _refuse_unfit(house, table)
            source = "with_states"
        house.execute(
            f"create table {PUBLIC}.{table.name} as {in_order(table, source)}"
        )


def _with_states(table: Table) -> str:
    """SQL: a report table with the state of each measure, and its value where it is
    shown."""
    measures = _measures(table)
    month = "data_month" if "data_month" in table.names else "report_month"
    code = "area_code" if "area_code" in table.names else None
    keys = [key for key in _KEYS_OF_CELL if key != "area_code" or code]
    states = ", ".join(
        f"max(state) filter (where measure = {literal(name)}) as {quoted(name + STATE)}"
        for name in measures
    )
    values = {
        name: f"case when {quoted(name + STATE)} = 'shown' then report.{quoted(name)} "
        f"end as {quoted(name)}"
        for name in measures
    }
    columns = ", ".join(
        values.get(name, quoted(name) if name.endswith(STATE) else f"report.{name}")
        for name in table.names
    )
    on = " and ".join(
        f"report.{month if key == 'data_month' else key} = states.{key}" for key in keys
    )
    return (
        f"create or replace temp table with_states as with states as (select "
        f"{', '.join(keys)}, {states} from main.{DISCLOSURE} "
        f"where {quoted('table')} = {literal(table.name)} "
        f"group by {', '.join(keys)}) select {columns} from main.{table.name} as "
        f"report left join states on {on}"
    )


def _measures(table: Table) -> list[str]:
    names = set(table.names)
    return [name for name in table.names if f"{name}{STATE}" in names]


def _refuse_unfit(house: duckdb.DuckDBPyConnection, table: Table) -> None:
    for name in _measures(table):
        value, state = quoted(name), quoted(name + STATE)
        ((n_none, n_null),) = house.execute(
            f"select count(*) filter (where {state} is null), "
            f"count(*) filter (where {state} = 'shown' and {value} is null) "
            "from with_states"
        ).fetchall()
        if n_none or n_null:
            what = "no state" if n_none else "'shown', and no value is there"
            raise EditionError(
                f"Nothing was published. The decision of what is shown does not fit "
                f"{table.name}: for {n_none or n_null} rows {name} has {what}."
            )
