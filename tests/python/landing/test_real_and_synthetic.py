"""A landing says itself that its people are made up (D1): nobody guesses it, and the
two are never mixed. Those of real registers need a secret that nobody guesses."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from labour_monitor import building, cli, replaying, runs
from labour_monitor.landing import identity, secret
from labour_monitor.landing.faults import LandingError
from labour_monitor.synthetic import generate

from .conftest import faults_of, opened

SHORT, LONG = "x" * (secret.SHORTEST - 1), "x" * secret.SHORTEST


@pytest.fixture
def synthetic(landing: Path) -> Path:
    identity.mark(landing, identity.new(), synthetic=True)
    return landing


def run_of(landing: Path) -> duckdb.DuckDBPyConnection:
    """The database of a run that has begun."""
    connection = duckdb.connect()
    connection.execute("create schema landing")
    tables = "create or replace table landing.run "
    for statement in opened(landing).statements:
        if statement.startswith(tables):
            connection.execute(statement)
    return connection


def test_the_generator_says_that_its_registers_are_synthetic(registers) -> None:
    assert identity.is_synthetic(registers)
    assert identity.read(registers)


def test_a_landing_that_does_not_say_so_is_real(landing) -> None:
    assert not identity.is_synthetic(landing)
    identity.mark(landing, identity.new())
    assert not identity.is_synthetic(landing)
    (landing / identity.FILE_NAME).write_text(
        f'{{"landing_id": "{identity.new()}", "is_synthetic": "yes"}}'
    )
    assert not identity.is_synthetic(landing)


def test_a_run_writes_down_what_its_landing_says(landing) -> None:
    assert not runs.is_synthetic(run_of(landing))
    (landing / identity.FILE_NAME).unlink()
    identity.mark(landing, identity.new(), synthetic=True)
    assert runs.is_synthetic(run_of(landing))


def test_a_database_from_before_is_of_real_registers(synthetic) -> None:
    with run_of(synthetic) as connection:
        connection.execute("alter table landing.run drop column is_landing_synthetic")
        assert not runs.is_synthetic(connection)
    with duckdb.connect() as connection:
        assert not runs.is_synthetic(connection)


def test_real_registers_need_a_secret_that_nobody_guesses(landing, monkeypatch) -> None:
    monkeypatch.setenv(secret.NAME, SHORT)
    (fault,) = faults_of(landing)
    assert f"at least {secret.SHORTEST} characters in {secret.NAME}" in fault
    assert "What to do: set a long one" in fault
    assert "\n" not in fault
    assert SHORT not in fault
    monkeypatch.setenv(secret.NAME, LONG)
    assert opened(landing)


def test_where_none_is_set_the_run_says_so_and_goes_on(landing, monkeypatch) -> None:
    monkeypatch.delenv(secret.NAME, raising=False)
    assert any(secret.NAME in message for message in opened(landing).messages)


def test_synthetic_registers_need_none(synthetic, monkeypatch) -> None:
    monkeypatch.setenv(secret.NAME, SHORT)
    assert opened(synthetic)


def test_every_command_that_builds_refuses_it_before_anything_else(
    landing, monkeypatch, tmp_path, capsys
) -> None:
    monkeypatch.setenv(secret.NAME, SHORT)
    database = tmp_path / "x.duckdb"
    command = ["build", "--landing", str(landing), "--database", str(database)]
    assert cli.main(command) == 1
    told = capsys.readouterr()
    assert secret.NAME in told.err
    assert SHORT not in told.out + told.err
    assert not database.exists()
    with pytest.raises(LandingError, match=secret.NAME):
        replaying._check(landing, "2020-09-28", {})


def test_an_empty_landing_is_about_to_be_synthetic(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(secret.NAME, SHORT)

    def stop(*_) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build(tmp_path / "landing", tmp_path / "x.duckdb", generate=stop)


def test_real_files_are_not_landed_among_synthetic_registers(
    synthetic, tmp_path, capsys
) -> None:
    file = tmp_path / "ydelser.csv"
    file.write_text("pnr;ydelse_kode;fra_dato;til_dato\n", encoding="utf-8")
    command = ["land", "ydelser", str(file), "--delivered", "2021-01-31"]
    before = sorted(synthetic.rglob("*"))
    assert cli.main([*command, "--landing", str(synthetic)]) == 1
    told = capsys.readouterr().err
    assert "expected a landing of real registers; found synthetic ones" in told
    assert "What to do: give another folder (--landing)" in told
    assert sorted(synthetic.rglob("*")) == before


def test_synthetic_registers_are_not_made_where_real_ones_were(
    landing, tmp_path, capsys
) -> None:
    identity.mark(landing, identity.new())
    for folder in landing.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    assert cli.main(["synth", "--landing", str(landing), "--citizens", "1000"]) == 1
    told = capsys.readouterr().err
    assert "does not say that they are synthetic. What to do:" in told
    assert [entry.name for entry in landing.iterdir()] == [identity.FILE_NAME]


def test_a_synthetic_landing_whose_deliveries_are_gone_keeps_its_id(tmp_path) -> None:
    landing, its_id = tmp_path / "landing", identity.new()
    landing.mkdir()
    identity.mark(landing, its_id, synthetic=True)
    generate(landing, citizens=1_000)
    assert identity.read(landing) == its_id
    assert identity.is_synthetic(landing)
