"""By which rules a publication is added up and told (P4): those that it was kept by,
and where nobody kept them, those of the first edition that has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labour_monitor.disclosure import decide
from labour_monitor.disclosure.places import Edition
from labour_monitor.disclosure.rules import read_rules
from labour_monitor.disclosure_audit import audit

from . import made_up
from .made_up import House

FSM2 = "fsm2"
TODAY = Edition(None, None)


@pytest.fixture
def house() -> House:
    return made_up.small(2, FSM2, 4, 0, 2, 60)


@pytest.mark.parametrize(
    ("change", "now"),
    [
        (
            "dim_publication_status set category = 'other' where status = 'uddannelse'",
            {"category:other": ("status:uddannelse",), "category:uddannelse": None},
        ),
        (
            "dim_publication_status set counts = false where status = 'uddannelse'",
            {"n_fulfilled": ("status:loennede_timer",)},
        ),
        ("dim_publication set requirement_pct = 25", {"requirement_pct": 25}),
        (
            "dim_publication set lower_requirement_pct = null",
            {"lower_requirement_pct": None},
        ),
        (
            "dim_publication set requirement_first_month = date '2020-01-01'",
            {"first_month": date(2020, 1, 1)},
        ),
        (
            "dim_publication set requirement_last_month = date '2020-02-01'",
            {"last_month": date(2020, 2, 1)},
        ),
    ],
)
def test_each_publication_has_its_own(house, change, now) -> None:
    first, second = (said.date for said in house.publications)
    con = house.connect()
    of_today = read_rules(con, TODAY, FSM2, first)
    assert of_today == read_rules(con, TODAY, FSM2, second)
    assert of_today.required == {"requirement_pct": 20, "lower_requirement_pct": 15}
    joiner = "and" if " where " in change else "where"
    con.execute(f"update {change} {joiner} publication_date = date '{first}'")
    assert read_rules(con, TODAY, FSM2, second) == of_today
    found = read_rules(con, TODAY, FSM2, first)
    said = {
        **found.sums,
        **found.required,
        "first_month": found.first_month,
        "last_month": found.last_month,
    }
    assert {name: said.get(name) for name in now} == now
    assert found != of_today


def test_what_counts_is_todays_where_a_version_before_kept_the_publication(
    house,
) -> None:
    con, day = house.connect(), house.publications[0].date
    con.execute("update dim_publication_status set counts = null")
    assert "status:uddannelse" in read_rules(con, TODAY, FSM2, day).sums["n_fulfilled"]
    con.execute("update dim_status set counts = false where status = 'uddannelse'")
    counting = read_rules(con, TODAY, FSM2, day).sums["n_fulfilled"]
    assert counting == ("status:loennede_timer",)


def test_an_edition_of_a_version_before_has_those_of_its_day(
    house, tmp_path: Path
) -> None:
    con, day = house.connect(), house.publications[0].date
    (tmp_path / "house").mkdir()
    con.execute("update dim_status set category = 'afgang'")
    con.execute("update dim_initiative set requirement_pct = 30")
    for table in ("dim_status", "dim_initiative"):
        con.execute(f"copy {table} to '{tmp_path / 'house' / table}.parquet'")
    rules = read_rules(con, Edition(tmp_path / "house", None), FSM2, day)
    assert rules.sums.keys() == {"n_measured", "n_fulfilled", "category:afgang"}
    assert rules.required["requirement_pct"] == 30


def test_figures_are_added_up_by_the_first_edition_that_has_them(
    house, tmp_path: Path
) -> None:
    """A status that counts no longer, of a publication of a version before."""
    first = replace(house, publications=house.publications[:1])
    edition = made_up.write_edition(
        tmp_path / "first", first.connect(), decide(first.connect(), [], 5)
    )
    for table in ("dim_publication", "dim_publication_status"):
        (edition / "house" / f"{table}.parquet").unlink()
    of_second = f"publication_date = date '{house.publications[1].date}'"
    change = "set counts = false where status = 'uddannelse'"
    later = replace(
        house, changes=[f"update dim_publication_status {change} and {of_second}"]
    ).connect()
    later.execute(
        f"update dim_publication_status set counts = null where not {of_second}"
    )
    later.execute(f"update dim_status {change}")
    second = made_up.write_edition(
        tmp_path / "second", later, decide(later, [edition], 5)
    )
    assert audit(second, [edition], 5) == []


def test_a_share_of_a_category_that_a_scheme_has_not_is_none(
    house, tmp_path: Path
) -> None:
    day = f"publication_date = date '{house.publications[0].date}'"
    con = house.connect()
    con.execute(
        "update dim_publication_status set category = 'anden_ydelse' "
        f"where category = 'uddannelse' and {day}"
    )
    con.execute(f"update rpt_fsm2_requirement set uddannelse_pct = null where {day}")
    decided = decide(con, [], 5)
    found = {
        row["state"]
        for row in decided.to_pylist()
        if row["measure"] == "uddannelse_pct"
        and row["publication_date"] == house.publications[0].date
    }
    assert found == {"not_applicable"}
    edition = made_up.write_edition(tmp_path / "first", con, decided)
    assert audit(edition, [], 5) == []
