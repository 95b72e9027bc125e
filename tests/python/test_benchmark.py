"""The hand-written baseline of `make bench` gives the area figures of the marts, and
whoever measures is told where it does not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli
from labour_monitor.benchmark import (
    baseline,
    landings,
    measures,
    measuring,
    page,
    running,
)
from labour_monitor.editions import publishing
from labour_monitor.editions.shelf import Shelf
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.synthetic import generate

from .conftest import AS_OF_FEBRUARY


@pytest.fixture
def by_hand(built):
    with duckdb.connect() as connection:
        baseline.compute(connection, built.landing)
        yield connection


def test_the_baseline_gives_every_area_figure_and_notices_a_changed_cell(
    built, by_hand
) -> None:
    assert baseline.differences(by_hand, built.database) == []
    n_areas, n_statuses = (
        by_hand.execute(f"select count(*) from {table}").fetchone()[0]
        for table in baseline.KEYS
    )
    assert n_areas > 3_000
    assert n_statuses > 50_000
    for change, told in (
        (
            "update fct_area_month set n_left = n_left + 1 "
            "where area_code = 'deltagere' and data_month = '2021-03-01'",
            "marts.fct_area_month: 2 cells differ from the baseline's, in n_left",
        ),
        (
            "update fct_area_month_status set pct_of_measured = null "
            "where initiative = 'fsm2' and area_code = 'deltagere' "
            "and data_month = '2021-03-01' and status = 'uddannelse'",
            "marts.fct_area_month_status: 1 cell differs from the baseline's, in "
            "pct_of_measured",
        ),
        (
            "delete from fct_area_month_status where initiative = 'fsm2' and "
            "area_code = 'deltagere' and data_month = '2021-04-01' and "
            "status = 'uddannelse'",
            "marts.fct_area_month_status: 3 cells differ from the baseline's, in "
            "area_name, n_citizens, pct_of_measured",
        ),
    ):
        for table in baseline.KEYS:
            by_hand.execute(f"create or replace table sound_{table} as from {table}")
        by_hand.execute(change)
        found = baseline.differences(by_hand, built.database)
        assert [str(difference) for difference in found] == [told]
        for table in baseline.KEYS:
            by_hand.execute(f"create or replace table {table} as from sound_{table}")


def test_the_baseline_reads_what_was_delivered_until_the_as_of_date(
    workshop, february
) -> None:
    """P3; C1: the cohort is that of the deliveries until its lock."""
    with duckdb.connect() as connection:
        as_of = date.fromisoformat(AS_OF_FEBRUARY)
        baseline.compute(connection, workshop.landing, as_of)
        assert baseline.differences(connection, workshop.database) == []


def test_the_last_wages_of_the_registers_are_a_months(tmp_path) -> None:
    landing = tmp_path / "landing"
    generate(landing, citizens=1_000)
    wages = "vmo_basis_aar * 100 + vmo_basis_maaned"
    before = landings.delivered_dates(landing, landings.WAGES)
    every = (
        f"read_parquet('{landing}/eindkomst/*/*.parquet', hive_partitioning = false)"
    )
    rows = duckdb.sql(f"from {every} order by all").fetchall()

    landings.split_last_wages(landing)
    assert duckdb.sql(f"from {every} order by all").fetchall() == rows
    *earlier, last = delivered_dates(landing, landings.WAGES)
    assert earlier == [*before[:-1], date(2023, 1, 31)]
    assert last == before[-1]
    newest = f"{landing}/eindkomst/delivered={last}/*.parquet"
    months = duckdb.sql(
        f"select distinct {wages} from '{newest}' where vmo_basis_maaned <= 12"
    ).fetchall()
    assert months == [(202301,)]
    assert landings.share_of_new_wages(landing) < 0.06


def test_a_command_that_is_measured_tells_its_time_and_memory(tmp_path) -> None:
    log = tmp_path / "log"
    twice = [[sys.executable, "-c", "print('said'); x = bytearray(50_000_000)"]] * 2
    large = bytearray(300_000_000)  # of who measures
    cost = measuring.cost_of(twice, os.environ, log)
    assert len(large) > cost.memory_gb * 2**30 > 50_000_000
    assert cost.seconds > 0
    assert log.read_text() == "said\n"
    with pytest.raises(
        measuring.FailedError, match=r"found 3\. What to do: read .*log"
    ):
        measuring.cost_of(
            [[sys.executable, "-c", "raise SystemExit(3)"]], os.environ, log
        )


def test_what_is_measured_may_be_published_where_it_is_built(tmp_path) -> None:
    """`labour-monitor build` ends with an edition beside its database."""
    database = running.default_folder() / "work/bench.duckdb"
    Shelf(publishing.into_of(database)).refuse_place(tmp_path)


def result(factor: float) -> dict:
    costs = {
        name: {"seconds": factor * n, "memory_gb": 0.5 * n, "database_gb": None}
        for n, name in enumerate(reversed(measures.MEASURES), 1)
    }
    of_run = {"machine": "2 cores", "date": "2026-01-31", "runs": 3}
    return {**of_run, "share_of_new_wages": 0.04, "costs": costs}


def test_what_was_measured_is_written_into_the_page(
    tmp_path, monkeypatch, capsys
) -> None:
    folder, docs = tmp_path / "bench", tmp_path / "docs"
    folder.mkdir()
    shutil.copytree(page.project.root() / "docs", docs)
    monkeypatch.setattr(page.project, "root", lambda: tmp_path)
    assert cli.main(["bench", "--docs", "--folder", str(folder)]) == 1
    assert "expected what was measured" in capsys.readouterr().err

    results = {measures.TENTH: result(2), measures.NATION: result(20)}
    (folder / "results.json").write_text(json.dumps(results))
    before = Path(tmp_path, page.FILE).read_text()
    assert cli.main(["bench", "--docs", "--folder", str(folder)]) == 0
    written = Path(tmp_path, page.FILE).read_text()
    start = before.index("## Measured")
    assert written.startswith(before[:start])
    assert page.of_all(results) in written
    first = f"| {measures.FIRST_RUN} | 14.0 | 16 | 3.50 |  |  | 7.0 |"
    assert first in page.of_size(measures.TENTH, results[measures.TENTH])
    grown = f"| {measures.BASELINE} | 2.0 | 20.0 | 3.8 |"
    assert grown in page.of_growth(results)
