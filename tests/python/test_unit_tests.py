"""The unit tests of dbt. `labour-monitor build` does not run them, because they say
nothing about the deliveries of a month."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from labour_monitor import compiled


def test_every_unit_test_of_dbt_passes(built, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("MONITORING_DUCKDB_PATH", str(built.database))
    manifest = compiled.manifest(built.database.stem)
    said = io.StringIO()
    with redirect_stdout(said):
        result = dbtRunner(manifest=manifest).invoke(
            [
                *("test", "--select", "test_type:unit", "--threads", "1"),
                *("--vars", f"landing_path: {built.landing}"),
                *("--target-path", str(tmp_path), "--no-write-json"),
                *("--log-level-file", "none", "--no-use-colors", "--quiet"),
            ]
        )
    DuckDBConnectionManager.close_all_connections()
    assert result.success, said.getvalue()
    run = [r for r in result.result.results if r.node.resource_type == "unit_test"]
    assert len(run) == len(manifest.unit_tests) > 0
