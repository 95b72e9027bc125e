"""Tables of another engine as a DuckDB file: what is asked of one is answered by it,
and what was published from it is not forgotten."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from labour_monitor.fetching import FetchError, fetch

TABLES = {
    "landing.run": "select 'a' as landing_id, true as is_landing_synthetic",
    "landing.built": "select 'fct_area_month' as node",
    "landing.inputs": "select 'code' as kind",
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
