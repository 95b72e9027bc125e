"""Every command says what it does, with an example. Wrong usage ends with 2 and what is
refused with 1, each in a line that says what to do."""

from __future__ import annotations

import duckdb
import pytest

from labour_monitor import cli, project, rule_data

COMMANDS = sorted(cli.commands.commands)
WITHOUT_EXAMPLE = {"bench", "faults", "story"}


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
    assert run("faults") == (1, "", "dbt_project.yml was not found\n")


def test_a_database_in_use_is_told_in_a_line(run, tmp_path, monkeypatch) -> None:
    def in_use(*_, **__):
        raise duckdb.IOException("IO Error: Could not set lock on file\nmore")

    monkeypatch.setattr(cli.verifying, "verify", in_use)
    code, shown, wrong = run("verify", "--landing", tmp_path)
    assert (code, shown) == (1, "")
    assert wrong.startswith("IO Error: Could not set lock on file. What to do: wait")
    assert wrong.count("\n") == 1


def test_a_command_that_is_interrupted_ends_without_a_traceback(
    run, tmp_path, monkeypatch
) -> None:
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.verifying, "verify", interrupt)
    assert run("verify", "--landing", tmp_path)[0] == 1
