"""Every command says what it does, with an example. Wrong usage ends with 2 and what is
refused with 1, each in a line that says what to do."""

from __future__ import annotations

import io
import os
import signal

import duckdb
import pytest

from labour_monitor import __main__, cli, files, project, rule_data
from labour_monitor.landing import contract
from labour_monitor.synthetic.writing import DeliveryWriter

COMMANDS = sorted(cli.commands.commands)
WITHOUT_EXAMPLE = {"faults", "story"}


@pytest.fixture
def run(capsys):
    """Run a command: its exit code, what it shows and what is wrong."""

    def command(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return command


def test_all_commands_are_listed_with_what_they_do(run) -> None:
    code, shown, _ = run("--help")
    assert code == 0
    listed = shown.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    assert not [line for line in listed if line.endswith("...") or len(line) > 80]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_shows_how_it_is_used(run, name) -> None:
    code, shown, _ = run(name, "--help")
    assert code == 0
    assert (f"  labour-monitor {name}" in shown) is (name not in WITHOUT_EXAMPLE)


def test_without_a_command_the_help_is_shown(run) -> None:
    code, _, wrong = run()
    assert code == 2
    assert "Commands:" in wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["land"], "Missing argument 'SOURCE'"),
        (["build", "--citizens", "many"], "'many' is not a valid integer"),
        (["verify", "--publication", "2021-02-30"], "'2021-02-30' does not match"),
        (["synth", "extra"], "unexpected extra argument (extra)"),
        (["report", "--into", ""], "expected a path; found an empty one"),
        (["build", "--database", " "], "expected a path; found an empty one"),
        (["synth", "--faults", "dream-week-gap", "odd"], "there is no fault 'odd'"),
        (["verify-member", "p.json", "--control", "c", "--landing", "l"], "exclude"),
        (["prove-member", "--initiative", "nobody"], "found 'nobody'"),
    ],
)
def test_wrong_usage_is_one_line_and_2(run, arguments, said) -> None:
    code, shown, wrong = run(*arguments)
    assert (code, shown) == (2, "")
    assert wrong.count("\n") == 1
    assert said in wrong
    assert "--help`" in wrong


def test_which_cohort_is_asked_where_there_are_several(run, monkeypatch) -> None:
    (cohort, *_) = rule_data.locked_cohorts()
    monkeypatch.setattr(rule_data, "locked_cohorts", lambda: [cohort] * 2)
    assert cli._cohort(None) == cohort
    other = type(cohort)(**vars(cohort) | {"initiative": "another"})
    monkeypatch.setattr(rule_data, "locked_cohorts", lambda: [cohort, other])
    code, _, wrong = run("prove-member")
    assert code == 2
    assert f"({cohort.initiative}, another); it was not given" in wrong
    assert cli._cohort("another") == other


def test_several_faults_follow_one_option(run, tmp_path, monkeypatch) -> None:
    asked = []

    def generate(landing, citizens, seed, faults, *_):
        asked.append(faults)
        raise FileExistsError(f"{landing} already has deliveries")

    monkeypatch.setattr(cli, "generate", generate)
    names = ["dream-week-gap", "dream-invalid-pnr"]
    for options in (
        ["--faults", *names, "--seed", "7"],
        ["--faults", names[0], "--faults", names[1]],
    ):
        assert run("synth", "--landing", tmp_path, *options) == (
            1,
            "",
            f"{tmp_path} already has deliveries\n",
        )
    assert asked == [names, names]


def test_outside_the_project_it_says_so(run, monkeypatch) -> None:
    def nowhere() -> None:
        raise project.NotFoundError("dbt_project.yml was not found")

    monkeypatch.setattr(project, "root", nowhere)
    assert run("verify") == (1, "", "dbt_project.yml was not found\n")


def test_a_contract_that_cannot_be_read_is_told_by_who_needs_it(
    run, tmp_path, monkeypatch
) -> None:
    contract.sources.cache_clear()
    monkeypatch.setattr(contract, "FILE", tmp_path / "broken.yml")
    (tmp_path / "broken.yml").write_text("sources: [: {")
    try:
        code, _, wrong = run(
            *("check", "--landing", tmp_path, "--docs", tmp_path / "docs")
        )
        assert (code, wrong.count("\n")) == (1, 1)
        assert "broken.yml, line 1, character 11: expected a mapping in YAML" in wrong
        assert run("land", "--help")[0] == 1
        assert run("faults", "--help")[0] == 0
    finally:
        contract.sources.cache_clear()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (duckdb.IOException("IO Error: one\nmore"), "IO Error: one. What to do:"),
        (duckdb.OutOfMemoryException("Out of Memory Error: x"), "x. What to do:"),
        (PermissionError(13, "Permission denied", "/f"), "/f: Permission denied. What"),
        (OSError(28, "No space left on device"), "device. What to do: free some space"),
        (OSError(30, "Read-only file system", "/f"), "a place that can be written"),
        (IsADirectoryError(21, "Is a directory", "/f"), "a file, not a folder"),
    ],
)
def test_what_the_machine_refuses_is_told_in_a_line(
    run, tmp_path, monkeypatch, error, told
) -> None:
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(cli.verifying, "verify", refuse)
    code, shown, wrong = run("verify", "--landing", tmp_path)
    assert (code, shown, wrong.count("\n")) == (1, "", 1)
    assert told in wrong


