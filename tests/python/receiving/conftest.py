"""What the tests of receiving share: a small landing, and its registers written as a
sender would write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest

from labour_monitor.landing import contract, inspection

DAY = "2023-02-28"
Rows = list[tuple]


@dataclass(frozen=True)
class Dialect:
    """How a sender writes CSV."""

    delimiter: str = ";"
    encoding: str = "utf-8"
    decimal_sign: str = ","
    quoted: bool = False
    bom: bool = False
    line_end: str = "\n"
    dates: str = "%Y-%m-%d"
    yes_no: tuple[str, str] = ("true", "false")


STAR = Dialect(
    encoding="cp1252",
    quoted=True,
    line_end="\r\n",
    dates="%d-%m-%Y",
    yes_no=("ja", "nej"),
)
STATISTICS_DENMARK = Dialect(
    delimiter=",", decimal_sign=".", bom=True, dates="%d%b%Y", yes_no=("1", "0")
)


@pytest.fixture(scope="session")
def original(
    registers: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The newest delivery of a source that has rows, as it was generated; of DREAM its
    first weeks, since hundreds of columns tell no more."""
    dream = tmp_path_factory.mktemp("dream") / "dream.parquet"
    weeks = ", ".join(contract.weeks(contract.FIRST_WEEK, date(2011, 12, 31)))
    whole = max((registers / "dream").glob("*/*.parquet"))
    duckdb.execute(f"copy (select pnr, {weeks} from '{whole}') to '{dream}'")

    def file(source: str) -> Path:
        if source == "dream":
            return dream
        paths = sorted((registers / source).glob("*/*.parquet"), reverse=True)
        return next(path for path in paths if rows(source, path))

    return file


def rows(source: str, path: Path) -> Rows:
    """What the in-door reads from a file, in the file's order."""
    with inspection.file_reader() as connection:
        file, faults = inspection.inspect_file(
            connection, contract.sources()[source], path, None
        )
        assert not faults, faults
        columns = ", ".join(
            f"{file.expressions[name]} as {name}" for name in sorted(file.expressions)
        )
        return connection.execute(f"select {columns} from '{path}'").fetchall()


def _text(column: contract.Column, dialect: Dialect) -> str:
    """SQL of a column's values as the sender writes them."""
    name = column.name
    match column.data_type:
        case "date":
            return f"strftime({name}, '{dialect.dates}')"
        case "decimal(18,2)":
            return f"replace(cast({name} as varchar), '.', '{dialect.decimal_sign}')"
        case "boolean":
            yes, no = dialect.yes_no
            return f"case {name} when true then '{yes}' when false then '{no}' end"
    return f"cast({name} as varchar)"


def write_csv(source: str, parquet: Path, target: Path, dialect: Dialect) -> Path:
    """The rows of a Parquet file as CSV; DREAM's weeks are text as they are."""
    known = {column.name: column for column in contract.sources()[source].columns}
    with inspection.file_reader() as connection:
        names = [
            row[0]
            for row in connection.execute(
                f"describe select * from read_parquet('{parquet}', "
                "hive_partitioning = false)"
            ).fetchall()
        ]
        columns = ", ".join(
            (_text(known[name], dialect) if name in known else name) + f" as {name}"
            for name in names
        )
        connection.execute(
            f"copy (select {columns} from '{parquet}') to '{target}' (format csv, "
            f"header, delimiter '{dialect.delimiter}'"
            + (", force_quote *)" if dialect.quoted else ")")
        )
    text = target.read_text(encoding="utf-8").replace("\n", dialect.line_end)
    mark = "\ufeff" if dialect.bom else ""
    target.write_bytes((mark + text).encode(dialect.encoding))
    return target


def write_xpt(
    source: str, parquet: Path, target: Path, weeks_as_numbers: bool = False
) -> Path:
    """The rows of a Parquet file as a SAS transport file in Statistics Denmark's
    upper-case names; numbers and booleans are doubles, as all numbers are in SAS."""
    with duckdb.connect() as connection:
        table = connection.execute(
            f"select * from read_parquet('{parquet}', hive_partitioning = false)"
        ).to_arrow_table()
    columns, formats = {}, {}
    for name in table.column_names:
        values = table[name].to_pylist()
        if any(isinstance(value, date) for value in values):
            formats[name.upper()] = "DATE9"
        elif any(isinstance(value, bool | int | Decimal) for value in values):
            values = [None if value is None else float(value) for value in values]
        elif weeks_as_numbers and name.startswith("y_"):
            values = [float(value) if value else None for value in values]
        columns[name.upper()] = values
    frame = pd.DataFrame(columns)
    pyreadstat.write_xport(
        frame, target, file_format_version=8, variable_format=formats
    )
    return target
