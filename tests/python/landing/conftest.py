"""A sound landing, and what the in-door says of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import contract
from labour_monitor.landing.checked import NOTHING, Checked
from labour_monitor.landing.contract import weeks
from labour_monitor.landing.dialects import DUCKDB, Dialect
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import open_landing
from labour_monitor.runs import Known, Selection


def table_of(source: str, **columns: pa.Array) -> pa.Table:
    """A sound table of one row, with some columns given otherwise."""
    values: dict[str, pa.Array] = {}
    types = {
        "varchar": pa.array(["1"]),
        "date": pa.array([date(2020, 1, 1)]),
        "integer": pa.array([5]),
        "decimal(18,2)": pa.array([Decimal("1.50")]),
        "boolean": pa.array([True]),
    }
    for column in contract.sources()[source].named_columns:
        values[column.name] = types[column.data_type]
    if source == "dream":
        values |= {
            w: pa.array(["730"]) for w in weeks(contract.FIRST_WEEK, date(2023, 1, 1))
        }
    values |= columns
    return pa.table(values)


def write(landing: Path, source: str, delivered: str, table: pa.Table) -> Path:
    folder = landing / source / f"delivered={delivered}"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "part.parquet")
    return folder / "part.parquet"


@pytest.fixture(scope="session")
def _sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    for source in contract.sources():
        write(folder, source, "2020-09-28", table_of(source))
    return folder


@pytest.fixture
def landing(_sound: Path, tmp_path: Path) -> Path:
    """One sound delivery of every source, in time for the cohort."""
    return shutil.copytree(_sound, tmp_path, dirs_exist_ok=True)


def opened(
    landing: Path,
    as_of: object = None,
    exemption_list: str = "notat",
    known: Known | None = None,
    sql: Dialect = DUCKDB,
    checked: Checked = NOTHING,
    wait: Callable[[], None] = lambda: None,
):
    return open_landing(
        *(str(landing), as_of, exemption_list, ["y_2031"], {}),
        *(known or Known(), Selection({}, frozenset())),
        sql=sql,
        checked=checked,
        wait=wait,
    )


def faults_of(landing: Path, as_of: object = None, **options: object) -> list[str]:
    with pytest.raises(LandingError) as error:
        opened(landing, as_of, **options)
    return [str(fault) for fault in error.value.faults]


def the_fault(landing: Path, *parts: str, as_of: object = None) -> None:
    """There is exactly one fault, and it says all of this."""
    faults = faults_of(landing, as_of)
    assert len(faults) == 1, faults
    for part in parts:
        assert part in faults[0]
