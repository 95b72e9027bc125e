"""What keeps the database from being opened is one line of every command, before it has
read or changed anything."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import cli, database, project

COMMANDS = {
    "build": (),
    "verify": (),
    "unlock": ("--reason", "a test", "--members", "3"),
    "replay": (),
    "prove-member": (),
    "take-over": (),
}
"""Every command that opens the database, with what else it is given."""


@pytest.fixture(autouse=True)
def _flags(monkeypatch, dbt_plugin) -> None:
    """Those of no command, whatever another test ran in this process."""
    monkeypatch.setattr(dbt_plugin, "get_flags", SimpleNamespace)


@pytest.fixture
def refused(tmp_path, capsys):
    """Every command on a database: the line that each ends with. Nothing is made."""

    def commands(file: Path) -> dict[str, str]:
        landing = tmp_path / "landing"
        landing.mkdir(exist_ok=True)
        told = {}
        for name, options in COMMANDS.items():
            arguments = [name, "--landing", landing, "--database", file, *options]
            assert cli.main([str(argument) for argument in arguments]) == 1
            said = capsys.readouterr()
            assert (said.out, said.err.count("\n")) == ("", 1), said
            assert not any(landing.iterdir())
            told[name] = said.err
        return told

    return commands


@pytest.mark.parametrize(
    "name",
    [
        *(f"{schema}.duckdb" for schema in sorted(project.schemas())),
        *("MARTS.duckdb", "main.db", "temp", "system.duckdb", "memory.duckdb"),
        *("a.b.duckdb", "o'brien.duckdb", 'a"b.duckdb', ".duckdb", ":memory:", "a "),
    ],
)
def test_a_name_that_is_ambiguous_is_refused_by_every_command(
    refused, tmp_path, name
) -> None:
    for told in refused(tmp_path / name).values():
        assert "expected a file name of letters, digits" in told
        assert "as to monitoring.duckdb" in told
    assert not (tmp_path / name).exists()
    with pytest.raises(DbtRuntimeError, match="expected a file name"):
        connect_by_dbt(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["monitoring.duckdb", "Måned 2-b.DuckDB", "2023_01", "kept.duckdb", "m.db"]
)
def test_other_names_are_taken(tmp_path, name) -> None:
    database.check_writable(tmp_path / name)
    database.create(tmp_path / name)
    database.connect(tmp_path / name, read_only=False).close()


@pytest.mark.parametrize("folder", ["what?", "no#1", "~"])
def test_a_folder_that_makes_another_path_is_refused_by_every_command(
    refused, tmp_path, folder
) -> None:
    file = tmp_path / folder / "monitoring.duckdb"
    for told in refused(file).values():
        assert "expected a path that DuckDB and dbt read alike" in told
    assert not file.parent.exists()
    with pytest.raises(DbtRuntimeError, match="read alike"):
        connect_by_dbt(file)


@pytest.mark.parametrize("option", ["--landing", "--database"])
def test_a_home_folder_that_no_shell_has_replaced_is_refused(
    option, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build", f"{option}=~/registers"]) == 2
    assert "begins with '~', which the shell has not" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def connect_by_dbt(file: Path, **config: object) -> dict[str, object]:
    """What DuckDB is asked for by the plugin of dbt."""
    from labour_monitor import dbt_plugin

    credentials = SimpleNamespace(path=str(file))
    plugin = dbt_plugin.Plugin("plugin", {}, credentials)
    plugin.update_connection_config(credentials, config)
    return config


@pytest.mark.parametrize(
    ("megabytes", "threads"), [((), 1), ((99,), 1), ((99, 99), 2), ((9000,), 4)]
)
def test_duckdb_gets_a_thread_for_each_100_mb_and_at_most_one_a_core(
    megabytes, threads, tmp_path, monkeypatch, dbt_plugin
) -> None:
    given = SimpleNamespace(VARS={"landing_path": str(tmp_path)})
    monkeypatch.setattr(dbt_plugin, "get_flags", lambda: given)
    monkeypatch.setattr(project, "n_cores", lambda: 4)
    for day, size in enumerate(megabytes, start=1):
        folder = tmp_path / f"dream/delivered=2023-01-0{day}"
        folder.mkdir(parents=True)
        with (folder / "dream.parquet").open("wb") as file:
            file.truncate(size * 10**6)  # no disk is used
    file = tmp_path / "monitoring.duckdb"
    assert connect_by_dbt(file)["threads"] == threads
    assert connect_by_dbt(file, threads=7)["threads"] == 7, "as the profile says"


def test_duckdb_does_not_import_pandas_where_dbt_alone_runs() -> None:
    code = (
        "import sys, duckdb; from labour_monitor import dbt_plugin; "
        "sys.argv[0] = '/bin/dbt'; dbt_plugin.Plugin.initialize(None, {}); "
        "print(duckdb.execute('select ?', [1]).fetchall(), sys.modules['pandas'])"
    )
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert told.strip() == "[(1,)] None"


@pytest.mark.parametrize(
    ("program", "is_left_out"),
    [("dbt", True), ("dbt_process.py", True), ("labour-monitor", False)],
)
def test_another_program_may_use_pandas(
    program, is_left_out, monkeypatch, dbt_plugin
) -> None:
    others = {name: module for name, module in sys.modules.items() if name != "pandas"}
    monkeypatch.setattr(sys, "argv", [f"/bin/{program}", "build"])
    monkeypatch.setattr(sys, "modules", others)
    dbt_plugin.leave_pandas_out()
    assert ("pandas" in others) == is_left_out


@pytest.mark.parametrize("read_only", [True, False])
def test_who_has_the_database_is_told_before_anything_else(
    refused, tmp_path, read_only
) -> None:
    file = tmp_path / "held.duckdb"
    duckdb.connect(str(file)).close()
    holding = (
        "import duckdb, sys, time\n"
        f"held = duckdb.connect({str(file)!r}, read_only={read_only})\n"
        "print('held', flush=True); time.sleep(600)"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", holding], stdout=subprocess.PIPE, text=True
    )
    try:
        assert held.stdout.readline() == "held\n"
        with pytest.raises(DbtRuntimeError, match=rf"PID {held.pid}\b"):
            connect_by_dbt(file)
        if read_only:
            database.connect(file).close()
            return
        for told in refused(file).values():
            assert f"open in another process, {sys.executable[0]}" in told
            assert f"(PID {held.pid})" in told
            assert "wait until that process has ended" in told
    finally:
        held.kill()
        held.wait()
        held.stdout.close()


def empty(file: Path) -> None:
    file.touch()


def text(file: Path) -> None:
    file.write_text("a letter\n" * 1000)


def of_sqlite(file: Path) -> None:
    """DuckDB would fetch a reader for it over the network."""
    with sqlite3.connect(file) as connection:
        connection.execute("create table t (a)")


def cut_short(file: Path) -> None:
    # Written as outside the tests: what the file begins with lies behind the cut.
    as_usual = {"default_block_size": 262144, "force_compression": "auto"}
    with duckdb.connect(str(file), config=as_usual) as connection:
        connection.execute("create table t as from range(100000)")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (Path.mkdir, "found a folder"),
        (empty, "found an empty file"),
        (text, "found a file of another kind"),
        (of_sqlite, "found a file of another kind"),
        (cut_short, "a DuckDB database that can be opened"),
    ],
)
def test_what_is_no_database_is_refused_by_every_command(
    refused, tmp_path, make, found
) -> None:
    file = tmp_path / "x.duckdb"
    make(file)
    for told in refused(file).values():
        assert found in told
    with pytest.raises(DbtRuntimeError, match=found):
        connect_by_dbt(file)


def test_a_database_of_a_newer_duckdb_is_told(refused, tmp_path, monkeypatch) -> None:
    file = tmp_path / "x.duckdb"
    duckdb.connect(str(file)).close()

    def newer(*_, **__):
        raise duckdb.IOException(
            "IO Error: Trying to read a database file with version number 999, but we "
            "can only read versions between 64 and 67.\nThe file was made by another"
        )

    monkeypatch.setattr(duckdb, "connect", newer)
    for told in refused(file).values():
        assert "found one of another version of DuckDB" in told


def test_a_database_that_was_not_built_is_told(tmp_path) -> None:
    file = tmp_path / "x.duckdb"
    duckdb.connect(str(file)).close()
    with pytest.raises(database.DatabaseError, match=r"no landing\.run in it"):
        database.connect(file, needs=("landing.run",))


def test_a_view_of_another_database_is_as_if_it_were_not_there(tmp_path) -> None:
    file = tmp_path / "x.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table t (a integer)")
        connection.execute("create view v as select * from x.main.t")
    file.rename(tmp_path / "y.duckdb")
    with pytest.raises(database.DatabaseError, match=r"no main\.v in it"):
        database.connect(tmp_path / "y.duckdb", needs=("main.t", "main.v"))


def test_a_place_that_cannot_be_written_is_told(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(database.DatabaseError, match="file: Not a directory"):
        database.check_writable(tmp_path / "file/x.duckdb")


def test_a_new_database_on_a_full_disk_leaves_nothing(tmp_path, monkeypatch) -> None:
    file = tmp_path / "x.duckdb"

    def full(path: str, **_) -> None:
        Path(path).write_bytes(b"half")
        raise duckdb.IOException(
            f'IO Error: Could not write file "{path}": No space left on device'
        )

    monkeypatch.setattr(duckdb, "connect", full)
    with pytest.raises(database.DatabaseError, match="What to do: free some space"):
        database.create(file)
    assert not any(tmp_path.iterdir())
