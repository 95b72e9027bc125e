"""What is hidden of the public tables (D2): each kind of count that could be worked out
is one that the decision keeps from it. That nothing else can be is for the audit, which
is other code, to say."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
import yaml

from labour_monitor.disclosure import (
    DisclosureError,
    decide,
    deciding,
    hiding,
    solver,
)
from labour_monitor.disclosure.description import read_description
from labour_monitor.disclosure.hiding import Block
from labour_monitor.disclosure.knowledge import Knowledge
from labour_monitor.disclosure.shrinking import known_elsewhere
from labour_monitor.disclosure.solver import Programme
from labour_monitor.disclosure.states import states_of
from labour_monitor.disclosure.system import Row, System
from labour_monitor.disclosure_audit import audit
from labour_monitor.disclosure_audit.tables import SCHEMES
from labour_monitor.files import ContentError

from . import made_up
from .made_up import Counts, House, publish

AP, FSM2 = "afklaringspuljen", "fsm2"
JANUARY = date(2022, 1, 1)
FIRST = {AP: date(2020, 12, 1), FSM2: date(2019, 12, 1)}
LIMIT = 5
BIG: dict[str, Counts] = {
    AP: {
        "n_exempt": 30,
        "status:foertidspension": 12,
        "status:fleksjob": 9,
        "status:ledighedsydelse": 8,
        "status:revalidering": 7,
        "status:ressourceforloeb": 11,
        "status:loentilskud": 10,
        "status:loennede_timer": 20,
        "status:uddannelse": 15,
        "status:selvforsoerget_beskaeftigelse": 13,
        "status:virksomhedspraktik": 14,
        "status:kontanthjaelp_aktivitetsparat": 90,
        "status:selvforsoergelse": 16,
    },
    FSM2: {
        "n_exempt": 40,
        "n_rehab": 50,
        "status:loennede_timer": 30,
        "status:uddannelse": 12,
        "status:virksomhedspraktik": 20,
        "status:loentilskud": 11,
        "status:kontanthjaelp_aktivitetsparat": 150,
        "status:foertidspension": 25,
    },
}
"""Of a municipality of which nothing is small."""
FLAGS = ("met_requirement", "first_month_met", "reached_lower", "reached_full")

Where = dict[str, object]
Check = Callable[[pa.Table, House, list[Path]], Path]


@pytest.fixture
def safe(tmp_path: Path) -> Check:
    """Writes the edition of a decision, and lets the audit attack it."""
    made: list[Path] = []

    def attack(decided: pa.Table, house: House, earlier: list[Path]) -> Path:
        folder = tmp_path / f"edition-{len(made)}"
        made.append(folder)
        made_up.write_edition(folder, house.connect(), decided)
        assert audit(folder, earlier, LIMIT) == []
        return folder

    return attack


def areas(initiative: str, changes: dict[str, Counts], n: int = 5) -> dict[str, Counts]:
    """Municipalities 101, 102 …, of which nothing is small but what is changed."""
    return {
        str(101 + i): BIG[initiative] | changes.get(str(101 + i), {}) for i in range(n)
    }


def house_of(
    initiative: str,
    months: list[dict[str, Counts]],
    participants: int = 3,
    first: date | None = None,
) -> House:
    """A publication for each month, of the same municipalities, without revisions."""
    start = first or FIRST[initiative]
    dates = [made_up.month_after(start, i) for i in range(len(months))]
    codes = sorted(months[0])
    part = codes if initiative == FSM2 else codes[:participants]
    counts = {
        (month, code): given[code]
        for month, given in zip(dates, months, strict=True)
        for code in codes
    }
    return House(
        [
            publish(initiative, dates[: i + 1], codes, part, counts)
            for i in range(len(dates))
        ]
    )


def state(decided: pa.Table, **where: object) -> set[str]:
    """The states of the cells of a place."""
    rows = decided.to_pylist()
    found = {
        row["state"]
        for row in rows
        if all(row[name.rstrip("_")] == value for name, value in where.items())
    }
    assert found, where
    return found


def reasons(decided: pa.Table, **where: object) -> set[str | None]:
    return {
        row["reason"]
        for row in decided.to_pylist()
        if all(row[name] == value for name, value in where.items())
    }


def hidden(decided: pa.Table, area: str, month: date | None = None) -> set[str]:
    """The measures of an area that are hidden in a table."""
    return {
        row["measure"]
        for row in decided.to_pylist()
        if row["area_code"] == area
        and row["state"] == "hidden"
        and month in (None, row["data_month"])
    }


def test_nothing_is_hidden_where_nothing_is_small(safe: Check) -> None:
    house = house_of(FSM2, [areas(FSM2, {})] * 2)
    decided = decide(house.connect(), [], LIMIT)
    assert state(decided) <= {"shown", "not_applicable"}
    safe(decided, house, [])


def test_one_row_for_each_measure_of_each_row(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {"102": {"status:uddannelse": 3}})] * 2)
    con = house.connect()
    decided = decide(con, [], LIMIT)
    assert decided.schema.names[:3] == ["initiative", "publication_date", "table"]
    keys = decided.select(decided.schema.names[:7]).to_pylist()
    assert len({tuple(key.values()) for key in keys}) == len(keys)
    assert keys == sorted(keys, key=lambda key: [str(value) for value in key.values()])
    for table, measures in read_description().tables[AP].items():
        n_rows = con.execute(f"select count(*) from {table}").fetchone()[0]
        assert sum(key["table"] == table for key in keys) == n_rows * len(measures)


def test_one_hidden_cell_in_a_row_with_its_total_gets_another(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {"102": {"status:uddannelse": 3}})])
    decided = decide(house.connect(), [], LIMIT)
    assert "uddannelse_pct" in hidden(decided, "102")
    # Of its category another status is hidden, and so it is in another municipality.
    exits = {"fleksjob_pct", "loennede_timer_pct", "selvforsoerget_beskaeftigelse_pct"}
    assert hidden(decided, "102") & exits
    assert "uddannelse_pct" in hidden(decided, "101") | hidden(decided, "103")
    assert reasons(decided, area_code="102", measure="uddannelse_pct") == {"small"}
    safe(decided, house, [])


def test_a_share_is_hidden_with_its_numerator(safe: Check) -> None:
    few = {"status:foertidspension": 3, "status:ledighedsydelse": 0}
    few |= {"status:revalidering": 0, "status:ressourceforloeb": 0}
    house = house_of(AP, [areas(AP, {"102": few})])
    decided = decide(house.connect(), [], LIMIT)
    assert state(decided, area_code="102", measure="anden_ydelse_pct") == {"hidden"}
    safe(decided, house, [])


def test_the_complement_of_a_share_is_hidden_with_it(safe: Check) -> None:
    nobody = {name: 0 for name in BIG[AP] if name.startswith("status:")}
    most = nobody | {"status:loennede_timer": 17, "status:selvforsoergelse": 3}
    house = house_of(AP, [areas(AP, {"102": most})])
    decided = decide(house.connect(), [], LIMIT)
    where = {"area_code": "102", "measure": "fulfilled_pct"}
    assert state(decided, **where) == {"hidden"}
    assert reasons(decided, **where) == {"complement"}
    safe(decided, house, [])


def test_an_exempt_count_by_difference_is_hidden(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {"102": {"n_exempt": 3}})])
    decided = decide(house.connect(), [], LIMIT)
    assert {"n_exempt", "exempt_pct"} <= hidden(decided, "102")
    assert {"n_target_group", "n_measured"} & hidden(decided, "102")
    safe(decided, house, [])


def test_the_flow_is_hidden_on_both_sides(safe: Check) -> None:
    # Three are new in the second month, and of 338 one in twenty has left.
    more = {"102": {"status:virksomhedspraktik": 20 + 3 - 16}}
    house = house_of(FSM2, [areas(FSM2, {}), areas(FSM2, more)])
    decided = decide(house.connect(), [], LIMIT)
    assert {"n_new", "n_left"} <= hidden(decided, "102")
    safe(decided, house, [])


def test_a_small_group_is_hidden_as_next_months_previous(safe: Check) -> None:
    few = {name: 0 for name in BIG[FSM2]} | {"status:loennede_timer": 3}
    house = house_of(FSM2, [areas(FSM2, {"102": few}), areas(FSM2, {})])
    decided = decide(house.connect(), [], LIMIT)
    second = date(2020, 1, 1)
    assert "n_previous" in hidden(decided, "102", second)
    safe(decided, house, [])


def test_country_does_not_tell_of_the_one_that_takes_no_part(safe: Check) -> None:
    few = {"105": {"status:revalidering": 2, "n_exempt": 3}}
    house = house_of(AP, [areas(AP, few)], participants=4)
    decided = decide(house.connect(), [], LIMIT)
    for table in ("rpt_afklaringspuljen_other_benefit_trend",):
        assert "hidden" in state(decided, table=table, measure="revalidering_pct")
    safe(decided, house, [])


def test_a_total_of_one_municipality_is_hidden_with_it(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {"101": {"n_exempt": 3}})], participants=1)
    decided = decide(house.connect(), [], LIMIT)
    assert state(decided, area_code="deltagere", measure="n_exempt") == {"hidden"}
    safe(decided, house, [])


def test_a_hidden_month_is_hidden_in_the_next_publication(safe: Check) -> None:
    few = {"102": {"status:uddannelse": 3}}
    house = house_of(FSM2, [areas(FSM2, few), areas(FSM2, {})])
    decided = decide(house.connect(), [], LIMIT)
    where = {"area_code": "102", "data_month": FIRST[FSM2]}
    assert state(decided, **where, measure="uddannelse_pct") == {"hidden"}
    safe(decided, house, [])


def test_a_flag_does_not_give_away_what_its_counts_hide(safe: Check) -> None:
    nobody = {name: 0 for name in BIG[AP] if name.startswith("status:")}
    # Met: of 6 measured at least 5 are fulfilled, and so at most 1 is not.
    met = nobody | {"status:loennede_timer": 5, "status:selvforsoergelse": 1}
    # Not met: of 6 measured at most 4.
    unmet = nobody | {"status:loennede_timer": 3, "status:selvforsoergelse": 3}
    months = [areas(AP, {"101": met, "102": unmet})] * 2
    house = house_of(AP, months, first=JANUARY)
    decided = decide(house.connect(), [], LIMIT)
    for area in ("101", "102"):
        assert {"n_fulfilled", "n_measured"} <= hidden(decided, area)
        assert state(decided, area_code=area, measure="met_requirement") == {"shown"}
    safe(decided, house, [])


def test_a_flag_has_no_value_before_its_first_month(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {})])
    decided = decide(house.connect(), [], LIMIT)
    for flag in FLAGS[:2]:
        assert state(decided, measure=flag) == {"not_applicable"}
    mean = {"measure": "mean_municipality_pct"}
    assert state(decided, **mean, area_type="participating") == {"not_applicable"}


def test_first_month_met_is_none_where_the_requirement_is_not_met(safe: Check) -> None:
    house = house_of(AP, [areas(AP, {})], first=JANUARY)
    decided = decide(house.connect(), [], LIMIT)
    assert state(decided, measure="met_requirement") == {"shown"}
    assert state(decided, measure="first_month_met") == {"not_applicable"}


def test_a_share_of_nobody_is_not_applicable(safe: Check) -> None:
    nobody = {name: 0 for name in BIG[AP] if name.startswith("status:")}
    house = house_of(AP, [areas(AP, {"102": nobody})])
    decided = decide(house.connect(), [], LIMIT)
    where = {"area_code": "102", "measure": "fulfilled_pct"}
    assert state(decided, **where) == {"not_applicable"}
    assert state(decided, area_code="102", measure="n_measured") == {"shown"}


def few_shares(codes: tuple[str, ...]) -> dict[str, Counts]:
    nobody = {name: 0 for name in BIG[AP] if name.startswith("status:")}
    few = nobody | {"status:loennede_timer": 3, "status:selvforsoergelse": 40}
    return dict.fromkeys(codes, few)


@pytest.mark.parametrize(
    ("participants", "few", "expected"),
    [
        # Every municipality takes part: one or two hidden shares would be the mean's.
        (5, (), "shown"),
        (5, ("101", "102"), "hidden"),
        (5, ("101", "102", "103"), "shown"),
        # What is in no table is hidden.
        (4, (), "hidden"),
        (2, (), "shown"),
    ],
)
def test_a_mean_is_shown_of_none_or_of_three_hidden_shares(
    safe: Check, participants: int, few: tuple[str, ...], expected: str
) -> None:
    house = house_of(AP, [areas(AP, few_shares(few))], participants=participants)
    decided = decide(house.connect(), [], LIMIT)
    mean = {"measure": "mean_municipality_pct", "area_type": "country"}
    assert state(decided, **mean) == {expected}
    safe(decided, house, [])


@pytest.mark.parametrize("initiative", [AP, FSM2])
def test_totals_of_pooled_areas_stay(initiative: str, safe: Check) -> None:
    few = {
        code: {"n_exempt": 2, "status:uddannelse": 1, "status:loennede_timer": 3}
        for code in ("101", "102")
    }
    house = house_of(initiative, [areas(initiative, few)] * 2)
    decided = decide(house.connect(), [], LIMIT)
    for measure in ("n_target_group", "n_measured", "n_fulfilled"):
        for kind in ("participating", "country")[: 1 + (initiative == AP)]:
            where = {"area_type": kind, "measure": measure}
            assert state(decided, **where) == {"shown"}
    safe(decided, house, [])


def test_the_order_of_rows_decides_nothing() -> None:
    house = made_up.small(3, AP, 5, 2, 3, 20)
    tables = [decide(house.connect(shuffle), [], LIMIT) for shuffle in (None, 1, 2)]
    assert tables[0] == tables[1] == tables[2]


def editions_of(
    house: House, decided: pa.Table, safe: Check, earlier: list[Path]
) -> list[Path]:
    return [*earlier, safe(decided, house, earlier)]


def test_what_earlier_editions_show_and_hide_stays(safe: Check) -> None:
    house = made_up.small(5, FSM2, 6, 0, 3, 60)
    earlier: list[Path] = []
    states: dict[tuple[object, ...], str] = {}
    for n in range(1, 4):
        until = House(house.publications[:n])
        decided = decide(until.connect(), earlier, LIMIT)
        for row in decided.to_pylist():
            key = tuple(row[name] for name in decided.schema.names[:7])
            assert states.setdefault(key, row["state"]) == row["state"]
        earlier = editions_of(until, decided, safe, earlier)
    assert "hidden" in states.values()


@pytest.mark.parametrize("measure", ["n_municipalities_met", "mean_municipality_pct"])
def test_a_figure_of_no_count_that_was_hidden_stays_so(
    measure: str, tmp_path: Path
) -> None:
    """A mean, or a number of municipalities, that nothing hides any more."""
    house = made_up.small(1, AP, 6, 2, 3, 60, JANUARY)
    con = house.connect()
    rows = decide(con, [], LIMIT).to_pylist()
    of_measure = [row for row in rows if row["measure"] == measure]
    shown = [row for row in of_measure if row["state"] == "shown"]
    assert shown
    for row in shown:
        row["state"] = "hidden"
    decided = pa.Table.from_pylist(rows, decide(con, [], LIMIT).schema)
    earlier = made_up.write_edition(tmp_path / "earlier", con, decided)
    again = decide(con, [earlier], LIMIT).to_pylist()
    found = {
        (row["state"], row["reason"]) for row in again if row["measure"] == measure
    }
    assert ("hidden", "earlier") in found
    assert "shown" not in {state for state, _ in found}


OF_FIRST = f"initiative = '{AP}' and publication_date = date '2022-03-31'"
OTHER_RULES = {
    "category": "dim_publication_status set category = 'kontanthjaelp' "
    f"where status = 'fleksjob' and {OF_FIRST}",
    "counts": f"dim_publication_status set counts = false "
    f"where status = 'virksomhedspraktik' and {OF_FIRST}",
    "share": f"dim_publication set requirement_pct = 40 where {OF_FIRST}",
    "months": "dim_publication set requirement_first_month = date '2022-02-01' "
    f"where {OF_FIRST}",
}
"""By which the publication of January 2022 was kept, and no other one."""


@pytest.mark.parametrize("change", OTHER_RULES.values(), ids=OTHER_RULES)
def test_a_publication_is_decided_by_the_rules_that_it_was_kept_by(
    change: str, safe: Check
) -> None:
    """P4: by those of today its counts do not add up, or its flags tell another."""
    few = {"102": {"status:fleksjob": 2, "status:virksomhedspraktik": 3}}
    changes = [f"update {change}"]
    months = [areas(AP, few, 6), areas(AP, few, 6)]
    both = replace(house_of(AP, months, first=JANUARY), changes=changes)
    first = House(both.publications[:1], changes)
    earlier = editions_of(first, decide(first.connect(), [], LIMIT), safe, [])
    decided = decide(both.connect(), earlier, LIMIT)
    safe(decided, both, earlier)
    at_once = decide(both.connect(), [], LIMIT)
    edition = safe(at_once, both, [])
    # As a version would have it that keeps the rules of no publication.
    for table in ("dim_publication", "dim_publication_status"):
        (edition / "house" / f"{table}.parquet").unlink()
    found = {each.publication_date for each in audit(edition, [], LIMIT)}
    assert found == {date(2022, 3, 31)}


def test_the_public_is_told_the_same_number_of_small_ones_after_an_edition(
    safe: Check,
) -> None:
    """By its change the zeros among hidden shares of a small group could be counted."""

    def n_small(decided: pa.Table) -> Counter:
        return Counter(
            row["table"]
            for row in decided.to_pylist()
            if row["reason"] in ("small", "complement")
        )

    few = {name: 0 for name in BIG[AP]} | {"status:fleksjob": 2, "n_exempt": 7}
    house = house_of(AP, [areas(AP, {"102": few})] * 2)
    first = decide(house.connect(), [], LIMIT)
    again = decide(house.connect(), [safe(first, house, [])], LIMIT)
    assert n_small(again) == n_small(first)
    for made in (
        made_up.small(11, FSM2, 5, 0, 3, 80, revised=0.05),
        made_up.small(13, FSM2, 5, 0, 3, 80, revised=0.05),
        made_up.small(16, AP, 6, 2, 3, 120),
    ):
        earlier: list[Path] = []
        for n in (1, 2):
            part = House(made.publications[:n])
            told = decide(part.connect(), earlier, LIMIT)
            earlier = editions_of(part, told, safe, earlier)
        at_once = n_small(decide(made.connect(), [], LIMIT))
        assert n_small(decide(made.connect(), earlier, LIMIT)) == at_once
    of_zero = {"area_code": "102", "measure": "uddannelse_pct"}
    assert reasons(again, **of_zero) == {"small"}


def test_an_edition_of_a_version_that_kept_no_rules_is_read_by_those_of_its_day(
    safe: Check,
) -> None:
    house = house_of(AP, [areas(AP, {"102": {"status:fleksjob": 2}})] * 2)
    first = House(house.publications[:1])
    earlier = editions_of(first, decide(first.connect(), [], LIMIT), safe, [])
    kept = decide(house.connect(), earlier, LIMIT)
    for table in ("dim_publication", "dim_publication_status"):
        (earlier[0] / "house" / f"{table}.parquet").unlink()
    assert decide(house.connect(), earlier, LIMIT) == kept
    con = house.connect()
    con.execute("update dim_publication_status set counts = null")
    assert decide(con, earlier, LIMIT) == kept
    folder = safe(kept, house, earlier)
    con.execute(
        "copy dim_publication_status to "
        f"'{folder / 'house/dim_publication_status.parquet'}'"
    )
    assert audit(folder, earlier, LIMIT) == []


def test_what_is_hidden_is_shown_once_it_is_revised(safe: Check) -> None:
    few = areas(
        FSM2, {"102": {"status:uddannelse": 3}, "103": {"status:uddannelse": 3}}
    )
    # All else is revised too: the old count is no known distance from the new one.
    other = {"status:loennede_timer": 33, "status:foertidspension": 27, "n_exempt": 44}
    many = areas(
        FSM2,
        {
            "102": other | {"status:uddannelse": 12},
            "103": other | {"status:uddannelse": 13, "status:loennede_timer": 35},
        },
    )
    months = [FIRST[FSM2], made_up.month_after(FIRST[FSM2])]
    codes = sorted(few)
    first = {(months[0], code): few[code] for code in codes}
    second = {(month, code): many[code] for month in months for code in codes}
    before = House([publish(FSM2, months[:1], codes, codes, first)])
    after = House([*before.publications, publish(FSM2, months, codes, codes, second)])
    earlier = editions_of(before, decide(before.connect(), [], LIMIT), safe, [])
    decided = decide(after.connect(), earlier, LIMIT)
    where = {"area_code": "102", "measure": "uddannelse_pct", "data_month": months[0]}
    old, new = before.publications[0].date, after.publications[1].date
    assert state(decided, **where, publication_date=old) == {"hidden"}
    assert state(decided, **where, publication_date=new) == {"shown"}
    safe(decided, after, earlier)


def test_an_edition_that_said_otherwise_is_remembered(safe: Check) -> None:
    # Another database kept the same publication with newer data.
    few = house_of(FSM2, [areas(FSM2, {"102": {"status:uddannelse": 3}})])
    other = house_of(
        FSM2,
        [areas(FSM2, {"102": {"status:uddannelse": 3}, "103": {"n_exempt": 60}})],
    )
    earlier = editions_of(few, decide(few.connect(), [], LIMIT), safe, [])
    decided = decide(other.connect(), earlier, LIMIT)
    where = {"area_code": "102", "measure": "uddannelse_pct"}
    assert state(decided, **where) == {"hidden"}
    safe(decided, other, earlier)


def test_a_limit_that_is_raised_stops_and_names_the_place(safe: Check) -> None:
    house = house_of(FSM2, [areas(FSM2, {"102": {"n_exempt": 6}})])
    earlier = editions_of(house, decide(house.connect(), [], LIMIT), safe, [])
    with pytest.raises(DisclosureError) as stop:
        decide(house.connect(), earlier, 10)
    message = str(stop.value)
    for part in ("fsm2", "rpt_fsm2_", "area 102", "2019-12", "n_exempt", "limit"):
        assert part in message
    assert "what earlier editions show tells it" in message
    assert "\n" not in message
    assert "6" not in message


def test_a_revised_count_that_two_older_publications_tell_stops_and_says_so(
    safe: Check,
) -> None:
    """Fulfilled is what the first one showed, paid hours what the second one did: what
    is left is small, and whatever a third one hides tells it."""
    months = [made_up.month_after(FIRST[FSM2], i) for i in range(3)]
    revisions: list[Counts] = [
        {},
        {"status:loennede_timer": 39},
        {"status:loennede_timer": 39, "status:uddannelse": 3},
    ]
    said = []
    for n, revision in enumerate(revisions, 1):
        of_month = areas(FSM2, {"102": revision})
        counts = {
            (month, code): of_month[code] for month in months for code in of_month
        }
        said.append(
            publish(FSM2, months[:n], sorted(of_month), sorted(of_month), counts)
        )
    earlier: list[Path] = []
    for n in (1, 2):
        before = House(said[:n])
        earlier = editions_of(
            before, decide(before.connect(), earlier, LIMIT), safe, earlier
        )
    with pytest.raises(
        DisclosureError, match="what earlier editions show tells"
    ) as stop:
        decide(House(said).connect(), earlier, LIMIT)
    message = str(stop.value)
    for part in ("fsm2", "rpt_fsm2_requirement", "area 102", "2019-12", "uddannelse"):
        assert part in message
    assert "\n" not in message


def test_two_hidden_counts_that_add_up_to_the_limit_get_room_for_a_revision(
    safe: Check,
) -> None:
    """Paid hours and education are the two that fulfil, 2 and 3. One more has paid
    hours in the second publication, where six fulfil; then one less has education, and
    as many fulfil as in the first. Whoever is shown five, six and five knows that at
    least one had paid hours, which leaves education less room than the limit."""
    months = [made_up.month_after(FIRST[FSM2], i) for i in range(3)]
    earlier: list[Path] = []
    said = []
    for n, (hours, education) in enumerate([(2, 3), (3, 3), (3, 2)], 1):
        few = {"status:loennede_timer": hours, "status:uddannelse": education}
        counts = {
            (month, code): of_area
            for month in months
            for code, of_area in areas(
                FSM2, {"102": few} if month == months[0] else {}
            ).items()
        }
        codes = sorted({code for _, code in counts})
        said.append(publish(FSM2, months[:n], codes, codes, counts))
        house = House(said)
        decided = decide(house.connect(), earlier, LIMIT)
        earlier = editions_of(house, decided, safe, earlier)


def two_of_a_row() -> tuple[Knowledge, list[Row]]:
    """A hidden count of 3 and a shown one of 9 that add up to 12. What is said of a
    requirement leaves the first of them 2 to 7."""
    figures = SimpleNamespace(areas=[("municipality", "101")])
    rows = [
        Row((0, 1), (1.0, 1.0)),
        Row((0,), (-100.0,), 100.0),
        Row((0,), (100.0,), 400.0),
    ]
    numbers = np.zeros((0, 0, 0, 0), int)
    system = System(figures, numbers, [3, 9], [0, 0], [0, 0], ["status:a", "status:b"])
    return Knowledge(system, counted={0, 1}, hidden={0}, small={0}), rows


def test_a_count_that_can_move_by_exactly_the_limit_is_protected() -> None:
    """In spite of the solver's rounding."""
    knowledge, rows = two_of_a_row()
    block = Block(knowledge, [0, 1], rows, [], [0], [1.0, 1.0], LIMIT)
    assert block.protect(set()) == []
    assert knowledge.hidden == {0, 1}


