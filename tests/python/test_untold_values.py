"""What DuckDB says of a row of somebody is in no message of dbt (D1)."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import untold_values
from labour_monitor.compiled import DbtError, Step, _made
from labour_monitor.landing.faults import without_values

PNR = "6101701234"


@pytest.fixture
def cursor() -> DuckDBCursorWrapper:
    """DuckDB as dbt asks it."""
    untold_values.leave_out()
    return DuckDBCursorWrapper(duckdb.connect())


def told(cursor: DuckDBCursorWrapper, sql: str) -> DbtRuntimeError:
    with pytest.raises(DbtRuntimeError) as caught:
        cursor.execute(sql).fetchall()
    return caught.value


def test_a_text_that_is_no_utf_8_is_not_quoted(cursor, tmp_path) -> None:
    path = tmp_path / "bopael.parquet"
    text = pa.array([PNR.encode() + b"\xe6"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"pnr": text}), path)
    error = told(cursor, f"create table t as from read_parquet('{path}')")
    assert str(path) in str(error)
    assert "labour-monitor check" in str(error)
    assert PNR not in repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_number_that_may_be_somebodys_is_not_told(cursor) -> None:
    error = told(cursor, f"select cast('{PNR}x' as integer)")
    assert PNR not in str(error)
    assert "Could not convert string" in str(error)


def test_a_damaged_page_is_told_with_what_to_do(cursor, tmp_path) -> None:
    path = tmp_path / "bopael.parquet"
    pq.write_table(pa.table({"kom": ["0101"] * 1000}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:40] = b"\xff" * 36
    path.write_bytes(content)
    error = told(cursor, f"create table t as from read_parquet('{path}')")
    assert "labour-monitor check" in str(error)


def test_a_replay_quotes_no_value_either(tmp_path) -> None:
    """It runs the models without dbt."""
    path = tmp_path / "bopael.parquet"
    text = pa.array([PNR.encode() + b"\xe6"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"pnr": text}), path)
    with duckdb.connect() as connection:
        connection.execute("create table residences (pnr varchar)")
        select = f"select pnr from read_parquet('{path}')"
        step = Step("int_residences", "residences", "table", select, ())
        with pytest.raises(DbtError, match=r"int_residences: (.|\n)*check") as told:
            list(_made(connection, [step], lambda _: None))
    assert PNR not in str(told.value)


def test_an_error_of_another_kind_is_as_duckdb_has_it(cursor) -> None:
    with pytest.raises(duckdb.CatalogException, match="does not exist"):
        cursor.execute("select * from nowhere")


@pytest.mark.parametrize("said", [PNR, "610170-1234", "610170 1234"])
def test_a_person_number_is_no_part_of_a_message(said) -> None:
    assert without_values(f"of '{said}'.") == "of 'a value that is not told'."


def test_no_other_text_of_a_row_is_part_of_a_message() -> None:
    said = r'in file "a": value "N\xF8rregade 1" is not valid UTF8!'
    assert without_values(said) == (
        'in file "a": a value that is not told is not valid UTF8!'
    )


def test_what_is_no_value_of_a_row_stays() -> None:
    said = 'file "delivered=2020-09-28/part.parquet": value of column 5 of 522'
    assert without_values(said) == said
