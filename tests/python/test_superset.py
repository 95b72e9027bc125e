"""What `make superset` compares, without Superset."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli
from labour_monitor.editions import contracts, shelf
from labour_monitor.editions.shelf import Shelf
from labour_monitor.landing.paths import literal
from labour_monitor.superset import comparing
from labour_monitor.superset.comparing import Figure

REPORTS = [table for table in contracts.marts() if table.is_report]
FIGURE = Figure("rpt_x", "x_pct", {"area_type": "participating"}, Decimal("44.50"))


def write(house: Path, table: contracts.Table, values: list[int | None]) -> None:
    """A report table with a row of the participants together for each month of 2022."""
    rows = " union all ".join(
        "select "
        + ", ".join(
            f"date '2022-{month:02}-01' as {name}"
            if name.endswith(("_month", "_date")) and name in table.keys
            else f"'participating' as {name}"
            for name in table.keys
        )
        + f", {'null::bigint' if value is None else value} as {table.measures[0]}"
        for month, value in enumerate(values, 1)
    )
    duckdb.execute(f"copy ({rows}) to {literal(house / f'{table.name}.parquet')}")


def test_the_newest_figure_of_each_report_table_is_asked_for(tmp_path) -> None:
    for table in REPORTS:
        write(tmp_path, table, [7, 8, None])
    found = comparing.figures(tmp_path)
    assert [figure.table for figure in found] == [table.name for table in REPORTS]
    for figure, table in zip(found, REPORTS, strict=True):
        assert figure.value == 8
        assert tuple(figure.row) == table.keys
        assert figure.row["publication_date"] == "2022-02-01"


@pytest.mark.parametrize("answer", [44.5, "44.50", Decimal("44.5")])
def test_the_same_number_in_another_form_is_the_same(answer) -> None:
    assert comparing.is_same(FIGURE, answer)
    assert "44.50, the same in 1 answers" in comparing.line(FIGURE, [answer])


@pytest.mark.parametrize("answer", [44.51, 0, None, "n/a"])
def test_another_number_and_none_are_different(answer) -> None:
    assert not comparing.is_same(FIGURE, answer)
    said = comparing.line(FIGURE, [44.5, answer])
    assert f"DIFFERENT, the edition has 44.50 and Superset {answer}, in 1 of 2" in said


def test_a_table_without_a_figure_is_different(tmp_path) -> None:
    for table in REPORTS:
        write(tmp_path, table, [None])
    for figure in comparing.figures(tmp_path):
        assert not comparing.is_same(figure, None)
        assert "DIFFERENT" in comparing.line(figure, [None])


def test_without_an_edition_it_says_what_to_do(tmp_path, capsys) -> None:
    assert cli.main(["superset", "--published", str(tmp_path)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "expected the house edition" in said
    assert "`make build`" in said


def test_an_edition_that_was_changed_is_not_compared(tmp_path, capsys) -> None:
    house = tmp_path / "editions/2023-02-28-0123456789ab/house"
    house.mkdir(parents=True)
    (house / "labour_monitor.duckdb").write_text("")
    shelf.write_checksums(house)
    (house / "labour_monitor.duckdb").write_text("another")
    Shelf(tmp_path).point_at(house.parent.name)
    assert cli.main(["superset", "--published", str(tmp_path)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("Nothing was compared. ")
    assert "house/labour_monitor.duckdb has changed" in said
