"""What is expected of rows: it follows the contract, and every part of it can fail."""

from __future__ import annotations

import csv

import pytest
import yaml

from labour_monitor import project
from labour_monitor.files import read_yaml
from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.row_rules import code_list
from labour_monitor.quality import expectations
from labour_monitor.synthetic import FAULTS, inject

from .conftest import NEWEST, content_failures, failures, file_of, rewrite

CONTRACT = project.root() / "models/staging/_landing__sources.yml"
COPIES = 4
"""One more than a delivery may have of a kind (thresholds.yml, bad_rows)."""
REASONS = [
    name
    for name, fault in FAULTS.items()
    # At this size the catalogue finds no sound row to spoil in integrationsprogram.
    if fault.expected.startswith("reject:") and fault.source != "integrationsprogram"
]


def spoiled(source: Source, name: str) -> str:
    """SQL for four rows that are not as the expectation of that name says, and
    otherwise as one row of the delivery."""
    column = next((c for c in source.columns if name.startswith(f"{c.name}: ")), None)
    match name.split(": ")[-1]:
        case "not ten digits":
            values = {column.name: "left(pnr, 9)"}
        case "not eight digits" | "not two digits":
            values = {column.name: f"left({column.name}, 1)"}
        case "in the form of a number":
            values = {column.name: "'12' || copy || '.0'"}
        case "a word for no value":
            values = {column.name: "['NULL', 'NA', '.', 'nan'][copy + 1]"}
        case "nearly a name of markers":
            values = {column.name: "'FSM 2: STEP-UP'"}
        case "hardly a day" if column.role == "end":
            values = {column.name: "date '10000-01-01'"}
        case "hardly a day":
            values = {column.name: "date '1879-12-31'"}
        case "missing":
            values = {column.name: "null"}
        case "both missing":
            values = {c.name: "null" for c in source.columns if c.role == "value"}
        case "in no code list":
            values = {column.name: "3" if is_number(column) else "'UKENDT'"}
        case "outside 1-12":
            values = {column.name: "0"}
        case "outside 1990-2100":
            values = {column.name: "1989"}
        case text if text.startswith("before "):
            start = text.removeprefix("before ")
            values = {column.name: f"cast({start} - 1 as date)"}
        case "more than one row" | "more than once":
            values = {}
    if column is not None and column.role == "weeks":
        values = {"y_2252": "'ZZZ'"}
    if "more than" not in name and source.identity == "report":
        values.setdefault("indberetning_id", "'spoiled-' || copy")
    replaced = ", ".join(f"{value} as {column}" for column, value in values.items())
    sound = " and ".join(
        f"({e.condition}) is not true".replace("delivered_date", f"date '{NEWEST}'")
        for e in expectations.row_expectations(source)
        if e.condition
    )
    return (
        f"select * from delivered_rows union all select * exclude (copy) "
        f"{f'replace ({replaced})' if replaced else ''} from "
        f"(select * from delivered_rows where {sound} order by all limit 1) "
        f"cross join range({COPIES}) as copies (copy)"
    )


def is_number(column: Column) -> bool:
    return column.data_type == "integer"


EVERY = [
    (source.name, expectation.name)
    for source in contract.sources().values()
    for expectation in expectations.row_expectations(source)
]


def test_the_sound_landing_is_as_expected(registers) -> None:
    assert failures(registers, *contract.sources()) == set()


@pytest.mark.parametrize(("source", "name"), EVERY)
def test_an_expectation_fails_where_rows_are_otherwise(only, source, name) -> None:
    landing = only(source)
    rewrite(landing, source, spoiled(contract.sources()[source], name))
    found = content_failures(file_of(landing, source), source)
    # The spoiled rows are copies of each other, too.
    identity = expectations.row_expectations(contract.sources()[source])[-1].name
    assert found | {identity} == {name, identity}
    assert name in found


@pytest.mark.parametrize("source", sorted({FAULTS[name].source for name in REASONS}))
def test_faults_of_the_catalogue_are_told_under_their_reasons(only, source) -> None:
    landing = only(source)
    # Once alone may be as few rows as a delivery may have.
    injected = [inject(landing, n) for n in REASONS * 2 if FAULTS[n].source == source]
    found = set().union(
        *(content_failures(path, source) for path in {i.path for i in injected})
    )
    expected = expectations.row_expectations(contract.sources()[source])
    for fault in {i.fault for i in injected}:
        reason = FAULTS[fault].expected.removeprefix("reject:")
        assert found & {e.name for e in expected if f"({reason})" in e.meaning}, fault


def test_every_column_of_the_contract_has_what_it_says_of_it() -> None:
    for source in contract.sources().values():
        names = {e.name for e in expectations.row_expectations(source)}
        for column in source.columns:
            is_required = not column.nullable and column.role not in (
                *("pnr", "start", "end", "value", "weeks"),
            )
            assert (f"{column.name}: missing" in names) == (
                is_required or column.role == "start"
            )
            codes = column.codes or column.known_codes
            assert (f"{column.name}: in no code list" in names) == bool(codes)


def test_a_column_added_to_the_contract_is_expected_in_every_row(tmp_path) -> None:
    document = read_yaml(CONTRACT, CONTRACT.name)
    tables = {t["name"]: t for t in document["sources"][0]["tables"]}
    tables["bopael"]["columns"].append(
        {
            "name": "ny_kode",
            "data_type": "varchar",
            "config": {"meta": {"codes": "program_codes.program_kode"}},
        }
    )
    copy = tmp_path / "sources.yml"
    copy.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper), encoding="utf-8")
    before, after = (
        {e.name: e for e in expectations.row_expectations(sources["bopael"])}
        for sources in (contract.sources(), contract.sources(copy))
    )
    assert set(after) - set(before) == {"ny_kode: missing", "ny_kode: in no code list"}
    assert "'sho'" in after["ny_kode: in no code list"].condition


def test_the_codes_are_those_of_the_seed() -> None:
    with (project.root() / "seeds/code_lists/municipalities.csv").open() as file:
        codes = [row["municipality_code"] for row in csv.DictReader(file)]
    assert len(codes) == 98
    assert list(code_list("municipalities.municipality_code")) == codes


def test_every_source_says_whom_to_ask() -> None:
    owners = {source.name: source.owner for source in contract.sources().values()}
    assert all(len(owner) > 3 for owner in owners.values())
    assert "STAR" in owners["dream"]
    assert "Skattestyrelsen" in owners["eindkomst"]


def test_an_earlier_delivery_of_an_increment_is_held_to_the_same(only) -> None:
    landing = only("eindkomst")
    sql = spoiled(contract.sources()["eindkomst"], "pnr: not ten digits")
    rewrite(landing, "eindkomst", sql, delivered="2021-08-30")
    assert failures(landing, "eindkomst") == {
        ("eindkomst-earlier", "pnr: not ten digits", False)
    }


def test_the_delivery_of_the_cohort_is_held_to_the_same(only) -> None:
    landing = only("bopael")
    sql = spoiled(contract.sources()["bopael"], "kom: in no code list")
    rewrite(landing, "bopael", sql, delivered="2020-09-28")
    assert failures(landing, "bopael") == {
        ("bopael-cohort", "kom: in no code list", False),
        ("bopael-cohort", "row: more than once", False),
    }


def test_a_delivery_that_no_run_reads_is_not_judged(only) -> None:
    landing = only("bopael")
    sql = spoiled(contract.sources()["bopael"], "kom: in no code list")
    rewrite(landing, "bopael", sql, delivered="2021-08-30")
    assert failures(landing, "bopael") == set()
