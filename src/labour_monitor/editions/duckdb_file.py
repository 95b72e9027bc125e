"""The process that writes the DuckDB files of an edition: it reads what to do as JSON
from its input, and the rows from the Parquet files beside."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

FILE = "labour_monitor.duckdb"
STORAGE = "v1.0.0"
"""Of the oldest form that DuckDB still writes: version 1.1 and later read it."""

_BY_CHANCE = "fsst"
"""DuckDB draws at random what it tries this way of compressing texts on: of the same
rows it made files of several sizes."""


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def write(folder: Path, tables: dict[str, Any]) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"set disabled_compression_methods = '{_BY_CHANCE}'")
        file = _text(str(folder / FILE))
        connection.execute(f"attach {file} as edition (storage_version '{STORAGE}')")
        for name, table in tables.items():
            rows = _text(str(folder / f"{name}.parquet"))
            relation = f"edition.main.{name}"
            connection.execute(
                f"create table {relation} as select * from read_parquet({rows})"
            )
            connection.execute(
                f"comment on table {relation} is {_text(table['description'])}"
            )
            for column, description in table["columns"].items():
                connection.execute(
                    f'comment on column {relation}."{column}" is {_text(description)}'
                )
        connection.execute("checkpoint edition")
        connection.execute("detach edition")


if __name__ == "__main__":
    for part in json.load(sys.stdin):
        write(Path(part["folder"]), part["tables"])
