"""Drawn rows of a register, in a file as delivered, and a database to read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from labour_monitor.landing import contract, inspection
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.landing.row_rules import code_list
from labour_monitor.synthetic.contract import REGISTERS

from .rendering import ROOT

DELIVERED = date(2022, 1, 1)
WEEKS = contract.weeks(contract.FIRST_WEEK, date(2010, 8, 16))
"""A DREAM of three weeks."""


def values(column: Column) -> tuple[list, list]:
    """Values of a column on either side of every rule, few enough to meet again."""
    if column.codes:
        known = list(code_list(column.codes)[:2])
        if column.data_type == "integer":
            return [int(code) for code in known], [None, -1, 99]
        return [*known, f" {known[0]} "], [None, "", "UKENDT"]
    if column.digits:
        right = "1" * column.digits
        wrong = [right[1:], f"{right}1", f"{right[1:]}a", "", "\u0661" * len(right)]
        return [*(right[1:] + last for last in "12345"), f" {right}"], [None, *wrong]
    if column.bounds:
        first, last = column.bounds
        return [first, last], [None, first - 1, last + 1]
    return {
        "varchar": (["a", " a", *"bcde"], [None, " "]),
        "date": ([date(2021, 1, 1)], [None, date(2020, 12, 31), date(2021, 1, 2)]),
        "decimal(18,2)": ([0, 1], [None]),
        "boolean": ([True, False], [None]),
    }[column.data_type]


@st.composite
def rows(draw, source: Source) -> list[dict]:
    """Rows that are sound but for a column or two: of several faults the first alone
    would show."""
    columns = {column.name: values(column) for column in source.named_columns}
    if source.has_weeks:
        columns |= {week: (["130", " 130"], [None]) for week in WEEKS}
    drawn = []
    for _ in range(draw(st.integers(1, 20))):
        spoiled = draw(st.lists(st.sampled_from(sorted(columns)), max_size=2))
        drawn.append(
            {
                name: draw(st.sampled_from(wrong if name in spoiled else right))
                for name, (right, wrong) in columns.items()
            }
        )
    return drawn


def sound(source: Source, n: int) -> dict:
    """The `n`th of sound rows that are told apart by every column that tells rows."""
    row = {column.name: _sound_value(column, n) for column in source.named_columns}
    return row | ({week: "130" for week in WEEKS} if source.has_weeks else {})


def _sound_value(column: Column, n: int):
    if column.role == "pnr":
        return f"111111{n:04d}"
    if column.role == "report":
        return f"report {n}"
    if column.names:
        return code_list(column.names)[0]
    return (
        "a text"
        if column.data_type == "varchar" and not (column.codes or column.digits)
        else values(column)[0][0]
    )


def in_a_file(
    connection,
    source: Source,
    drawn: list[dict],
    folder: Path,
    delivered: date = DELIVERED,
    cohort_of: tuple[str, ...] = (),
) -> tuple[Delivery, list[InspectedFile]]:
    """A delivery of these rows, as the in-door reads it."""
    fields = list(REGISTERS[source.name].schema(DELIVERED))
    if source.has_weeks:
        fields = [fields[0], *((week, pa.string()) for week in WEEKS)]
    # Under a name of its own: DuckDB remembers what it has read of a file.
    file = folder / f"{len(list(folder.iterdir()))}.parquet"
    pq.write_table(pa.Table.from_pylist(drawn, schema=pa.schema(fields)), file)
    delivery = Delivery(source.name, delivered, (file,), True, cohort_of)
    files, faults = inspection.inspect(connection, source, delivery, None)
    assert not faults
    return delivery, files


@contextmanager
def where_nobody_is_monitored() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the code lists alone, of a run in which nobody is monitored."""
    with duckdb.connect() as connection:
        connection.execute("set variable citizen_key_secret = 'secret'")
        for file in (ROOT / "seeds/code_lists").glob("*.csv"):
            integer = "{'personkategori_kode': 'integer'}"
            types = f", types = {integer}" if "personkategori" in file.stem else ""
            connection.execute(
                f"create table {file.stem} as from read_csv('{file}', "
                f"all_varchar = {not types}{types})"
            )
        nobody = "as select cast(1 as ubigint) as candidate_number where false"
        connection.execute("create schema landing")
        connection.execute("create table landing.run as select 1 as keeping_number")
        connection.execute(f"create table landing.kept_citizens {nobody}")
        connection.execute(f"create table int_monitored_citizens {nobody}")
        yield connection
