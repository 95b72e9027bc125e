"""A DREAM every month: every publication can be made on the day on which it is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import contract
from labour_monitor.landing.deliveries import delivered_dates, deliveries_read
from labour_monitor.replaying import due_publications
from labour_monitor.rule_data import locked_cohorts, newest_month_start
from labour_monitor.synthetic import generate
from labour_monitor.synthetic.calendar import DELIVERY_DATES, weeks_in_delivery
from labour_monitor.synthetic.monthly import monthly_dates
from labour_monitor.synthetic.writing import delivery_file


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("monthly") / "landing"
    generate(folder, citizens=1_000, monthly=True)
    return folder


def test_every_publication_can_be_made_on_its_day(landing) -> None:
    delivered = set(delivered_dates(landing, "dream"))
    assert delivered == {*DELIVERY_DATES, *monthly_dates()}
    days = sorted({day for _, day in due_publications(DELIVERY_DATES[-1])})
    assert len(days) == 37
    for day in days:
        newest = max(d for d in delivered if d <= day)
        weeks = pq.read_schema(delivery_file(landing, "dream", newest)).names
        assert contract.week_column(newest_month_start(day)) in weeks


def test_a_delivery_in_between_has_the_weeks_of_its_day_and_all_persons(
    landing,
) -> None:
    for day in monthly_dates():
        drawn = min(d for d in DELIVERY_DATES if d > day)
        file = pq.ParquetFile(delivery_file(landing, "dream", day))
        assert len(file.schema_arrow.names) == 1 + weeks_in_delivery(day)
        other = pq.ParquetFile(delivery_file(landing, "dream", drawn))
        assert file.metadata.num_rows == other.metadata.num_rows


def test_the_cohort_is_drawn_from_the_same_delivery_as_ever(landing) -> None:
    (cohort,) = locked_cohorts()
    read, _ = deliveries_read(landing, contract.sources(), cohort.lock_date, [cohort])
    assert {d.delivered for d in read if d.is_cohort} == {date(2020, 9, 28)}
