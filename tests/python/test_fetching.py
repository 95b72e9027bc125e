"""Tables of another engine as a DuckDB file: what is asked of one is answered by it,
and what was published from it is not forgotten."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli, project, replaying, runs
from labour_monitor.fetching import NEEDED, FetchError, fetch
from labour_monitor.landing.paths import place

TABLES = {
    "landing.run": "select 'a' as landing_id, true as is_landing_synthetic",
    "landing.built": "select 'fct_area_month' as node",
    "landing.inputs": "select 'code' as kind",
    "landing.secret_check": "select 'a' as secret_check",
    "state.int_runs": """
        select 1 as run_number, timestamptz '2022-03-01 06:00:00+00' as made
    """,
    "marts.fct_disclosure": "select 'fsm2' as initiative where false",
}


def export(folder: Path, tables: dict[str, str]) -> Path:
    for name, rows in tables.items():
        file = folder.joinpath(*name.split("."), "part.parquet")
        file.parent.mkdir(parents=True)
        duckdb.execute(f"copy ({rows}) to '{file}'")
    return folder


def query(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "fetched.duckdb"


def test_the_tables_are_in_the_file_with_times_as_the_project_has_them(
    tmp_path, database
) -> None:
    assert fetch(export(tmp_path / "exported", TABLES), database) == len(TABLES)
    found = query(
        database, "select typeof(made), cast(made as text) from state.int_runs"
    )
    assert found == [("TIMESTAMP", "2022-03-01 06:00:00")]


def test_what_publishing_has_written_stays_and_all_else_is_new(
    tmp_path, database
) -> None:
    fetch(export(tmp_path / "first", TABLES), database)
    query(database, "insert into marts.fct_disclosure values ('fsm2')")
    query(database, "create table landing.published_editions as select 'e' as edition")
    newer = TABLES | {"state.int_runs": "select 2 as run_number"}
    fetch(export(tmp_path / "second", newer), database)
    assert query(database, "from marts.fct_disclosure") == [("fsm2",)]
    assert query(database, "from landing.published_editions") == [("e",)]
    assert query(database, "from state.int_runs") == [(2,)]


def test_a_file_of_another_landing_is_left_as_it_is(tmp_path, database) -> None:
    fetch(export(tmp_path / "first", TABLES), database)
    other = TABLES | {"landing.run": "select 'b' as landing_id"}
    with pytest.raises(FetchError, match=r"a file of the landing b; found one of a\."):
        fetch(export(tmp_path / "second", other), database)
    assert query(database, "select landing_id from landing.run") == [("a",)]


def test_a_file_of_a_build_is_left_as_it_is(tmp_path, database) -> None:
    """What it keeps is nowhere else."""
    folder = export(tmp_path / "exported", TABLES)
    with duckdb.connect(str(database)) as connection:
        for name, rows in TABLES.items():
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            connection.execute(f"create table {name} as {rows}")
    with pytest.raises(FetchError, match="fetched before; found one of a build"):
        fetch(folder, database)
    assert query(database, "select count(*) from landing.built") == [(1,)]


def test_a_folder_without_a_run_is_refused_in_one_line(tmp_path, database) -> None:
    tables = {name: rows for name, rows in TABLES.items() if name != "landing.run"}
    with pytest.raises(
        FetchError, match=r"found no landing\.run\. What to do: "
    ) as told:
        fetch(export(tmp_path / "exported", tables), database)
    assert "\n" not in str(told.value)
    assert not database.exists()


@pytest.fixture
def fetched(workshop, february, tmp_path, capsys) -> Path:
    """The tables of a run as an engine exports them, made a file by the command."""
    exported = tmp_path / "exported"
    with duckdb.connect(str(workshop.database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('state', 'marts')"
        ).fetchall()
        for name in {*NEEDED, *(name for (name,) in names)}:
            file = exported.joinpath(*name.split("."), "part.parquet")
            file.parent.mkdir(parents=True)
            connection.execute(f"copy (from {name}) to {place(file)}")
    database = tmp_path / "fetched.duckdb"
    assert cli.main(["fetch", str(exported), "--database", str(database)]) == 0
    return database


def run(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_a_fetched_file_is_summed_up_verified_and_asked_for_proofs(
    workshop, fetched, capsys, monkeypatch
) -> None:
    where = ("--landing", workshop.landing, "--database", fetched)
    assert run("verify", *where) == 0
    shown = capsys.readouterr().out
    assert shown.count("as the receipt says") == 2
    assert "NOT" not in shown
    monkeypatch.setattr(cli, "_person_number", lambda: "0101010000")
    assert run("prove-member", *where) == 1
    assert capsys.readouterr().err.startswith("not a member: ")


def test_a_replay_asks_a_fetched_file_as_it_asks_that_of_a_build(
    workshop, fetched
) -> None:
    """Under which date, vars and code each publication was kept, and every figure."""
    kept = replaying.kept_publications(fetched)
    assert kept
    assert kept == replaying.kept_publications(workshop.database)
    assert replaying.kept_parameters(fetched) == {}
    assert replaying.newer_code(fetched, workshop.database) == []
    figures = replaying.compare(fetched, workshop.database)
    assert replaying.Replay(compared=figures).is_equal
    query(fetched, "update state.int_publications_kept set value = value + 1")
    figures = replaying.compare(fetched, workshop.database)
    assert all(n_differing for *_, n_differing in figures)


def test_fetching_ends_with_the_headlines(fetched, capsys) -> None:
    shown = capsys.readouterr().out
    assert f"Tables: schema marts of {fetched}" in shown
    assert "Afklaringspuljen, 20" in shown


CHANGING = [
    ("build", "--landing", "landing"),
    ("unlock", "--landing", "landing", "--reason", "wrong", "--members", "1"),
    ("take-over", "--landing", "landing"),
]


@pytest.mark.parametrize("command", CHANGING, ids=[name for name, *_ in CHANGING])
def test_nothing_goes_on_with_a_fetched_file(
    tmp_path, database, capsys, command
) -> None:
    """What it kept there would be gone when the tables are fetched again."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"create schema landing; create table {runs.FETCHED} (n int)"
        )
    before = database.read_bytes()
    assert run(*command, "--database", database) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "found one of tables that were fetched from another engine" in told
    assert database.read_bytes() == before


def test_nor_does_dbt(database) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"create schema landing; create table {runs.FETCHED} (n int)"
        )
        known = runs.known(runs.answers(connection, runs.QUESTIONS))
    fault = runs.fault_of_landing(known, None, "data/landing")
    assert "fetched from another engine" in fault.found


def test_where_dbt_is_set_to_another_engine_nothing_is_built_instead(
    tmp_path, database, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(project, "default_target", lambda: "another")
    assert run("build", "--landing", tmp_path / "l", "--database", database) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "expected the target duckdb, whose file this command makes" in told
    assert not database.exists()


def test_the_target_is_that_of_the_profiles() -> None:
    assert project.default_target() == project.TARGET
