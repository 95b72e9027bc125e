"""The materialization `incremental`: what a run adds to a table that stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from labour_monitor import project

FIRST = "select 1 as n, 'a' as word"
OTHER_COLUMNS = (
    "select 2 as n, 'b' as word, 3 as more",
    "select 2 as n",
    "select cast(2 as bigint) as n, 'b' as word",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A project of one model, with the macros of this one."""
    folder = tmp_path_factory.mktemp("adding")
    (folder / "dbt_project.yml").write_text("{name: adding, profile: adding}")
    (folder / "profiles.yml").write_text(
        "adding: {target: here, outputs: {here: {type: duckdb, path: kept.duckdb}}}"
    )
    (folder / "models").mkdir()
    shutil.copytree(project.root() / "macros", folder / "macros")
    return folder


@pytest.fixture
def after(folder, monkeypatch) -> Callable[..., tuple[bool, list[tuple], list[str]]]:
    """Whether the last of some runs succeeded, the rows that are kept, and the
    statements of this last run."""
    monkeypatch.chdir(folder)

    def after(*selects: str, **config: str) -> tuple[bool, list[tuple], list[str]]:
        Path("kept.duckdb").unlink(missing_ok=True)
        given = {"materialized": "incremental", "incremental_strategy": "append"}
        header = f"{{{{ config({given | config}) }}}}"
        for select in selects:
            Path("models/kept.sql").write_text(f"{header}\n-- A comment.\n{select}")
            Path("dbt.log").unlink(missing_ok=True)
            done = dbtRunner().invoke(
                ["--quiet", "--log-path=.", "--log-level-file=debug", "run"]
            )
            DuckDBConnectionManager.close_all_connections()
        with duckdb.connect("kept.duckdb") as connection:
            kept = connection.execute("from kept order by n").fetchall()
        return done.success, kept, Path("dbt.log").read_text().splitlines()

    return after


def test_a_model_with_the_columns_of_its_table_is_planned_once(after) -> None:
    has_succeeded, kept, log = after(
        FIRST, "select 2 as n, 'b' as word", on_schema_change="fail"
    )
    assert has_succeeded
    assert kept == [(1, "a"), (2, "b")]
    assert any("insert into" in line for line in log)
    assert not any("temporary view" in line for line in log)


def test_columns_in_another_order_are_those_of_their_names(after) -> None:
    has_succeeded, kept, _ = after(
        "select 'a' as word, '1' as n",
        "select '2' as n, 'b' as word",
        on_schema_change="fail",
    )
    assert has_succeeded
    assert kept == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("select", OTHER_COLUMNS)
def test_other_columns_add_nothing_where_they_are_a_fault(after, select) -> None:
    has_succeeded, kept, _ = after(FIRST, select, on_schema_change="fail")
    assert not has_succeeded
    assert kept == [(1, "a")]


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        (OTHER_COLUMNS[0], [(1, "a", None), (2, "b", 3)]),
        (OTHER_COLUMNS[1], [(1,), (2,)]),
    ],
)
def test_other_columns_are_those_of_the_model_where_it_says_so(
    after, select, kept
) -> None:
    has_succeeded, found, _ = after(FIRST, select, on_schema_change="sync_all_columns")
    assert has_succeeded
    assert found == kept
