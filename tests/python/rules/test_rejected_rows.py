"""Staging sets aside the rows that the check before a build says it will: each writes
its own SQL of the rules that the contract makes (sources.md, Bad input)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from labour_monitor.files import read_yaml
from labour_monitor.landing import contract, relations
from labour_monitor.landing.contract import Source
from labour_monitor.landing.row_rules import (
    REASONS,
    breaks,
    conflict_reason,
    row_rules,
    suspect_form,
)
from labour_monitor.quality import handing_over
from labour_monitor.quality.metrics import Figures, Read, figures
from labour_monitor.quality.thresholds import thresholds
from labour_monitor.synthetic import FAULTS

from .drawn import (
    DELIVERED,
    WEEKS,
    in_a_file,
    rows,
    sound,
    values,
    where_nobody_is_monitored,
)
from .rendering import ROOT, sql

SOME = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # the row that differs is named: no need to shrink
)
WITH_SUSPECTS = [s for s in contract.sources().values() if s.has_suspects_view]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with where_nobody_is_monitored() as connection:
        yield connection


def what_becomes_of(
    connection, source: Source, read: Read
) -> tuple[Figures, dict[int, tuple[int, str]]]:
    """What the check counts of rows that are delivered, and what staging makes of
    them: exception and reason by the number of the row."""
    counted = figures(connection, source, read, thresholds(source.name))[DELIVERED]
    for statement in relations.source_views(source, read, WEEKS, {}):
        connection.execute(statement)
    if source.is_narrowed:
        connection.execute(relations.narrowed_view(source, read, WEEKS, {}))
    if source.has_suspects_view:
        connection.execute(relations.suspects_view(source, read, {}, {}))
    if source.identity == "report":
        kept = f"stg_{source.name}__kept_rows"
        connection.execute(f"create or replace table {kept} as {sql(kept)}")
    set_aside = connection.execute(
        "select file_row_number, exception, reject_reason from "
        f"({sql(f'stg_{source.name}__exceptions')}) as exceptions inner join "
        f"landing.{source.name} as delivered on exceptions.row_id = delivered.row_id"
    ).fetchall()
    return counted, {number: tuple(found) for number, *found in set_aside}


def delivered(
    connection, source: Source, drawn: list[dict], folder: Path
) -> tuple[Figures, dict[int, tuple[int, str]]]:
    """The same of these rows."""
    read = [in_a_file(connection, source, drawn, folder)]
    return what_becomes_of(connection, source, read)


def first_reasons(connection, source: Source) -> list[str | None]:
    """For each row the reason of the first rule that it breaks, as the check has it."""
    whens = " ".join(
        f"when {breaks(rule)} then '{rule.reason}'" for rule in row_rules(source)
    )
    reasons = connection.execute(
        f"select case {whens} end from landing.{source.name} order by file_row_number"
    )
    return [reason for (reason,) in reasons.fetchall()]


@pytest.mark.parametrize("source", contract.sources().values(), ids=lambda s: s.name)
def test_staging_rejects_what_the_check_says_that_it_will(
    source, connection, tmp_path
) -> None:
    @SOME
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


def after_a_check(
    connection, source: Source, drawn: list[dict], folder: Path
) -> tuple[int, int]:
    """How many of these rows staging looks at after a check, and how many it rejects.
    Each exception that it finds among all of them it finds among those."""
    exceptions = f"from ({sql(f'stg_{source.name}__exceptions')}) order by all"
    read = [in_a_file(connection, source, drawn, folder)]
    counted, found_of_all = what_becomes_of(connection, source, read)
    of_all = connection.execute(exceptions).fetchall()
    found = {(source.name, DELIVERED): handing_over.passed(source, counted)}
    connection.execute(relations.suspects_view(source, read, {}, found))
    assert connection.execute(exceptions).fetchall() == of_all, found
    ((n_suspects,),) = connection.execute(
        f"select count(*) from landing.{source.suspects}"
    ).fetchall()
    return n_suspects, sum(what == "rejected" for what, _ in found_of_all.values())


@pytest.mark.parametrize("source", WITH_SUSPECTS, ids=lambda s: s.name)
def test_what_the_check_has_found_in_order_staging_need_not_look_for(
    source, connection, tmp_path
) -> None:
    @SOME
    @given(rows(source))
    def compare(drawn: list[dict]) -> None:
        n_suspects, n_rejected = after_a_check(connection, source, drawn, tmp_path)
        assert n_rejected <= n_suspects <= len(drawn)

    compare()


@pytest.mark.parametrize("source", WITH_SUSPECTS, ids=lambda s: s.name)
def test_staging_looks_at_the_rows_that_the_check_has_found(
    source, connection, tmp_path
) -> None:
    """None where all are in order, those alone that fail a check, and all where one is
    there twice."""
    in_order = [sound(source, n) for n in range(4)]
    assert after_a_check(connection, source, in_order, tmp_path) == (0, 0)
    for column in source.named_columns:
        for value in values(column)[1]:
            one_bad = [*in_order[1:], in_order[0] | {column.name: value}]
            found = after_a_check(connection, source, one_bad, tmp_path)
            assert found in ((0, 0), (1, 1)), (column.name, value)
    twice = [*in_order, in_order[0]]
    assert after_a_check(connection, source, twice, tmp_path) == (5, 0)


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
