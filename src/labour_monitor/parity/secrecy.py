"""What became of the secret of the citizen keys: it is in all of them, and in no file
that a run has written (D1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from labour_monitor.landing.paths import parquet

SECRET = "parity-3f0c5b1e9a7d4c2688e1b0d95a6f7c34"
"""Of made-up registers. It is looked for in all that was written, so that it is one
that nobody would write by chance."""


def files_with_secret(folders: Iterable[Path], secret: str = SECRET) -> list[Path]:
    """The files that have the secret in them, as text or as Java writes text."""
    wanted = [secret.encode(), secret.encode("utf-16-be"), secret.encode("utf-16-le")]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and _holds(file, wanted)
    ]


def _holds(file: Path, wanted: list[bytes]) -> bool:
    content = file.read_bytes()
    return any(text in content for text in wanted)


def n_foreign_keys(marts: Path, landing: Path, secret: str = SECRET) -> tuple[int, int]:
    """How many citizen keys there are in the marts, and how many of them are not the
    SHA-256 of the secret and a person number of DREAM."""
    numbers = _values((landing / "dream").rglob("*.parquet"), "pnr")
    right = {hashlib.sha256(f"{secret}{n}".encode()).hexdigest() for n in numbers if n}
    keys = {
        key
        for table in ("fct_citizen_month", "fct_cohort")
        for key in _values((marts / table).glob("*.parquet"), "citizen_key")
    }
    return len(keys), len(keys - right)


def _values(files: Iterable[Path], column: str) -> Iterator[str]:
    with duckdb.connect() as connection:
        for file in files:
            yield from (
                value
                for (value,) in connection.execute(
                    f"select distinct trim({column}) from {parquet(file)}"
                ).fetchall()
            )
