"""The process that writes the DuckDB files of an edition: it reads what to do as JSON
from its input, and the rows from the Parquet files beside."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor.landing.paths import literal, parquet, place

FILE = "labour_monitor.duckdb"
STORAGE = "v1.0.0"
"""Of the oldest form that DuckDB still writes: version 1.1 and later read it."""

_BY_CHANCE = "fsst"
"""DuckDB draws at random what it tries this way of compressing texts on: of the same
rows it made files of several sizes."""


def write(folder: Path, tables: dict[str, Any]) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"set disabled_compression_methods = '{_BY_CHANCE}'")
        connection.execute(
            f"attach {place(folder / FILE)} as edition (storage_version '{STORAGE}')"
        )
        for name, table in tables.items():
            relation = f"edition.main.{name}"
            connection.execute(
                f"create table {relation} as "
                f"select * from {parquet(folder / f'{name}.parquet')}"
            )
            connection.execute(
                f"comment on table {relation} is {literal(table['description'])}"
            )
            for column, description in table["columns"].items():
                connection.execute(
                    f'comment on column {relation}."{column}" is {literal(description)}'
                )
        connection.execute("checkpoint edition")
        connection.execute("detach edition")


def main() -> None:
    """Write all files, unless who asked for them has ended: another publish may write
    in their place by then."""
    parent = os.getppid()
    for part in json.load(sys.stdin):
        if os.getppid() != parent:
            break
        write(Path(part["folder"]), part["tables"])


if __name__ == "__main__":
    main()
