"""What docs/ says of tables, columns, codes and files is what the project has."""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from labour_monitor import cli, project
from labour_monitor.benchmark import measures
from labour_monitor.files import read_yaml
from labour_monitor.landing import contract
from labour_monitor.synthetic import FAULTS

from .rules.rendering import sql

ROOT = project.root()
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "tests/README.md"]
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """From a heading to the next one of any level."""
    _, found, rest = text.partition(f"# {heading}\n")
    assert found, f"no heading {heading}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text, each as rows of cells, without head and ruler."""
    lines = [line if line.startswith("|") else "" for line in text.splitlines()]
    return [
        [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows][2:]
        for is_table, rows in groupby(lines, key=bool)
        if is_table
    ]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def seed(name: str) -> list[dict[str, str]]:
    with (ROOT / f"seeds/{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def contracts() -> dict[str, list[str]]:
    """The marts with their columns, in order."""
    marts = {}
    for path in (ROOT / "models/marts").rglob("*.yml"):
        for model in read_yaml(path, path.name)["models"]:
            marts[model["name"]] = [column["name"] for column in model["columns"]]
    return marts


def test_every_mart_is_described_and_no_other() -> None:
    described = re.findall(r"^### (\w+)$", page("marts.md"), re.MULTILINE)
    assert sorted(described) == sorted(contracts())


@pytest.mark.parametrize("mart", sorted(contracts()))
def test_a_mart_is_described_column_by_column(mart) -> None:
    (described,) = (
        [names(row[0])[0] for row in table]
        for table in tables(section(page("marts.md"), mart))
        if names(table[0][0])[0] in contracts()[mart]
    )
    if "has_<signal>" in described:
        place = described.index("has_<signal>")
        signals = [f"has_{row['signal']}" for row in seed("code_lists/signals")]
        described[place : place + 1] = signals
    assert described == contracts()[mart]


def test_the_findings_described_are_those_counted() -> None:
    *_, findings = tables(section(page("marts.md"), "dq_finding"))
    described = {(names(row[0])[0], name) for row in findings for name in names(row[1])}
    counted = re.findall(
        r"'(\w+)' as finding,\s+'(\w+)' as source", sql("int_findings")
    )
    assert described == set(counted)


def test_the_result_schemes_described_are_the_seed() -> None:
    described = tables(section(page("rules.md"), "The result scheme"))
    for initiative, table in zip(("afklaringspuljen", "fsm2"), described, strict=True):
        rows = [
            [
                *(row["rank"], f"`{row['signal']}`", f"`{row['status']}`"),
                *(f"`{row['category']}`", "yes" if row["counts"] == "true" else "no"),
            ]
            for row in seed("rules/result_schemes")
            if row["initiative"] == initiative
        ]
        assert table == sorted(rows, key=lambda row: int(row[0]))


def test_the_signals_described_are_the_seed() -> None:
    (table,) = tables(section(page("rules.md"), "Signals"))
    signals = [row["signal"] for row in seed("code_lists/signals")]
    assert [names(row[0])[0] for row in table] == signals


def test_the_sources_described_are_the_contract() -> None:
    (table,) = tables(section(page("sources.md"), "Sources"))
    described = {names(row[0])[0]: row for row in table}
    assert list(described) == list(contract.sources())
    for source in contract.sources().values():
        kind = source.kind + (", cohort" if source.is_cohort_source else "")
        assert described[source.name][1] == kind
        columns = [
            part.split("`")[1].lower()
            for part in described[source.name][3].split("; ")
            if part.startswith("`")
        ]
        assert columns == [column.name for column in source.columns]


def test_the_freshness_described_is_that_of_the_contract() -> None:
    (table,) = tables(section(page("dbt.md"), "How old is each register?"))
    described = {
        (names(name) or ["the others"])[0]: [int(days.split()[0]) for days in periods]
        for name, *periods in table
    }
    document = read_yaml(ROOT / contract.FILE, contract.FILE)
    declared = {
        table["name"]: table["config"]
        for table in document["sources"][0]["tables"]
        if table["name"] in contract.sources()
    }
    for name, config in declared.items():
        warn, error = (
            config["freshness"][f"{kind}_after"] for kind in ("warn", "error")
        )
        assert {warn["period"], error["period"]} == {"day"}
        assert [warn["count"], error["count"]] == described.get(
            name, described["the others"]
        )
        assert config["loaded_at_query"] == "{{ newest_delivery(model.name) }}"


def test_the_benefits_described_are_the_seed() -> None:
    (table,) = tables(section(page("sources.md"), "ydelse_kode"))
    described = {code for row in table for code in names(row[0])}
    assert described == {row["ydelse_kode"] for row in seed("code_lists/ydelse_codes")}
    without = {row["ydelse_kode"] for row in seed("code_lists/ydelse_codes")} & {
        code for row in table if row[2] == "no" for code in names(row[0])
    }
    assert without == {
        row["ydelse_kode"]
        for row in seed("code_lists/ydelse_codes")
        if row["is_public_support"] == "false"
    }


def test_the_exemptions_described_are_the_seed() -> None:
    text = section(page("sources.md"), "fritagelse_kode")
    (table,) = tables(text)
    answer = {"true": "yes", "false": "no"}
    listed = {
        row["fritagelse_kode"]: [answer[row["is_in_notat"]], answer[row["is_in_faq"]]]
        for row in seed("code_lists/fritagelse_codes")
    }
    described = {names(row[0])[0]: row[1:] for row in table}
    assert described == {k: v for k, v in listed.items() if v != ["no", "no"]}
    assert {k for k, v in listed.items() if v == ["no", "no"]} <= set(names(text))


def test_the_reasons_described_are_those_that_faults_lead_to() -> None:
    *_, table = tables(section(page("sources.md"), "Bad input"))
    described = {names(row[0])[0] for row in table}
    reasons = re.findall(r"reject:(\w+)", " ".join(f.expected for f in FAULTS.values()))
    assert described == set(reasons)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", text):
        assert not target or (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_models_and_seeds_named_exist(path: Path) -> None:
    known = {file.stem for file in (ROOT / "models").rglob("*.sql")}
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:stg|int|dim|fct|rpt|dq)_\w+)`", text)
    assert set(named) - known == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_files_and_folders_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tops = "models|seeds|macros|src|tests|docs|analyses"
    for name in re.findall(rf"`((?:{tops})/[\w./-]*)`", text):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_and_options_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name, rest in re.findall(r"labour-monitor ([a-z][a-z-]*)([^\n`:#]*)", text):
        assert name in cli.commands.commands, name
        known = {
            option
            for parameter in cli.commands.commands[name].params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, name
    for name in re.findall(r"`make ([a-z-]+)", text):
        assert f"\n{name}: " in (ROOT / "Makefile").read_text(encoding="utf-8"), name


def test_the_measures_described_are_those_of_the_benchmark() -> None:
    (described,) = tables(section(page("performance.md"), "What is measured"))
    assert [name for name, _ in described] == list(measures.MEASURES)
    assert f"{measures.DEFAULT:,} citizens, within five" in page("performance.md")


def test_the_costs_shown_are_of_those_measures_with_their_bounds_and_ratios() -> None:
    measured = page("performance.md").partition("\n## Measured\n")[2]
    sizes = re.findall(r"^### ([\d,]+) citizens$", measured, re.MULTILINE)
    for size in sizes:
        (shown,) = tables(section(page("performance.md"), f"{size} citizens"))
        seconds = {name: float(cells[0]) for name, *cells in shown}
        assert list(seconds) == list(measures.MEASURES)
        for name, _, most, _, most_memory, _, ratio in shown:
            target = measures.TARGETS.get((int(size.replace(",", "")), name))
            bounds = (target.seconds, target.memory_gb) if target else (None, None)
            assert [
                float(bound) if bound else None for bound in (most, most_memory)
            ] == [*bounds]
            by_hand = seconds[measures.BASELINE]
            assert float(ratio) == pytest.approx(seconds[name] / by_hand, rel=0.1)