def test_what_is_taken_as_known_is_not_protected() -> None:
    knowledge, rows = two_of_a_row()
    blocks = deciding._Blocks(knowledge, read_description(), LIMIT)
    assert blocks.unproved([0], {0}, rows) == [0]
    assert blocks.hide([0], {0}, rows, set()) == [0]


def test_a_limit_below_three_is_refused() -> None:
    house = house_of(FSM2, [areas(FSM2, {})])
    with pytest.raises(
        DisclosureError, match="expected a whole number from 3; found 2"
    ):
        decide(house.connect(), [], 2)


def test_a_column_that_nobody_described_stops() -> None:
    con = house_of(FSM2, [areas(FSM2, {})]).connect()
    con.execute("alter table rpt_fsm2_requirement add column n_dogs integer")
    with pytest.raises(
        ContentError, match=r"rpt_fsm2_requirement: .*n_dogs.*What to do"
    ):
        decide(con, [], LIMIT)


def test_a_table_that_nobody_described_stops() -> None:
    con = house_of(FSM2, [areas(FSM2, {})]).connect()
    con.execute("create table rpt_dogs (n_dogs integer)")
    with pytest.raises(DisclosureError, match=r"rpt_dogs.*What to do"):
        decide(con, [], LIMIT)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("initiatives: {}", "other content"),
        (
            "initiatives: {a: {rpt: {n: {counts: n}}}}",
            r"measure n: .*found \['counts'\]",
        ),
        ("[]", "list"),
    ],
)
def test_a_description_that_is_wrong_is_named(
    tmp_path: Path, content: str, found: str
) -> None:
    path = tmp_path / "tables.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=rf"disclosure/tables\.yml.*{found}"):
        read_description(path)


