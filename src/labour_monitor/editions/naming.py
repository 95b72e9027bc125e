"""The name of an edition: its as-of date, and a digest of all that it says."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from labour_monitor import fingerprints
from labour_monitor.editions import duckdb_file


def content(house: Path, says: object) -> str:
    """A digest of what an edition is made of, before it is decided what the public is
    shown: the same is published once.

    Args:
        house: the folder of its tables, in Parquet.
        says: all else that the edition says, as data.
    """
    return _digest([_files(house), says])


def name(as_of: date, edition: Path) -> str:
    """The name of an edition whose files are there and do not name it yet.

    The DuckDB files say what the Parquet files say. They count by the form that they
    are written in: of their bytes less is known than of those of the others.
    """
    return f"{as_of}-{_digest([_files(edition), duckdb_file.STORAGE])[:12]}"


def _files(folder: Path) -> list[tuple[str, str]]:
    return [
        (file.relative_to(folder).as_posix(), fingerprints.of_file(file))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != duckdb_file.FILE
    ]


def _digest(document: object) -> str:
    text = json.dumps(document, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
