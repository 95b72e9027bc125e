"""`labour-monitor build` and the check: dbt itself is not run here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from labour_monitor import building, cli, project, summary
from labour_monitor.landing import contract
from labour_monitor.landing.checked import NOTHING, Checked
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.quality import validation

from .conftest import rewrite


@pytest.fixture
def found() -> list[Checked]:
    """What dbt is told that it need not look for, of each build."""
    return []


@pytest.fixture
def steps() -> list[str]:
    """What a build has done, in its order."""
    return []


@pytest.fixture
def dbt_runs(monkeypatch, judged_by_bounds, found, steps) -> list[Path]:
    """The databases that a build has made by dbt, which succeeds each time. What was
    made once is up to date."""
    made: list[Path] = []
    judge = validation.judge

    def judged(*given: object) -> dict[str, set[int]]:
        steps.append("judged")
        return judge(*given)

    @contextmanager
    def started(database: Path, *_: object) -> Iterator[SimpleNamespace]:
        def prepare(checked: Checked) -> None:
            steps.append("prepared")
            found.append(checked)

        def build() -> int:
            steps.append("built")
            made.append(database)
            return 0

        yield SimpleNamespace(prepare=prepare, build=build)

    monkeypatch.setattr(validation, "judge", judged)
    monkeypatch.setattr(building, "started", started)
    monkeypatch.setattr(
        building, "is_up_to_date", lambda _, database, __: database in made
    )
    monkeypatch.setattr(summary, "text", lambda database: "the summary")
    monkeypatch.setattr(cli, "_publish", lambda *_: None)
    return made


def command(landing: Path, tmp_path: Path, *options: str) -> int:
    database = tmp_path / "made" / "m.duckdb"
    database.parent.mkdir(exist_ok=True)
    arguments = ["--landing", str(landing), "--database", str(database)]
    return cli.main(["build", *arguments, *options])


def test_a_fatal_finding_stops_the_build_before_dbt(
    landing, tmp_path, dbt_runs, found, steps, capsys
) -> None:
    rewrite(landing, "ydelser", "select * from delivered_rows where false")
    assert command(landing, tmp_path) == 1
    assert dbt_runs == []
    said = capsys.readouterr()
    assert "FATAL: ydelser, delivered 2023-02-28: rows: at least: expected" in said.out
    assert "Do not build" in said.out
    assert len(said.out.splitlines()) < 15
    assert "nothing was built" in said.err
    assert "--no-check" in said.err
    assert (tmp_path / "made/quality/index.html").exists()
    assert steps == ["prepared", "judged"]

    found.clear()
    assert command(landing, tmp_path, "--no-check") == 0
    assert dbt_runs == [tmp_path / "made/m.duckdb"]
    assert found == [NOTHING]


def test_a_sound_landing_is_checked_once_and_built(
    landing, tmp_path, dbt_runs, steps, capsys
) -> None:
    assert command(landing, tmp_path) == 0
    assert steps == ["prepared", "judged", "built"]
    said = capsys.readouterr().out
    assert "] check of the deliveries (" in said
    assert "Sound: nothing to ask about." in said
    assert dbt_runs == [tmp_path / "made/m.duckdb"]
    assert command(landing, tmp_path) == 0
    said = capsys.readouterr().out
    assert "Nothing has changed" in said
    assert "check of the deliveries" not in said
    assert dbt_runs == [tmp_path / "made/m.duckdb"]


def test_dbt_is_told_what_the_check_has_found(
    landing, tmp_path, dbt_runs, found
) -> None:
    assert command(landing, tmp_path) == 0
    (checked,) = found
    assert checked.is_of_now
    read = {
        (name, delivered)
        for name in contract.sources()
        for delivered in delivered_dates(landing, name)
    }
    assert {(p.source, p.delivered) for p in checked.passed} <= read
    assert {p.source for p in checked.passed} == set(contract.sources())
    assert {(f.source, f.delivered) for f in checked.files} == {
        (p.source, p.delivered) for p in checked.passed
    }


def test_a_folder_of_something_else_stops_the_build_and_stays(
    registers, tmp_path, dbt_runs, capsys
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    assert command(registers, tmp_path, "--docs", str(mine)) == 1
    assert dbt_runs == []
    assert "give another folder with --docs" in capsys.readouterr().err
    assert (mine / "thesis.txt").read_text() == "years of work"


def test_a_build_that_is_given_no_folder_for_the_docs_does_not_check(
    registers, tmp_path, dbt_runs, capsys
) -> None:
    assert building.build(registers, tmp_path / "m.duckdb") == 0
    assert "check of the deliveries" not in capsys.readouterr().out
    assert dbt_runs == [tmp_path / "m.duckdb"]


def test_the_data_docs_lie_beside_what_is_built(tmp_path) -> None:
    database = tmp_path / "m.duckdb"
    data = project.root() / "data"
    assert building.docs_of(data / "landing", database) == data / "quality"
    assert building.docs_of(tmp_path / "landing", database) == tmp_path / "quality"
