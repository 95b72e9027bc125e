"""A delivery against the one before it, and against its own date: each threshold is
passed by an edit of its own, and by nothing less."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from labour_monitor.landing import contract
from labour_monitor.quality import checking
from labour_monitor.quality.thresholds import Thresholds, thresholds

from .conftest import NEWEST, batches_of, failing, failures, file_of, rewrite

WHOLE = "select * from delivered_rows"
LATER = "2023-03-28"


def part(pct: int) -> str:
    """The rows of so many pct. of the persons."""
    return f"{WHOLE} where hash(pnr) % 100 < {pct}"


def test_a_snapshot_with_a_third_of_its_people_less_is_asked_about(only) -> None:
    landing = only("bopael")
    rewrite(landing, "bopael", part(66))
    assert failures(landing, "bopael") == {
        ("bopael", "rows: change in pct.", False),
        ("bopael", "people: change in pct.", False),
    }


def test_a_snapshot_that_lost_more_than_half_its_people_is_fatal(only) -> None:
    landing = only("bopael")
    rewrite(landing, "bopael", part(40))
    assert ("bopael", "people: lost, pct.", True) in failures(landing, "bopael")


def test_a_register_delivered_twice_in_one_is_asked_about(only) -> None:
    landing = only("bopael")
    rewrite(landing, "bopael", f"{WHOLE} union all {WHOLE}")
    assert failures(landing, "bopael") >= {
        ("bopael", "rows: change in pct.", False),
        ("bopael", "row: more than once", False),
    }


def test_a_fifth_fewer_is_nothing_to_ask_about(only) -> None:
    landing = only("bopael")
    rewrite(landing, "bopael", part(80))
    assert failures(landing, "bopael") == set()


def test_a_small_register_may_lose_a_few_rows(only) -> None:
    landing = only("integrationsprogram")
    rewrite(landing, "integrationsprogram", f"{WHOLE} order by fra_dato desc limit 1")
    assert failures(landing, "integrationsprogram") == set()


def test_an_increment_is_compared_by_its_fullest_month(only) -> None:
    """The deliveries cover two, three and six months, and are alike in each of them."""
    landing = only("eindkomst")
    for as_of in ("2020-11-27", "2021-02-25", "2021-08-30"):
        batches = batches_of(landing, "eindkomst", as_of=as_of)
        assert failing([batches["eindkomst"]]) == set()
    rewrite(landing, "eindkomst", part(50))
    assert failures(landing, "eindkomst") == {
        ("eindkomst", "rows: change in pct.", False),
        ("eindkomst", "people: change in pct.", False),
    }


def test_an_increment_without_a_row_is_asked_about(only) -> None:
    landing = only("eindkomst")
    rewrite(landing, "eindkomst", f"{WHOLE} where false")
    found = failures(landing, "eindkomst")
    assert ("eindkomst", "rows: change in pct.", False) in found
    assert not any(is_fatal for _, _, is_fatal in found)


@pytest.mark.parametrize(
    ("source", "column", "value"),
    [
        ("bopael", "kom", "'101'"),
        ("visitation", "personkategori_kode", "4"),
        ("ydelser", "ydelse_kode", "'su'"),
        ("aktivering", "tilbud_kode", "'nytteindsats'"),
        ("eindkomst", "ansaettelse_kode", "'E'"),
        ("eindkomst", "vmo_tilbagefoersel_kode", "'1'"),
        ("dream", "y_2252", "'730'"),
    ],
)
def test_a_code_with_another_share_is_asked_about(only, source, column, value) -> None:
    landing = only(source)
    sql = (
        f"select * replace (case when hash(pnr) % 100 < 30 then {value} "
        f"else {column} end as {column}) from delivered_rows"
    )
    rewrite(landing, source, sql)
    shown = "y_yyww" if source == "dream" else column
    metric = f"{shown}: largest change of a share, points"
    assert failures(landing, source) == {(source, metric, False)}


def test_every_coded_column_has_its_shares_compared(sound_landing) -> None:
    batches = batches_of(sound_landing, *contract.sources())
    for source in contract.sources().values():
        metrics = {check.metric for check in batches[source.name].checks}
        for column in source.columns:
            if column.codes or column.known_codes:
                metric = f"{column.name}: largest change of a share, points"
                assert metric in metrics


def test_dream_of_the_same_weeks_again_is_asked_about(only) -> None:
    landing = only("dream")
    rewrite(landing, "dream", WHOLE, to=LATER)
    assert failures(landing, "dream") == {("dream", "days moved on", False)}


def test_dream_of_fewer_weeks_than_before_is_fatal(only) -> None:
    landing = only("dream")
    rewrite(landing, "dream", WHOLE, delivered="2022-08-30", to=LATER)
    rewrite(landing, "dream", "select * exclude (y_2252, y_2251) from delivered_rows")
    batch = batches_of(landing, "dream")["dream"]
    assert failing([batch]) == {
        ("dream", "days moved on", False),
        ("dream", "days moved on", True),
        ("dream", "days behind the delivery", False),
    }


def test_weeks_in_which_nobody_has_a_code_are_not_the_newest(only) -> None:
    landing = only("dream")
    nobody = ", ".join(f"cast(null as varchar) as y_22{week}" for week in range(30, 53))
    rewrite(landing, "dream", f"select * replace ({nobody}) from delivered_rows")
    assert ("dream", "days behind the delivery", False) in failures(landing, "dream")


@pytest.mark.parametrize(
    "source",
    [
        s.name
        for s in contract.sources().values()
        if s.name not in ("personer", "integrationsprogram", "persongrupper")
    ],
)
def test_an_old_register_delivered_anew_is_asked_about(only, source) -> None:
    landing = only(source)
    rewrite(landing, source, WHOLE, to="2023-12-28")
    found = failures(landing, source)
    assert (source, "days behind the delivery", False) in found


def test_a_newest_start_before_that_of_the_last_delivery_is_asked_about(
    only,
) -> None:
    landing = only("visitation")
    rewrite(landing, "visitation", WHOLE, delivered="2022-02-24", to=NEWEST)
    assert ("visitation", "days moved on", False) in failures(landing, "visitation")


def test_a_delivery_of_which_most_rows_are_set_aside_is_fatal(only) -> None:
    landing = only("ydelser")
    sql = (
        "select * replace (case when hash(pnr) % 100 < 60 then '1' else pnr end as pnr)"
        " from delivered_rows"
    )
    rewrite(landing, "ydelser", sql)
    found = failures(landing, "ydelser")
    assert ("ydelser", "rows that will be set aside, pct.", True) in found


def test_an_earlier_increment_of_which_most_rows_are_set_aside_is_fatal(
    only,
) -> None:
    landing = only("eindkomst")
    sql = "select * replace (cast(null as varchar) as pnr) from delivered_rows"
    rewrite(landing, "eindkomst", sql, delivered="2021-02-25")
    found = failures(landing, "eindkomst")
    metric = "rows that will be set aside, pct."
    assert ("eindkomst-earlier", metric, True) in found


def test_without_an_earlier_delivery_nothing_is_compared(only) -> None:
    landing = only("bopael")
    batches = batches_of(landing, "bopael", as_of="2020-01-30")
    metrics = {check.metric for check in batches["bopael"].checks}
    assert "kom: in no code list" in metrics
    assert "rows: change in pct." not in metrics


def test_a_broken_delivery_before_the_newest_is_not_compared_with(only) -> None:
    landing = only("ydelser")
    file_of(landing, "ydelser", "2022-08-30").write_bytes(b"this is not Parquet")
    assert failures(landing, "ydelser") == set()
    source = {"ydelser": contract.sources()["ydelser"]}
    lines = checking.measure(landing, None, source).lines
    assert lines["ydelser"].previous == "2022-08-30: not readable"
    batches = batches_of(landing, "ydelser")
    metrics = {check.metric for check in batches["ydelser"].checks}
    assert "rows: change in pct." not in metrics


def test_every_source_has_thresholds_of_which_each_is_known() -> None:
    for source in contract.sources():
        assert isinstance(thresholds(source), Thresholds)
    assert thresholds("dream").newest_step_days_fatal == 0
    assert thresholds("bopael").newest_step_days_fatal is None


@pytest.mark.parametrize(
    ("defaults", "message"),
    [
        ({"rows_change_percent": 5}, "missing or not known: rows_change_percent"),
        ({"few": None}, "expected a number as few; found 'None'"),
        ({"few": "many"}, "expected a number as few; found 'many'"),
        ({"people_change_pct": True}, "expected a number as people_change_pct"),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_an_error(
    tmp_path, defaults, message
) -> None:
    good = dataclasses.asdict(thresholds("bopael"))
    file = tmp_path / "thresholds.yml"
    file.write_text(yaml.safe_dump({"defaults": good | defaults, "sources": {}}))
    with pytest.raises(ValueError, match=message):
        thresholds("bopael", file)
