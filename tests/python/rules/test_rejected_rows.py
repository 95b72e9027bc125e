"""Staging sets aside the rows that the check before a build says it will: each writes
its own SQL of the rules that the contract makes (sources.md, Bad input)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labour_monitor.files import read_yaml
from labour_monitor.landing import contract, inspection, relations
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.row_rules import (
    REASONS,
    conflict_reason,
    row_rules,
    suspect_form,
)
from labour_monitor.quality import expectations
from labour_monitor.quality.metrics import Figures, figures
from labour_monitor.quality.thresholds import thresholds
from labour_monitor.synthetic import FAULTS
from labour_monitor.synthetic.contract import REGISTERS

from .rendering import ROOT, sql

DELIVERED = date(2022, 1, 1)
WEEKS = contract.weeks(contract.FIRST_WEEK, date(2010, 8, 16))
"""A DREAM of three weeks."""


def values(column: Column) -> tuple[list, list]:
    """Values of a column on either side of every rule, few enough to meet again."""
    if column.codes:
        known = list(expectations.code_list(column.codes)[:2])
        if column.data_type == "integer":
            return [int(code) for code in known], [None, -1, 99]
        return [*known, f" {known[0]} "], [None, "", "UKENDT"]
    if column.digits:
        right = "1" * column.digits
        wrong = [right[1:], f"{right}1", f"{right[1:]}a", "", "\u0661" * len(right)]
        return [*(right[1:] + last for last in "12345"), f" {right}"], [None, *wrong]
    if column.bounds:
        first, last = column.bounds
        return [first, last], [None, first - 1, last + 1]
    return {
        "varchar": (["a", " a", *"bcde"], [None, " "]),
        "date": ([date(2021, 1, 1)], [None, date(2020, 12, 31), date(2021, 1, 2)]),
        "decimal(18,2)": ([0, 1], [None]),
        "boolean": ([True, False], [None]),
    }[column.data_type]


@st.composite
def rows(draw, source: Source) -> list[dict]:
    """Rows that are sound but for a column or two: of several faults the first alone
    would show."""
    columns = {column.name: values(column) for column in source.named_columns}
    if source.has_weeks:
        columns |= {week: (["130", " 130"], [None]) for week in WEEKS}
    drawn = []
    for _ in range(draw(st.integers(1, 20))):
        spoiled = draw(st.lists(st.sampled_from(sorted(columns)), max_size=2))
        drawn.append(
            {
                name: draw(st.sampled_from(wrong if name in spoiled else right))
                for name, (right, wrong) in columns.items()
            }
        )
    return drawn


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the code lists alone, of a run in which nobody is monitored."""
    with duckdb.connect() as connection:
        connection.execute("set variable citizen_key_secret = 'secret'")
        for file in (ROOT / "seeds/code_lists").glob("*.csv"):
            integer = "{'personkategori_kode': 'integer'}"
            types = f", types = {integer}" if "personkategori" in file.stem else ""
            connection.execute(
                f"create table {file.stem} as from read_csv('{file}', "
                f"all_varchar = {not types}{types})"
            )
        nobody = "as select cast(1 as ubigint) as candidate_number where false"
        connection.execute("create schema landing")
        connection.execute("create table landing.run as select 1 as keeping_number")
        connection.execute(f"create table landing.kept_citizens {nobody}")
        connection.execute(f"create table int_monitored_citizens {nobody}")
        yield connection


def delivered(
    connection, source: Source, drawn: list[dict], folder: Path
) -> tuple[Figures, dict[int, tuple[int, str]]]:
    """What the check counts of rows that are delivered, and what staging makes of
    them: exception and reason by the number of the row."""
    fields = list(REGISTERS[source.name].schema(DELIVERED))
    if source.has_weeks:
        fields = [fields[0], *((week, pa.string()) for week in WEEKS)]
    # Under a name of its own: DuckDB remembers what it has read of a file.
    file = folder / f"{len(list(folder.iterdir()))}.parquet"
    pq.write_table(pa.Table.from_pylist(drawn, schema=pa.schema(fields)), file)
    delivery = Delivery(source.name, DELIVERED, (file,), True, ())
    files, faults = inspection.inspect(connection, source, delivery, None)
    assert not faults
    read = [(delivery, files)]
    counted = figures(connection, source, read, thresholds(source.name))[DELIVERED]
    for statement in relations.source_views(source, read, WEEKS, {}):
        connection.execute(statement)
    if source.identity == "report":
        kept = f"stg_{source.name}__kept_rows"
        connection.execute(f"create or replace table {kept} as {sql(kept)}")
    set_aside = connection.execute(
        "select file_row_number, exception, reject_reason from "
        f"({sql(f'stg_{source.name}__exceptions')}) as exceptions inner join "
        f"landing.{source.name} as delivered on exceptions.row_id = delivered.row_id"
    ).fetchall()
    return counted, {number: tuple(found) for number, *found in set_aside}


def first_reasons(connection, source: Source) -> list[str | None]:
    """For each row the reason of the first rule that it breaks, as the check has it."""
    whens = " ".join(
        f"when {expectations.breaks(rule)} then '{rule.reason}'"
        for rule in row_rules(source)
    )
    reasons = connection.execute(
        f"select case {whens} end from landing.{source.name} order by file_row_number"
    )
    return [reason for (reason,) in reasons.fetchall()]


@pytest.mark.parametrize("source", contract.sources().values(), ids=lambda s: s.name)
def test_staging_rejects_what_the_check_says_that_it_will(
    source, connection, tmp_path
) -> None:
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # the row that differs is named: no need to shrink
    )
    @given(rows(source))
    def compare(drawn: list[dict]) -> None:
        counted, found = delivered(connection, source, drawn, tmp_path)
        conflict = conflict_reason(source)
        rejected = {n: why for n, (what, why) in found.items() if what == "rejected"}
        for number, reason in enumerate(first_reasons(connection, source)):
            if reason is None:
                assert rejected.get(number) in (None, conflict), drawn[number]
            else:
                assert rejected.get(number) == reason, drawn[number]
        assert counted.n_set_aside == len(rejected)

    compare()


def test_every_reason_is_met_among_the_rules() -> None:
    met = {
        reason
        for source in contract.sources().values()
        for reason in (*(r.reason for r in row_rules(source)), conflict_reason(source))
    }
    assert met - {None} == set(REASONS)


def test_the_tables_of_rejected_rows_allow_the_reasons() -> None:
    (file,) = (ROOT / "models").rglob("stg_registers__exceptions.yml")
    (model,) = read_yaml(file, file.name)["models"]
    (column,) = [c for c in model["columns"] if c["name"] == "reject_reason"]
    (allowed,) = column["data_tests"]
    assert tuple(allowed["accepted_values"]["arguments"]["values"]) == REASONS


def test_a_text_whose_form_sets_no_row_aside_is_counted_by_its_form() -> None:
    suspect = {
        source.name
        for source in contract.sources().values()
        if any(map(suspect_form, source.columns))
    }
    counted = re.findall(
        r"'unusual_form' as finding,\s+'(\w+)' as source", sql("int_findings")
    )
    assert sorted(counted) == sorted(suspect) == ["eindkomst", "socialt_frikort"]


def test_the_catalogue_of_faults_knows_the_reasons() -> None:
    told = {fault.expected for fault in FAULTS.values()}
    reasons = {t.removeprefix("reject:") for t in told if t.startswith("reject:")}
    assert reasons == set(REASONS)
