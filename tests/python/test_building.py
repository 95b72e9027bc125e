"""dbt as a process of `labour-monitor build`, and within other commands: what reaches
it, and what is shown of it, stage by stage. dbt itself is not run here."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from labour_monitor import (
    building,
    cli,
    compiled,
    dbt_process,
    hooks,
    progress,
    replaying,
)
from labour_monitor.database import DatabaseError
from labour_monitor.dbt_events import n_stages
from labour_monitor.landing import identity
from labour_monitor.landing.checked import NOTHING, Checked, Passed
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.processes import end_with
from labour_monitor.progress import Progress

OWN = ("DBT_EMPTY", "DBT_ENGINE_SAMPLE", "DBT_RESOURCE_TYPES", "DBT_TARGET")


@pytest.fixture
def dbt(monkeypatch):
    """A dbt that shows these lines and ends with this code; the environments given to
    it, and whether it was stopped."""

    class Dbt:
        lines: tuple[str, ...] = ()
        code = 0
        given: dict[str, str]
        arguments: list[str]
        asked: list[dict]
        is_stopped = False

        def __init__(self, command, *, env, **_):
            Dbt.arguments, Dbt.given, Dbt.asked = command[3:], env, []
            self.stdout = iter(Dbt.lines)
            self.stdin = self

        def write(self, line):
            Dbt.asked.append(json.loads(line))

        def flush(self):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def wait(self):
            return Dbt.code

        def terminate(self):
            Dbt.is_stopped = True

    monkeypatch.setattr(dbt_process.subprocess, "Popen", Dbt)
    return Dbt


UNCHECKED = [{"checked": NOTHING.as_data()}, {"go on": True}]
"""How a build is asked for that no check came before."""


def build(database: Path) -> int:
    with dbt_process.started(database, {}, Progress(n_stages())) as dbt:
        dbt.prepare(NOTHING)
        return dbt.build()


def test_dbts_own_variables_do_not_reach_the_build(
    dbt, monkeypatch, tmp_path, capsys
) -> None:
    for name in OWN:
        monkeypatch.setenv(name, "1")
    assert build(tmp_path / "x.duckdb") == 0
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


def has_run(database: Path, landing_id: str | None) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema landing")
        connection.execute(
            "create table landing.run as select cast(? as varchar) as landing_id, "
            "true as is_landing_marked",
            [landing_id],
        )


def test_a_replay_asks_whether_the_database_is_of_the_landing(tmp_path) -> None:
    kept, into = tmp_path / "kept.duckdb", tmp_path / "again.duckdb"
    duckdb.connect(str(kept)).close()
    with pytest.raises(DatabaseError, match=r"landing\.run"):
        replaying.replay(tmp_path, kept, into, print)
    has_run(kept, identity.new())
    with pytest.raises(LandingError, match="the landing that this database was built"):
        replaying.replay(tmp_path, kept, into, print)
    assert not into.exists()


def test_a_replay_of_what_was_never_kept_is_refused(tmp_path, registers) -> None:
    kept, into = tmp_path / "kept.duckdb", tmp_path / "again.duckdb"
    has_run(kept, identity.read(registers))
    with pytest.raises(LookupError, match=f"{kept} keeps no publication of"):
        replaying.replay(registers, kept, into, print, only_kept=True)


def test_a_replay_that_fails_leaves_nothing_in_the_way_of_the_next(
    monkeypatch, tmp_path
) -> None:
    kept, into = tmp_path / "kept.duckdb", tmp_path / "again.duckdb"
    has_run(kept, None)

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


@pytest.fixture
def in_process(monkeypatch, tmp_path, capsys) -> Callable[..., tuple[int, list[str]]]:
    """The process itself, asked by lines, in which dbt is given options and does
    nothing: the code with which it ends, and what it says. What dbt was given, with
    the database and the project that it had parsed, is in `in_process.given`."""

    class Runner:
        def __init__(self, manifest=None) -> None:
            self.manifest = manifest

        def invoke(self, options) -> SimpleNamespace:
            in_process.given.append(
                (os.environ["MONITORING_DUCKDB_PATH"], self.manifest, options)
            )
            if options[0] == "build":
                hooks.wait()
            return SimpleNamespace(success=True, result="as parsed", exception=None)

    def in_process(*asked: dict, **variables: str) -> tuple[int, list[str]]:
        lines = "".join(json.dumps(line) + "\n" for line in asked)
        monkeypatch.setattr(dbt_process.sys, "stdin", io.StringIO(lines))
        code = dbt_process.main(tmp_path / "x.duckdb", variables)
        return code, capsys.readouterr().out.splitlines()

    in_process.given = []
    monkeypatch.setattr("dbt.cli.main.dbtRunner", Runner)
    monkeypatch.setattr(compiled, "_parsed", {})
    monkeypatch.setattr(hooks, "wait", hooks.wait)  # as it was, after the test
    monkeypatch.setattr(dbt_process.gc, "freeze", lambda: None)
    return in_process


def test_a_build_runs_no_unit_tests_and_counts_no_readers(in_process) -> None:
    assert in_process(*UNCHECKED) == (0, [])
    _, (_, _, options) = in_process.given
    assert options[:2] == ["build", "--exclude-resource-type"]
    assert options[2:5] == ["unit_test", "exposure", "saved_query"]


def test_the_build_is_told_what_the_check_has_found(
    in_process, dbt, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(hooks, "checked", NOTHING)
    day = date(2022, 1, 1)
    found = Checked(
        "rules and code",
        (DeliveredFile("bopael", day, "part-0.parquet", 10, 1, "a" * 64),),
        (Passed("bopael", day, frozenset({"listed kom"}), is_each_once=True),),
    )
    with dbt_process.started(tmp_path / "x.duckdb", {}, Progress(1)) as process:
        process.prepare(found)
        process.build()
    assert in_process(*dbt.asked) == (0, [])
    assert hooks.checked == found


def test_a_build_that_may_not_go_on_changes_nothing(in_process) -> None:
    """Its hook waits for the line; who stopped at the check writes none."""
    prepared, _ = UNCHECKED
    with pytest.raises(EOFError, match="nothing was changed"):
        in_process(prepared)


def test_the_in_door_of_a_build_is_where_it_waits(monkeypatch) -> None:
    def refuse(*, wait: Callable[[], None], **_: object) -> None:
        wait()
        raise LandingError([])

    waited = []
    monkeypatch.setattr(hooks, "wait", lambda: waited.append("waited"))
    monkeypatch.setattr(hooks, "_under_way", None)
    monkeypatch.setattr(hooks, "open_landing", refuse)
    names = ("landing_path", "as_of", "exemption_list", "weeks_read", "parameters")
    given = dict.fromkeys((*names, "given_vars", "database", "sql"))
    given |= {"answers": {}, "nodes": [], "selected": ["int_areas"]}
    assert "error" in hooks._open_landing(given)
    assert waited == ["waited"]


@pytest.mark.parametrize("has_table", [False, True])
@pytest.mark.parametrize("was_there", [False, True])
@pytest.mark.parametrize("goes_on", [False, True])
def test_a_new_database_that_holds_nothing_goes_with_the_build_that_stopped(
    dbt, tmp_path, was_there, goes_on, has_table
) -> None:
    database = tmp_path / "x.duckdb"
    if was_there:
        duckdb.connect(str(database)).close()
    with dbt_process.started(database, {}, Progress(n_stages())) as process:
        process.prepare(NOTHING)
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema if not exists marts")
            if has_table:
                connection.execute("create table marts.x (a int)")
        if goes_on:
            process.build()
    assert database.exists() == (was_there or goes_on or has_table)
    assert not (tmp_path / "x.duckdb.wal").exists()


@pytest.mark.parametrize("variables", [{}, {"landing_path": "/srv/landing"}])
def test_the_project_is_read_once_and_before_anything_is_asked(
    in_process, tmp_path, variables
) -> None:
    """For the same database, and without the vars of a run: what they say is no part of
    what is parsed (`kept_parse`)."""
    assert in_process(*UNCHECKED, **variables) == (0, [])
    (of_parsing, none, parsing), (of_build, parsed, building_) = in_process.given
    assert of_parsing == of_build == str(tmp_path / "x.duckdb")
    assert (none, parsed) == (None, "as parsed")
    given = ["--vars", json.dumps(variables)] if variables else []
    assert parsing[0] == "parse"
    assert "--vars" not in parsing
    assert building_[len(building_) - len(given) :] == given
    assert ("--vars" in building_) == bool(variables)
    assert "--target-path" not in parsing + building_


def test_a_process_that_is_asked_nothing_runs_nothing(in_process) -> None:
    """Who started it was killed, or stopped at the check."""
    assert in_process() == (1, [])
    assert len(in_process.given) == 1


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (compiled.DbtError("dbt run failed"), "dbt run failed"),
        (LandingError([]), "The run cannot start"),
        (OSError(30, "", "/srv/x"), "/srv/x: Read-only file system. What to do:"),
    ],
)
def test_earlier_publications_that_fail_stop_the_build_with_a_line(
    in_process, dbt, monkeypatch, tmp_path, capsys, error, line
) -> None:
    def keep(landing, database, dates, progress) -> None:
        with progress.stage("publications"):
            progress.detail("int_areas")
            raise error

    monkeypatch.setattr(compiled, "keep_publications", keep)
    asked = {"landing": str(tmp_path), "dates": ["2021-02-28"]}
    _, dbt.lines = in_process(asked)
    with dbt_process.started(tmp_path / "x.duckdb", {}, Progress(1)) as process:
        assert not process.keep_publications(tmp_path, ["2021-02-28"])
    said = capsys.readouterr()
    assert (said.out, dbt.asked) == ("", [asked])
    assert line in said.err
    assert "Traceback" not in said.err


def test_earlier_publications_show_their_stages(
    in_process, dbt, monkeypatch, tmp_path, capsys
) -> None:
    def keep(landing, database, dates, progress) -> None:
        for day in dates:
            with progress.stage(f"publications as of {day}"):
                progress.detail("int_areas")

    monkeypatch.setattr(compiled, "keep_publications", keep)
    dates = ["2021-02-28", "2021-08-30"]
    _, dbt.lines = in_process({"landing": str(tmp_path), "dates": dates})
    dbt.lines = ("a warning of Python\n", *dbt.lines)
    with dbt_process.started(tmp_path / "x.duckdb", {}, Progress(2)) as process:
        assert process.keep_publications(tmp_path, dates)
    assert capsys.readouterr().out.splitlines() == [
        "a warning of Python",
        "[1 of 2] publications as of 2021-02-28 (0 s)",
        "[2 of 2] publications as of 2021-08-30 (0 s)",
    ]


def test_lines_that_are_no_event_of_dbt_are_shown_and_its_code_returned(
    dbt, tmp_path, capsys
) -> None:
    dbt.lines, dbt.code = ("one\n", "two\n"), 2
    assert build(tmp_path / "x.duckdb") == 2
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_full_disk_is_one_line_and_the_last(dbt, tmp_path, capsys) -> None:
    full = "Failed to commit: Could not write file: No space left on device\n"
    dbt.lines = ("one\n", *[full] * 500)
    assert build(tmp_path / "x.duckdb") == 1
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


def event(name: str, message: str = "", level: str = "info", **data: object) -> str:
    info = {"name": name, "level": level, "msg": message}
    return json.dumps({"info": info, "data": data}) + "\n"


def of_node(kind: str, path: str, status: str, n_nodes: int, number: int = 0) -> str:
    """What dbt says when a node begins or ends. Of tests the total has another name."""
    name = "LogStartLine" if status == "started" else "LogModelResult"
    total = "num_models" if kind == "test" and status != "started" else "total"
    node = {"unique_id": f"{kind}.{path}.{number}", "node_path": path}
    node |= {"resource_type": kind, "node_status": status}
    failed = status in ("error", "fail")
    return event(
        *(name, f"a line of {path}", "error" if failed else "info"),
        **{"node_info": node, total: n_nodes},
    )


@pytest.fixture
def project_of_four(monkeypatch, tmp_path) -> Path:
    """A seed and two models; with a test dbt has four nodes."""
    root = tmp_path / "project"
    for file in ("seeds/a.csv", "models/staging/x/b.sql", "models/marts/c.sql"):
        (root / file).parent.mkdir(parents=True)
        (root / file).touch()
    monkeypatch.setattr(building.project, "root", lambda: root)
    return root


def nodes(*of_each: tuple[str, str, str]) -> list[str]:
    return [
        of_node(kind, path, status, 4)
        for kind, path, end in of_each
        for status in ("started", end)
    ]


def test_a_build_shows_each_stage_that_ends_and_what_the_project_says(
    dbt, project_of_four, tmp_path, capsys
) -> None:
    dbt.lines = (
        event("MainReportVersion", "Running with dbt"),
        event("JinjaLogInfo", "run 1, as of 2023-02-28"),
        *nodes(("seed", "lists/a.csv", "success"), ("model", "staging/x/b.sql", "ok")),
        *nodes(("test", "t.sql", "pass"), ("model", "marts/c.sql", "success")),
        event("EndOfRunSummary", "Completed", num_errors=0, num_warnings=0),
        event("StatsLine", "Done."),
    )
    assert build(tmp_path / "x.duckdb") == 0
    assert capsys.readouterr().out.splitlines() == [
        "run 1, as of 2023-02-28",
        "[1 of 5] start of dbt, in-door (0 s)",
        "[2 of 5] seeds 1 of 1 (0 s)",
        "[3 of 5] staging 0 of 1 (0 s)",
        "[4 of 5] data tests 1 of 1 (0 s)",
        "[5 of 5] marts 1 of 1 (0 s)",
        "Done.",
    ]


def test_a_build_shows_all_of_a_failure(dbt, project_of_four, tmp_path, capsys) -> None:
    dbt.code = 1
    dbt.lines = (
        *nodes(("seed", "lists/a.csv", "success"), ("test", "t.sql", "fail")),
        *nodes(("model", "staging/x/b.sql", "skipped")),
        event(
            "EndOfRunSummary", "Completed with 1 error", num_errors=1, num_warnings=0
        ),
        event("RunResultFailure", "Failure in test t"),
        event("CheckNodeTestFailure", "Got 2 results"),
        event("StatsLine", "Done."),
    )
    assert build(tmp_path / "x.duckdb") == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "[3 of 5] data tests 0 of 1 (0 s)",
        "a line of t.sql",
        "[4 of 5] staging 0 of 1 (0 s)",
        "Completed with 1 error",
        "Failure in test t",
        "Got 2 results",
        "Done.",
    ]


def test_where_there_is_no_terminal_a_stage_speaks_after_ten_seconds_of_silence(
    monkeypatch, capsys
) -> None:
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(progress, "time", clock)
    shown = Progress(3)
    shown.begin("staging", of=2)
    shown.step("staging")
    for clock.now in (105.0, 110.0, 115.0, 171.0):
        shown.show()
    shown.step("staging")
    assert capsys.readouterr().out.splitlines() == [
        "[1 of 3] ... staging 1 of 2 (10 s)",
        "[1 of 3] ... staging 1 of 2 (1 min 11 s)",
        "[1 of 3] staging 2 of 2 (1 min 11 s)",
    ]


def test_on_a_terminal_a_line_is_written_over(monkeypatch, capsys) -> None:
    monkeypatch.setattr(progress.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    shown = Progress(2)
    shown.begin("check of the deliveries")
    shown.detail("files, columns and types of everything")
    shown.show()
    shown.show()
    shown.end("check of the deliveries")
    _, live, again, line, _ = re.split(r"\r\x1b\[K|\n", capsys.readouterr().out)
    assert live == again == "[1 of 2] ... check of the deliveries, f"
    assert line == "[1 of 2] check of the deliveries (0 s)"


def test_only_registers_that_are_made_now_get_earlier_publications(
    dbt, monkeypatch, tmp_path
) -> None:
    """The demonstration: neither a landing that is there already, nor a sample of a
    number of citizens, nor a build as of a day."""
    monkeypatch.setattr(cli, "generate", lambda *_, **__: None)
    monkeypatch.setattr(cli.summary, "text", lambda _: "")
    landing, database = tmp_path / "new", tmp_path / "x.duckdb"
    build = ["build", "--landing", str(landing), "--database", str(database)]
    build += ["--no-check", "--no-publish"]
    kept = dbt_process.Dbt.keep_publications
    monkeypatch.setattr(
        dbt_process.Dbt,
        "keep_publications",
        lambda *given: kept(*given) or True,  # this dbt keeps none
    )
    assert cli.main([*build, "--citizens", "1000"]) == 0
    assert dbt.asked == UNCHECKED
    assert cli.main([*build, "--as-of", "2021-08-30"]) == 0
    assert dbt.asked == UNCHECKED
    dates = [*building.EARLIER]
    with_earlier = [{"landing": str(landing), "dates": dates}, *UNCHECKED]
    assert cli.main(build) == 0
    assert dbt.asked == with_earlier
    # A command of dbt that was refused has left a file, and nothing in it.
    duckdb.connect(str(database)).close()
    assert cli.main(build) == 0
    assert dbt.asked == with_earlier
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table made as select 1 as made")
    assert cli.main(build) == 0
    assert dbt.asked == UNCHECKED
    database.unlink()
    landing.mkdir()
    assert building.build(landing, database, earlier=["2021-02-28"]) == 0
    assert dbt.asked == UNCHECKED


def test_a_build_that_dbt_could_not_make_ends_with_1(
    dbt, monkeypatch, tmp_path, capsys
) -> None:
    """2 is a wrong use of the command, as its help says; dbt has a 2 of its own."""
    monkeypatch.setattr(cli, "generate", lambda *_, **__: None)
    dbt.code = 2
    places = [
        "--landing",
        str(tmp_path / "new"),
        "--database",
        str(tmp_path / "x.duckdb"),
    ]
    assert cli.main(["build", *places, "--no-check", "--citizens", "1000"]) == 1
    assert "The build failed" in capsys.readouterr().err


def test_a_check_beside_earlier_publications_ends_with_the_build(
    dbt, monkeypatch, tmp_path
) -> None:
    begun = []

    class Pool:
        def __init__(self, *given: object) -> None:
            begun.append(given)

        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None: ...

        def submit(self, *_: object) -> SimpleNamespace:
            return SimpleNamespace(result=lambda: ("Nothing fatal", False, NOTHING))

    monkeypatch.setattr(building, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(dbt_process.Dbt, "keep_publications", lambda *_: True)
    new, database, docs = (tmp_path / name for name in ("new", "x.duckdb", "docs"))
    code = building.build(
        new, database, generate=lambda *_: None, docs=docs, earlier=["2021-02-28"]
    )
    ((_, _, first, given),) = begun
    assert (code, first, given) == (0, end_with, (os.getpid(),))
