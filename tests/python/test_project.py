"""A command works on the project that its code lies in, wherever it is started."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from labour_monitor import cli, project

ROOT = project.root()
CODE = Path(project.__file__).parent


@pytest.fixture
def other(tmp_path, monkeypatch) -> Path:
    """Another dbt project, in a folder of which the command is started."""
    folder = tmp_path / "other"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: other\n", encoding="utf-8")
    monkeypatch.chdir(folder / "models")
    return folder


def test_another_dbt_project_is_nothing_to_it(other, capsys) -> None:
    assert project.root() == ROOT
    for arguments in (["--help"], ["faults"], ["land", "--help"]):
        assert cli.main(arguments) == 0
        capsys.readouterr()
    (other / "dbt_project.yml").write_text(": {{ no yaml", encoding="utf-8")
    assert cli.main(["faults"]) == 0


def test_another_clone_is_refused_in_a_line(other, capsys) -> None:
    (other / "dbt_project.yml").write_text("name: labour_monitor\n")
    (other / "src/labour_monitor").mkdir(parents=True)
    assert project.root() == ROOT
    assert cli.main(["faults"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"found the command of {ROOT}" in said.err
    assert str(other / ".venv/bin") in said.err
    assert cli.main(["--help"]) == 0


def test_a_project_with_the_same_code_is_worked_on(other) -> None:
    """As in the test of a third initiative: other rules, and the code by a link."""
    (other / "src").mkdir()
    (other / "src/labour_monitor").symlink_to(CODE)
    assert project.root() == other
    project.check_started_here()


def test_a_working_directory_that_is_gone_is_nothing_to_it(
    tmp_path, monkeypatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert project.root() == ROOT
    assert cli.main(["faults"]) == 0
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("given", ["", None])
def test_without_a_database_in_the_environment_it_is_the_projects(
    monkeypatch, given
) -> None:
    monkeypatch.delenv("MONITORING_DUCKDB_PATH", raising=False)
    if given is not None:
        monkeypatch.setenv("MONITORING_DUCKDB_PATH", given)
    assert project.database_path() == ROOT / "data/monitoring.duckdb"


def test_the_schemas_are_those_of_the_project() -> None:
    assert project.schemas() == {
        *("landing", "staging", "intermediate", "state", "published", "marts"),
        *("code_lists", "rules", "version_1_0"),
    }


def test_dbt_and_the_check_use_the_same_memory() -> None:
    profile = yaml.safe_load((ROOT / "profiles/profiles.yml").read_text("utf-8"))
    output = profile["labour_monitor"]["outputs"]["duckdb"]
    assert output["config_options"]["memory_limit"] == project.MEMORY_LIMIT
    # These dbt would set for each model, and DuckDB give its memory back each time.
    assert "settings" not in output