@pytest.mark.parametrize("like", [AP, FSM2])
def test_a_third_initiative_is_rows(
    like: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statuses, categories and what counts are those of its scheme; its tables, and
    whether its cohort is locked, are entries of the description."""
    house = made_up.small(0, like, 4, 1, 3, 15)
    decided = decide(house.connect(), [], LIMIT).to_pylist()
    assert "hidden" in {row["state"] for row in decided}
    third = f"{like}_3"
    for name in ("schemes", "initiatives"):
        source: Path = getattr(house, name)
        with source.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        of_third = [
            row | {"initiative": third} for row in rows if row["initiative"] == like
        ]
        path = tmp_path / source.name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([*rows, *of_third])
        setattr(house, name, path)
    document = yaml.safe_load(made_up.TABLES.read_text(encoding="utf-8"))
    document["initiatives"][third] = {
        table.replace(like, third): measures
        for table, measures in document["initiatives"][like].items()
    }
    if like in document["locked"]:
        document["locked"].append(third)
    house.tables = tmp_path / "tables.yml"
    house.tables.write_text(yaml.safe_dump(document), encoding="utf-8")
    described = read_description(house.tables)
    monkeypatch.setattr(deciding, "read_description", lambda: described)
    for publication in house.publications:
        publication.initiative = third
    found = decide(house.connect(), [], LIMIT).to_pylist()
    assert found == [
        row | {"initiative": third, "table": row["table"].replace(like, third)}
        for row in decided
    ]


def test_a_group_that_only_becomes_smaller_tells_of_the_months_around(
    safe: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8, E1: what is hidden of a cohort that is not locked is too little for one that
    is."""
    house = made_up.small(0, AP, 4, 1, 3, 15)
    described = replace(read_description(), locked=())
    with monkeypatch.context() as context:
        context.setattr(deciding, "read_description", lambda: described)
        too_little = decide(house.connect(), [], LIMIT)
    edition = made_up.write_edition(tmp_path / "open", house.connect(), too_little)
    assert audit(edition, [], LIMIT)
    safe(decide(house.connect(), [], LIMIT), house, [])


@pytest.fixture
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops a decision that needs more runs of the solver than a search that ends."""
    n_runs = 0
    minimise = Programme.minimise

    def counted(programme: Programme) -> np.ndarray | None:
        nonlocal n_runs
        n_runs += 1
        assert n_runs < 1_500
        return minimise(programme)

    monkeypatch.setattr(Programme, "minimise", counted)


def safe_edition_by_edition(house: House, safe: Check, into: Path) -> None:
    """The last edition of a house whose earlier ones have a publication less each."""
    earlier: list[Path] = []
    for n in range(1, len(house.publications)):
        before = House(house.publications[:n]).connect()
        decided = decide(before, earlier, LIMIT)
        earlier.append(made_up.write_edition(into / f"before-{n}", before, decided))
    safe(decide(house.connect(), earlier, LIMIT), house, earlier)


def test_many_areas_with_hidden_groups_are_decided_edition_by_edition(
    few_runs: None, safe: Check, tmp_path: Path
) -> None:
    """C8, E1: nearly all groups are hidden, and each of them bounds the next."""
    house = made_up.small(1, AP, 14, 0, 3, 5, revised=0)
    safe_edition_by_edition(house, safe, tmp_path)


def test_where_nothing_is_left_to_hide_more_months_are_looked_at(
    few_runs: None, safe: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8, E1: what an earlier edition shows of the months around leaves some small
    counts no room. Months further off have to give it."""
    n_months: list[int] = []

    def counted(system: System, month: int, n_around: int, areas: set[int]) -> set[int]:
        n_months.append(n_around)
        return known_elsewhere(system, month, n_around, areas)

    monkeypatch.setattr(deciding, "known_elsewhere", counted)
    house = made_up.small(2, AP, 6, 1, 4, 60, revised=0.05)
    safe_edition_by_edition(house, safe, tmp_path)
    assert max(n_months) > 1


@pytest.mark.parametrize("seed", [5, 24])
def test_months_of_areas_whose_groups_are_shown_are_protected_too(
    seed: int, safe: Check
) -> None:
    """C8, E1: revised groups stand in no table, and those of the months around bound
    them. That takes room from small counts of areas none of whose groups is hidden."""
    house = made_up.small(seed, AP, 6, 1, 4, 150, revised=0.1)
    safe(decide(house.connect(), [], LIMIT), house, [])


@pytest.mark.parametrize(
    ("others", "is_told"), [("met", True), ("unmet", True), ("one", False)]
)
def test_how_many_have_met_it_tells_of_those_that_take_no_part(
    others: str, is_told: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All of them, or none; and what an earlier edition told cannot be hidden."""
    known: list[Knowledge] = []

    def kept(knowledge: Knowledge, *rest: object) -> object:
        known.append(knowledge)
        return states_of(knowledge, *rest)

    monkeypatch.setattr(deciding, "states_of", kept)
    nobody = {name: 0 for name in BIG[AP] if name.startswith("status:")}
    met = nobody | {"status:loennede_timer": 90}
    unmet = nobody | {"status:selvforsoergelse": 90}
    outside = {
        "met": {"104": met, "105": met},
        "unmet": {"104": unmet, "105": unmet},
        "one": {"104": met, "105": unmet},
    }
    # Another publication says otherwise of both, so that they are not joined to one.
    months = [areas(AP, outside[others])] * 2
    house = house_of(AP, months, first=JANUARY)
    for code in ("104", "105"):
        first = house.publications[0].counts
        first[JANUARY, code] = {**first[JANUARY, code], "n_exempt": 31}
    earlier = made_up.write_edition(
        tmp_path / "1", house.connect(), decide(house.connect(), [], LIMIT)
    )
    decide(house.connect(), [earlier], LIMIT)
    before, now = known
    codes = {
        before.system.figures.areas[area][1]
        for fact in before.facts.values()
        for (_, area, _), _ in fact.said_by
    }
    assert codes >= {"101", "102", "103"}
    assert codes.isdisjoint({"104", "105"}) is not is_told
    for fact in now.facts.values():
        assert not now.can_hide(fact)


@pytest.mark.parametrize("broken", ["proof", "solver"])
@pytest.mark.parametrize("initiative", [AP, FSM2])
def test_a_search_that_finds_nothing_ends_with_one_message(
    broken: str,
    initiative: str,
    few_runs: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the solver says, each number is hidden for a few times only."""
    if broken == "proof":
        monkeypatch.setattr(hiding.Block, "_prove_one", lambda _block, _column: False)
    else:
        monkeypatch.setattr(solver, "STEPS", 0)
    house = made_up.small(0, initiative, 4, 1, 2, 15)
    with pytest.raises(DisclosureError, match=r"expected a way .*What to do") as stop:
        decide(house.connect(), [], LIMIT)
    assert "\n" not in str(stop.value)


def test_locked_cohorts_are_those_of_the_rules() -> None:
    with made_up.INITIATIVES.open(encoding="utf-8", newline="") as file:
        locked = {
            row["initiative"]
            for row in csv.DictReader(file)
            if row["population"] == "locked_cohort"
        }
    assert {*read_description().locked} == locked
    assert {name for name, scheme in SCHEMES.items() if scheme.is_locked} == locked
