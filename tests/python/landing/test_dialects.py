"""What the second engine is told of the files: the same columns of the same files, in
its own words. Whether it then reads the same values, `make spark-parity` shows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from labour_monitor.landing import contract, inspection
from labour_monitor.landing.dialects import DUCKDB, SPARK

from .conftest import opened, table_of, write


def inspected(landing: Path, source: str, **columns: pa.Array):
    file = write(landing, source, "2020-09-28", table_of(source, **columns))
    with inspection.file_reader() as connection:
        found, faults = inspection.inspect_file(
            connection, contract.sources()[source], file, None
        )
    assert not faults
    return found


READ_AS = [
    ("ydelser", "ydelse_kode", pa.array(["kh"]), r"case when `ydelse_kode` < '!'"),
    ("ydelser", "fra_dato", pa.array(["2020-01-01"]), r"^cast\(case .* as date\)$"),
    ("ydelser", "til_dato", pa.nulls(1, pa.int32()), r"^cast\(null as date\)$"),
    ("ydelser", "ydelse_kode", pa.nulls(1, pa.int32()), r"^cast\(null as string\)$"),
    (
        "socialt_frikort",
        "timer",
        pa.array([2]),
        r"^cast\(`timer` as decimal\(18,2\)\)$",
    ),
    # By the binary fraction, as DuckDB: by its digits 1.005 would be 1.01.
    ("socialt_frikort", "timer", pa.array([1.005]), r"round\(`timer` \* 100D\)"),
]


@pytest.mark.parametrize(("source", "column", "values", "expected"), READ_AS)
def test_a_column_is_read_as_the_contract_says(
    landing, source, column, values, expected
) -> None:
    file = inspected(landing, source, **{column: values})
    (wanted,) = (
        c for c in contract.sources()[source].named_columns if c.name == column
    )
    assert re.search(expected, SPARK.column(file, wanted))


def test_a_week_of_numbers_is_read_as_a_code_and_one_of_text_as_it_is(landing) -> None:
    file = inspected(landing, "dream", y_2031=pa.array([7]))
    assert SPARK.week(file, "y_2031") == (
        "lpad(cast(cast(`y_2031` as smallint) as string), 3, '0')"
    )
    assert SPARK.week(file, "y_2032") == "`y_2032`"


def test_names_are_those_of_the_file(landing) -> None:
    table = table_of("ydelser")
    write(
        landing,
        "ydelser",
        "2020-09-28",
        table.rename_columns([name.upper() for name in table.column_names]),
    )
    (view,) = (s for s in statements(landing) if "landing.ydelser " in s)
    assert "`YDELSE_KODE`" in view


def statements(landing: Path) -> list[str]:
    return opened(landing, sql=SPARK).statements


def test_both_engines_get_the_same_relations_with_the_same_columns(landing) -> None:
    def relations(found: list[str]) -> list[str]:
        created = (
            re.match(r"create or replace (?:view|table) (\S+)", s) for s in found
        )
        return sorted({match[1] for match in created if match})

    kept = {"landing.deliveries_kept"}
    names = relations(opened(landing).statements)
    assert set(relations(statements(landing))) - {"landing.kept_citizens"} == (
        set(names) - kept
    )
    assert all("create or replace table" not in s for s in statements(landing))
    assert not any(s.startswith(("delete", "insert")) for s in statements(landing))


def test_a_path_is_one_file_and_no_pattern() -> None:
    path = Path("/data/a[1] {b}*`c/delivered=2020-09-28/x.parquet")
    assert SPARK.scan(path) == (
        r"parquet.`/data/a\[1\] \{b\}\*``c/delivered=2020-09-28/x.parquet`"
    )


def test_a_text_is_a_literal_of_the_engine() -> None:
    text = 'Sønderborg\'s \\ "plads"'
    assert SPARK.literal(text) == "'Sønderborg\\'s \\\\ \"plads\"'"
    assert DUCKDB.literal(text) == "'Sønderborg''s \\ \"plads\"'"


def test_the_day_of_a_delivery_is_in_the_number_of_its_rows(landing) -> None:
    (view,) = (s for s in statements(landing) if "landing.ydelser " in s)
    first = (date(2020, 9, 28) - date(1970, 1, 1)).days * 2**46
    assert f"{first} + _metadata.row_index as row_id" in view
