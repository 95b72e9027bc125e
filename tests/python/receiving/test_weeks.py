"""DREAM's weeks in every type that holds whole numbers are codes, in a file that is
landed and in a delivery that somebody put there; of any other type all weeks together
are one fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import contract, inspection
from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving.land import land

from .conftest import DAY, rows

WEEKS = contract.weeks(contract.FIRST_WEEK, date(2010, 12, 31))
CODES = [130, None, 730, 21]
AS_TEXT = ["130", None, "730", "021"]
WHOLE = {
    "int8": ([113, None, 122, 21], ["113", None, "122", "021"], pa.int8()),
    "int16": (CODES, AS_TEXT, pa.int16()),
    "uint64": (CODES, AS_TEXT, pa.uint64()),
    "decimal(3,0)": (
        [None if code is None else Decimal(code) for code in CODES],
        AS_TEXT,
        pa.decimal128(3, 0),
    ),
    "decimal(38,10)": (
        [None if code is None else Decimal(code) for code in CODES],
        AS_TEXT,
        pa.decimal128(38, 10),
    ),
    "float": ([130.0, None, 730.0, 21.0], AS_TEXT, pa.float32()),
    "double": ([130.0, float("nan"), 730.0, 21.0], AS_TEXT, pa.float64()),
}
UNFIT = {
    "booleans": ([True, None, False, True], pa.bool_(), "BOOLEAN", 3),
    "dates": ([date(2020, 1, 1)] * 4, pa.date32(), "DATE", 4),
    "bytes": ([b"130"] * 4, pa.binary(), "BLOB", 4),
    "lists": ([["130"]] * 4, pa.list_(pa.string()), "VARCHAR[]", 4),
}


def dream(folder: Path, values: list, kind: pa.DataType) -> Path:
    """A DREAM of 22 weeks of which each has these values."""
    table = {"pnr": pa.array([f"610170123{n}" for n in range(len(values))])}
    table |= dict.fromkeys(WEEKS, pa.array(values, kind))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dream.parquet"
    pq.write_table(pa.table(table), path)
    return path


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_of_any_type_are_codes(tmp_path, name) -> None:
    values, expected, kind = WHOLE[name]
    file = dream(tmp_path, values, kind)
    folder = land(tmp_path / "landing", "dream", [file], DAY, n_rows=4).folder
    by_hand, landed = rows("dream", file), rows("dream", folder / "dream.parquet")
    assert by_hand == landed
    assert [row[-1] for row in landed] == expected


def test_the_run_reads_weeks_of_numbers_as_text(tmp_path) -> None:
    """As its views do: nothing is computed of a week that nobody reads."""
    file = dream(tmp_path, CODES, pa.int16())
    with duckdb.connect() as connection:
        source = contract.sources()["dream"]
        found, faults = inspection.inspect_file(connection, source, file, None)
        assert faults == []
        weeks = connection.execute(f"select {found.weeks['y_1052']} from '{file}'")
        assert [code for (code,) in weeks.fetchall()] == AS_TEXT


@pytest.mark.parametrize("name", UNFIT)
def test_a_type_that_fits_no_week_is_one_fault_of_all_weeks(tmp_path, name) -> None:
    values, kind, shown, n_bad = UNFIT[name]
    file = dream(tmp_path, values, kind)
    with pytest.raises(LandingError) as error:
        land(tmp_path / "landing", "dream", [file], DAY)
    with duckdb.connect() as connection:
        source = contract.sources()["dream"]
        _, by_hand = inspection.inspect_file(connection, source, file, None)
    for faults in (error.value.faults, by_hand):
        (fault,) = faults
        assert fault.column == ("y_1031, y_1032, y_1033, y_1034, y_1035 and 17 more")
        assert fault.found.startswith(f"{shown}, with {22 * n_bad:,} values that")
        assert "three digits" in fault.expected
        assert "SAS" not in str(fault)


@pytest.mark.parametrize("value", [130.5, 1000.0, -1.0])
def test_numbers_that_are_no_codes_are_one_fault_of_all_weeks(tmp_path, value) -> None:
    file = dream(tmp_path, [value, 130.0], pa.float64())
    with pytest.raises(LandingError) as error:
        land(tmp_path / "landing", "dream", [file], DAY)
    with duckdb.connect() as connection:
        source = contract.sources()["dream"]
        _, by_hand = inspection.inspect_file(connection, source, file, None)
    for faults in (error.value.faults, by_hand):
        (fault,) = faults
        assert fault.column.endswith("and 17 more")
        assert "22" in fault.found


def test_weeks_that_are_there_twice_are_one_fault(tmp_path) -> None:
    table = {"pnr": pa.array(["6101701234"])}
    for week in WEEKS:
        table |= {week: pa.array(["130"]), week.upper(): pa.array(["130"])}
    path = tmp_path / "dream.parquet"
    pq.write_table(pa.table(table), path)
    with pytest.raises(LandingError) as error:
        land(tmp_path / "landing", "dream", [path], DAY)
    (fault,) = error.value.faults
    assert fault.found == "2 that differ in case alone"
    assert fault.column.endswith("and 17 more")
