"""The parity run finds a secret that was written down, and keys that were made with
another one: a place of each kind is planted."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from labour_monitor.parity import secrecy
from labour_monitor.parity.secrecy import SECRET, files_with_secret, n_foreign_keys

NUMBERS = ("6101701201", "6101701202")


@pytest.mark.parametrize(
    "content",
    [
        f'{{"plan": "concat({SECRET}, pnr)"}}'.encode(),
        b"\x00\x01" + SECRET.encode("utf-16-be"),
    ],
)
def test_a_file_with_the_secret_is_found(tmp_path, content) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "sound.log").write_text("(select max(secret) from citizen_key_secret)")
    (tmp_path / "events" / "log").write_bytes(content)
    assert files_with_secret([tmp_path]) == [tmp_path / "events" / "log"]


@pytest.mark.parametrize(
    ("secret", "expected"), [(SECRET, (2, 0)), ("*********(redacted)", (2, 2))]
)
def test_a_key_of_another_secret_is_found(tmp_path, secret, expected) -> None:
    """As Spark once made them: of what it shows in place of a secret."""
    keys = [hashlib.sha256(f"{secret}{n}".encode()).hexdigest() for n in NUMBERS]
    with duckdb.connect() as connection:
        for name, column, values in (
            ("dream/delivered=2022-01-01", "pnr", NUMBERS),
            ("fct_citizen_month", "citizen_key", keys),
            ("fct_cohort", "citizen_key", keys[:1]),
        ):
            (tmp_path / name).mkdir(parents=True)
            connection.execute(
                f"copy (select unnest({list(values)}) as {column}) to "
                f"'{tmp_path / name / 'part.parquet'}'"
            )
    assert n_foreign_keys(tmp_path, tmp_path) == expected
    assert secrecy.n_foreign_keys(tmp_path, tmp_path / "nothing")[1] == 2
