"""dbt's own commands, on a fresh clone and on a built database: the table of
docs/dbt.md."""

from __future__ import annotations

import shutil

import pytest

from labour_monitor import project

from .conftest import state

FEBRUARY = "2021-02-28"
NOTHING = "on a fresh clone"
OF_FEBRUARY = "on a built database"
# The commands that know no --threads are given a folder of profiles: see `Workshop`.
HERE = ("--profiles-dir", ".")
PART = (
    *("build", "--select", "int_as_of", "--exclude", "resource_type:unit_test"),
    *("--full-refresh", "--threads", "8", *HERE),
)
COMMANDS = {
    "`dbt parse`": ("parse", *HERE),
    "`dbt ls`": ("ls", "--select", "int_as_of", *HERE),
    "`dbt compile`": ("compile", "--select", "int_as_of"),
    "`dbt docs generate`": ("docs", "generate", "--select", "int_as_of"),
    "`dbt show` of a model or an analysis": ("show", "--select", "int_as_of"),
    "`dbt show` of a seed": ("show", "--select", "participation"),
    "`dbt source freshness`": (
        *("source", "freshness", "--select", "source:landing.dream"),
    ),
    "`dbt seed`": ("seed", "--select", "participation"),
    "`dbt run`, `dbt build`": PART,
    "`dbt build --select`, `--exclude`": PART,
    "`dbt build --select` of a mart alone, of other inputs": (
        *("run", "--select", "dim_status", "--vars", "as_of: 2021-02-27"),
    ),
    "`dbt build --empty`, `--sample`": ("build", "--empty"),
    "`dbt build --full-refresh`": PART,
    "`dbt build --threads 1`, `--threads 8`": PART,
    "`dbt test`": ("test", "--select", "int_as_of"),
    "`dbt retry`": ("retry",),
    "`dbt clone`": ("clone", "--state", "target"),
}
"""Each row of the table as a command, some with all their options at once. A retry of a
built database has tests of its own, above."""


def table_of_commands() -> dict[str, dict[str, str]]:
    """What the page says of each command: on a fresh clone, and with a database."""
    page = (project.root() / "docs/dbt.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.partition("\n## ")[0].splitlines()
        if line.startswith("|")
    ]
    header, _, *rows = rows
    assert header == ["command", NOTHING, OF_FEBRUARY]
    return {command: {NOTHING: a, OF_FEBRUARY: b} for command, a, b in rows}


def test_the_page_names_every_command_of_dbt() -> None:
    # dbt takes a second to import: not where pytest looks for tests.
    from dbt.cli.main import cli

    page = (project.root() / "docs/dbt.md").read_text(encoding="utf-8")
    assert table_of_commands().keys() == COMMANDS.keys()
    assert not [name for name in cli.commands if f"dbt {name}" not in page]


@pytest.mark.parametrize("moment", [NOTHING, OF_FEBRUARY])
def test_every_command_of_dbt_works_or_says_why_not(
    workshop, february, moment, tmp_path
) -> None:
    if moment == NOTHING:
        workshop.database.unlink()
        variables = {"landing_path": str(tmp_path)}
    else:
        variables = {"landing_path": str(workshop.landing)}
    tried = set()
    for command, said in table_of_commands().items():
        if (command, moment) == ("`dbt retry`", OF_FEBRUARY):
            continue
        if command == "`dbt retry`":  # there was no run, of documentation neither
            shutil.rmtree(workshop.folder / "target")
        arguments = [*COMMANDS[command]]
        if moment == OF_FEBRUARY:
            variables["as_of"] = FEBRUARY
        if "--vars" in arguments:
            *arguments, _, day = arguments
            variables["as_of"] = day.removeprefix("as_of: ")
        expected = said[moment].split()[0].strip(",:")
        assert expected in ("works", "refused"), command
        if (*arguments, expected) in tried:
            continue
        tried.add((*arguments, expected))
        before = state(workshop) if moment == OF_FEBRUARY else None
        works = workshop.dbt(*arguments, **variables)
        output = workshop.output
        assert "Traceback" not in output, command
        assert "Catalog Error" not in output, command
        if expected == "works":
            # Registers that end in 2023 are never fresh.
            assert works or "STALE freshness of landing.dream" in output, output
        else:
            assert not works, command
            assert len(output.splitlines()) < 25, output
            assert before == (state(workshop) if before else None), command
