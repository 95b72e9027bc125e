"""The files of an edition's tables: Parquet, and one DuckDB file. The same rows make
the same bytes, with the same versions of what writes them."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import duckdb

from labour_monitor.editions import duckdb_file
from labour_monitor.editions.contracts import Table
from labour_monitor.editions.tables import in_order
from labour_monitor.files import FULL_DISK
from labour_monitor.landing.paths import place

DATABASE = duckdb_file.FILE
_WRITERS = ("duckdb", "pyarrow", "great_expectations")
_ZEROED = {
    # DuckDB writes out what was in the memory before, in the unused ends of what it
    # compresses: with memory that is zero at first, that is always the same.
    "MALLOC_CONF": "zero:true",
    "MALLOC_PERTURB_": "255",
}


def writers() -> dict[str, str]:
    """What writes the files, each with its version: others write other bytes."""
    return {name: version(name) for name in _WRITERS}


def write_files(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    tables: Sequence[Table],
    folder: Path,
) -> None:
    """Write each table as a file of its name."""
    folder.mkdir(exist_ok=True)
    for table in tables:
        rows = in_order(table, f"{schema}.{table.name}")
        file = folder / f"{table.name}.parquet"
        connection.execute(f"copy ({rows}) to {place(file)} (format parquet)")


def write_databases(folders: dict[Path, Sequence[Table]]) -> None:
    """Put the Parquet files of each folder into a DuckDB file beside them, with what
    the contracts say of tables and columns as comments.

    Raises:
        OSError: they cannot be written.
    """
    task = [
        {
            "folder": str(folder),
            "tables": {
                table.name: {
                    "description": table.description,
                    "columns": {c.name: c.description for c in table.columns},
                }
                for table in tables
            },
        }
        for folder, tables in folders.items()
    ]
    # A process of its own: its memory is as new, and as zero, as the last time.
    done = subprocess.run(
        [sys.executable, "-m", "labour_monitor.editions.duckdb_file"],
        input=json.dumps(task),
        env=os.environ | _ZEROED,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = done.stderr.strip().rpartition("\n")[2]
        number = errno.ENOSPC if FULL_DISK in message else None
        if number:
            raise OSError(number, FULL_DISK, str(next(iter(folders))))
        raise OSError(f"the DuckDB file could not be written: {message}")
