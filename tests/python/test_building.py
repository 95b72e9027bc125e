"""dbt as a process of `labour-monitor build`, and within other commands: what reaches
it, and what is shown of it. dbt itself is not run here."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from labour_monitor import building, cli, compiled, replaying

OWN = ("DBT_EMPTY", "DBT_ENGINE_SAMPLE", "DBT_RESOURCE_TYPES", "DBT_TARGET")


@pytest.fixture
def dbt(monkeypatch):
    """A dbt that shows these lines and ends with this code; the environments given to
    it, and whether it was stopped."""

    class Dbt:
        lines: tuple[str, ...] = ()
        code = 0
        given: dict[str, str]
        is_stopped = False

        def __init__(self, _, *, env, **__):
            Dbt.given = env
            self.stdout = iter(Dbt.lines)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def wait(self):
            return Dbt.code

        def terminate(self):
            Dbt.is_stopped = True

    monkeypatch.setattr(building.subprocess, "Popen", Dbt)
    return Dbt


def test_dbts_own_variables_do_not_reach_the_build(
    dbt, monkeypatch, tmp_path, capsys
) -> None:
    for name in OWN:
        monkeypatch.setenv(name, "1")
    assert building.dbt_build(tmp_path / "x.duckdb", {}) == 0
    assert not [name for name in dbt.given if name.startswith("DBT_")]
    assert dbt.given["PATH"] == os.environ["PATH"]
    assert ", ".join(OWN) in capsys.readouterr().out


def test_nor_the_runs_of_other_commands(monkeypatch, tmp_path) -> None:
    for name in OWN:
        monkeypatch.setenv(name, "1")
    before = dict(os.environ)
    with compiled._database(tmp_path / "x.duckdb"):
        assert not [name for name in os.environ if name.startswith("DBT_")]
        assert os.environ["MONITORING_DUCKDB_PATH"] == str(tmp_path / "x.duckdb")
    assert dict(os.environ) == before


def test_a_full_disk_within_other_commands_is_one_line_too(
    monkeypatch, tmp_path
) -> None:
    class Full:
        def __init__(self, **_) -> None:
            pass

        def invoke(self, _):
            print("[Errno 28] No space left on device\n" * 500)
            return SimpleNamespace(success=False, exception=None)

    monkeypatch.setattr("dbt.cli.main.dbtRunner", Full)
    with pytest.raises(OSError, match="No space left on device") as full:
        compiled._invoke(tmp_path / "x.duckdb", ["run"])
    assert full.value.filename == str(tmp_path / "x.duckdb")


def test_a_replay_that_fails_leaves_nothing_in_the_way_of_the_next(
    monkeypatch, tmp_path
) -> None:
    kept, into = tmp_path / "kept.duckdb", tmp_path / "again.duckdb"
    duckdb.connect(str(kept)).close()

    def fail(*_) -> None:
        duckdb.connect(str(into)).close()
        raise KeyboardInterrupt

    monkeypatch.setattr(replaying, "_replay", fail)
    (tmp_path / "again.duckdb.backup").touch()
    with pytest.raises(KeyboardInterrupt):
        replaying.replay(tmp_path, kept, into, print)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("again.duckdb.backup", "kept.duckdb"),
    ]


def test_the_lines_of_dbt_are_shown_and_its_code_returned(
    dbt, tmp_path, capsys
) -> None:
    dbt.lines, dbt.code = ("one\n", "two\n"), 2
    assert building.dbt_build(tmp_path / "x.duckdb", {}) == 2
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_full_disk_is_one_line_and_the_last(dbt, tmp_path, capsys) -> None:
    full = "Failed to commit: Could not write file: No space left on device\n"
    dbt.lines = ("one\n", *[full] * 500)
    assert building.dbt_build(tmp_path / "x.duckdb", {}) == 1
    said = capsys.readouterr()
    assert said.out == "one\n"
    assert said.err.count("\n") == 1
    assert f"{tmp_path / 'x.duckdb'}, or dbt's target or logs" in said.err
    assert "What to do: free some space" in said.err
    assert dbt.is_stopped


@pytest.mark.parametrize("name", ["target", "logs"])
def test_a_project_that_dbt_cannot_write_in_is_told_before_the_build(
    dbt, tmp_path, monkeypatch, capsys, name
) -> None:
    def read_only(path: Path) -> None:
        if path.parent.name == name:
            raise OSError(30, "Read-only file system", str(path.parent))

    monkeypatch.setattr(building, "check_place", read_only)
    arguments = ["--landing", tmp_path / "landing", "--database", tmp_path / "x.duckdb"]
    assert cli.main(["build", *map(str, arguments)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"{name}: Read-only file system. What to do:" in said.err
    assert not any(tmp_path.iterdir())
