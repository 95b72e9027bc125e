"""The database in the hands of others than dbt: its name, its place, and what is read
without the secret."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from labour_monitor import hooks, project, runs

KEYS_FROM_TABLES = {
    "staging.stg_dream__benefit_weeks",
    "staging.stg_eindkomst__wage_reports",
    "staging.stg_socialt_frikort__wage_reports",
}
"""Views that make no keys: they read those that are kept in tables."""


def read_from(database: Path, landing: Path) -> None:
    """Have the views of the landing read another one. They name that of the worker that
    built the database, which is taken away and laid down anew for each of its tests."""
    with duckdb.connect(str(database)) as connection:
        views = connection.execute(
            "select sql from duckdb_views() where schema_name = 'landing'"
        ).fetchall()
        for (sql,) in views:
            of_landing = re.sub(r"'[^']*/landing/", lambda _: f"'{landing}/", sql)
            connection.execute(of_landing.replace("VIEW", "OR REPLACE VIEW", 1))
        named = connection.execute(
            "select sql from duckdb_views() where schema_name = 'landing'"
        ).fetchall()
        assert any(f"'{landing}/" in sql for (sql,) in named)
        assert not any("/landing/" in sql for (sql,) in named)


def test_the_file_may_be_renamed_and_read_without_the_secret(
    workshop, february
) -> None:
    """D1: what makes citizen keys fails without the secret, and is never null."""
    renamed = workshop.folder / "Et andet navn-2.duckdb"
    shutil.copy(workshop.database, renamed)
    read_from(renamed, workshop.pristine)
    with duckdb.connect(str(renamed), read_only=True) as connection:
        with_keys = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "inner join information_schema.columns using (table_schema, table_name) "
            "where table_type = 'VIEW' and column_name = 'citizen_key'"
        ).fetchall()
        views = {name for (name,) in with_keys}
        relations = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        told = {}
        for (name,) in relations:
            try:
                connection.execute(f"select * from {name} limit 1").fetchall()
            except duckdb.ConversionException as error:
                told[name] = str(error)
        assert told.keys() == views - KEYS_FROM_TABLES
        assert all("variable citizen_key_secret is not set" in t for t in told.values())
        connection.execute("set variable citizen_key_secret = 'any'")
        for name in views:
            connection.execute(f"select * from {name} limit 1").fetchall()
    renamed.unlink()


def test_the_database_lies_in_the_project_wherever_dbt_is_started(
    dbt_plugin, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    made = []
    monkeypatch.setattr(dbt_plugin, "create", made.append)
    # What another test ran in this process is no clone of this one.
    monkeypatch.setattr(dbt_plugin, "get_flags", SimpleNamespace)
    credentials = SimpleNamespace(path="data/monitoring.duckdb")
    plugin = dbt_plugin.Plugin("plugin", {}, credentials)
    plugin.update_connection_config(credentials, {})
    assert made == [project.root() / "data/monitoring.duckdb"]
    assert credentials.path == str(made[0])


@pytest.mark.parametrize("secret", ["", "another secret"])
def test_dbt_makes_no_keys_of_another_secret_beside_the_tables(
    workshop, february, dbt_plugin, monkeypatch, secret
) -> None:
    """D1: a view that makes keys would join with nobody, and a test of it would hold of
    nothing; tables need no secret."""
    monkeypatch.setenv("CITIZEN_KEY_SECRET", secret)
    monkeypatch.setattr(dbt_plugin, "get_flags", lambda: SimpleNamespace(WHICH="show"))
    plugin = dbt_plugin.Plugin("plugin", {}, SimpleNamespace())
    with duckdb.connect(str(workshop.database)) as connection:
        plugin.configure_connection(connection)
        plugin.configure_cursor(connection)
        connection.execute("select * from state.int_cohort_locked limit 1").fetchall()
        read = connection.execute
        keys = "select citizen_key from staging.stg_ydelser__benefits limit 1"
        if secret:
            with pytest.raises(duckdb.ConversionException, match="of the last run"):
                read(keys).fetchall()
        else:
            read(keys).fetchall()
        answers = runs.answers(connection, runs.QUESTION_OF_SECRET)
    told = hooks._secret_of_last_run({"answers": answers})
    assert ("CITIZEN_KEY_SECRET" in told.get("error", "")) is bool(secret)