def test_a_landing_that_is_not_there_is_told_once(run, tmp_path) -> None:
    for landing in (tmp_path / "nowhere", tmp_path / "file"):
        (tmp_path / "file").touch()
        code, shown, wrong = run("verify", "--landing", landing)
        assert (code, shown, wrong.count("\n")) == (1, "", 1)
        assert f"{landing}: there is no such folder" in wrong


@pytest.mark.parametrize("command", ["synth", "check", "story", "build"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    run, tmp_path, monkeypatch, command
) -> None:
    place = tmp_path / "file/place"
    (tmp_path / "file").touch()
    arguments = {
        "synth": ("--landing", place),
        "check": ("--landing", tmp_path, "--docs", place),
        "story": ("--folder", place),
        "build": ("--landing", place, "--database", tmp_path / "x.duckdb"),
    }[command]
    code, shown, wrong = run(command, *arguments)
    assert (code, wrong.count("\n")) == (1, 1)
    assert "citizens" not in shown
    assert "Not a directory. What to do: give a path whose folders are" in wrong
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_without_the_right_to_write_is_none(tmp_path, monkeypatch) -> None:
    files.check_place(tmp_path / "new/landing")
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(OSError, match="Permission denied") as refused:
        files.check_place(tmp_path / "new/landing")
    assert refused.value.filename == str(tmp_path)


def test_a_full_disk_is_told_with_the_folder_that_it_holds(
    run, tmp_path, monkeypatch
) -> None:
    """A library says that the disk is full, and not where."""

    def full(*_, **__):
        raise OSError("Error writing bytes to file. Detail: No space left on device")

    monkeypatch.setattr(DeliveryWriter, "write", full)
    landing = tmp_path / "landing"
    code, _, wrong = run("synth", "--landing", landing, "--citizens", 1000)
    assert code == 1
    assert wrong.startswith(f"{landing}: No space left on device. What to do: free")
    assert wrong.count("\n") == 1
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "told"),
    [(BrokenPipeError(32, "Broken pipe"), ""), (OSError(28, "full"), "free some")],
)
def test_output_that_nobody_takes_ends_without_a_traceback(
    tmp_path, monkeypatch, capsys, error, told
) -> None:
    class Output(io.StringIO):
        def flush(self) -> None:
            raise error

        def fileno(self) -> int:
            return file.fileno()

    with (tmp_path / "output").open("w") as file:
        monkeypatch.setattr(cli.sys, "stdout", Output())
        monkeypatch.setattr(cli, "_run", lambda _: 0)
        assert cli.main(["faults"]) == 1
    wrong = capsys.readouterr().err
    assert wrong.count("\n") == bool(told)
    assert told in wrong


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "--database", "caf\udce9.duckdb"),
        ("synth", "--landing", "l\udce6soe"),
        ("unlock", "--reason", "\udce6ndret"),
    ],
)
def test_a_name_that_is_not_utf_8_is_told_in_a_line(run, arguments) -> None:
    """As a file system has it that was filled under Latin-1. DuckDB opens none such."""
    code, shown, wrong = run(*arguments)
    assert (code, shown, wrong.count("\n")) == (2, "", 1)
    assert f"{arguments[1]}: expected a path or text in UTF-8" in wrong


def test_bytes_that_are_no_text_are_told_without_them(run, monkeypatch) -> None:
    bytes_given = io.TextIOWrapper(io.BytesIO(b"6107\xff\n"), encoding="utf-8")
    monkeypatch.setattr(cli.sys, "stdin", bytes_given)
    code, shown, wrong = run("verify-member", "proof.json")
    assert (code, shown, wrong.count("\n")) == (1, "", 1)
    assert "6107" not in wrong


def test_a_command_that_is_interrupted_ends_without_a_traceback(
    run, tmp_path, monkeypatch
) -> None:
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.verifying, "verify", interrupt)
    assert run("verify", "--landing", tmp_path)[0] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_ends_as_by_ctrl_c(monkeypatch, capsys, number) -> None:
    """So that a build ends the dbt that it started."""

    def ended(*_, **__):
        os.kill(os.getpid(), number)

    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(cli.commands, "main", ended)
    try:
        for n in before:
            signal.signal(n, signal.SIG_DFL)
        assert __main__.main() == 1
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)
    assert capsys.readouterr().err == "Stopped.\n"


def test_synthetic_registers_do_not_come_among_the_files_of_others(
    run, tmp_path
) -> None:
    (tmp_path / "STAR_ydelser.csv").touch()
    (tmp_path / "dream").mkdir()
    (tmp_path / "dream/delivered=2023-02-28").mkdir()
    for folder in (tmp_path, tmp_path / "dream"):
        code, _, told = run("synth", "--landing", folder, "--citizens", "1000")
        assert (code, told.count("\n")) == (1, 1)
        assert "is no empty folder" in told
