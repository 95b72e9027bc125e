"""The unit tests of dbt. `labour-monitor build` does not run them, because they say
nothing about the deliveries of a month."""

from __future__ import annotations

import io
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import duckdb
import pytest

from labour_monitor import compiled


def run(database: Path, landing: Path, target: Path, *command: str) -> None:
    """A command of dbt in this process, with the project as it was parsed for all
    tests: it succeeds, and runs every unit test."""
    # dbt takes a second to import: only the worker that runs it pays for it.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    manifest = compiled.manifest(database.stem)
    said = io.StringIO()
    with redirect_stdout(said):
        result = dbtRunner(manifest=manifest).invoke(
            [
                *command,
                *("--threads", "1"),
                *("--vars", f"landing_path: {landing}"),
                *("--target-path", str(target), "--no-write-json"),
                *("--log-level-file", "none", "--no-use-colors", "--quiet"),
            ]
        )
    DuckDBConnectionManager.close_all_connections()
    assert result.success, said.getvalue()
    done = [r for r in result.result.results if r.node.resource_type == "unit_test"]
    assert len(done) == len(manifest.unit_tests) > 0


def test_every_unit_test_of_dbt_passes(built, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("MONITORING_DUCKDB_PATH", str(built.database))
    run(built.database, built.landing, tmp_path, "test", "--select", "test_type:unit")


@pytest.mark.small
def test_every_unit_test_of_dbt_passes_on_new_tables(
    registers, monkeypatch, tmp_path
) -> None:
    """They take the types of their columns from the tables: all of them are made."""
    database = tmp_path / "monitoring.duckdb"
    monkeypatch.setenv("MONITORING_DUCKDB_PATH", str(database))
    landing = shutil.copytree(registers, tmp_path / "landing")
    run(database, landing, tmp_path, "build", "--exclude", "test_type:data")
    # Exposures and saved queries were in it too, with which dbt does nothing.
    with duckdb.connect(str(database), read_only=True) as connection:
        ended = connection.execute("select is_complete from landing.run").fetchall()
    assert ended == [(True,)]
