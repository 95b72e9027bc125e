"""A delivery against the one before it, and against its own date: each threshold is
passed by an edit of its own, and by nothing less."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
import yaml
from pyarrow import parquet

from labour_monitor.landing import contract
from labour_monitor.quality import checks
from labour_monitor.quality.counting import count
from labour_monitor.quality.examined import examine
from labour_monitor.quality.thresholds import Thresholds, thresholds

from .conftest import NEWEST, failing, failures, file_of, rewrite, suites_of

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


@pytest.mark.parametrize(
    ("source", "as_of", "is_late"),
    [
        ("dream", "2022-10-14", False),
        ("dream", "2022-10-15", True),
        ("eindkomst", "2022-10-15", True),
        ("uddannelse", "2022-10-15", False),
    ],
)
def test_a_register_that_did_not_come_is_asked_about(
    registers, source, as_of, is_late
) -> None:
    """All were delivered on 30 August 2022 and not again before February."""
    metric = "days without a delivery"
    assert failing(suites_of(registers, source, as_of=as_of).values()) == (
        {(source, metric, False)} if is_late else set()
    )
    assert not failing(suites_of(registers, source).values())


@pytest.mark.parametrize(
    ("lost", "months"),
    [
        ("2020-01-30", "2019-12"),
        ("2020-09-28", "2020-01 to 2020-08"),
        ("2021-02-25", "2020-11 to 2021-01"),
        ("2022-08-30", "2022-02 to 2022-07"),
        (NEWEST, None),
    ],
)
def test_a_delivery_of_an_increment_that_never_came_is_asked_for(
    only, lost, months
) -> None:
    """Months are missing that those around it should have told of. The newest ones are
    judged by how far the newest delivery lies back."""
    landing = only("eindkomst")
    assert failures(landing, "eindkomst") == set()
    shutil.rmtree(file_of(landing, "eindkomst", lost).parent)
    metric = "months without reports"
    suite = suites_of(landing, "eindkomst")["eindkomst"]
    (check,) = [check for check in suite.checks if check.metric == metric]
    assert check.is_out_of_bounds is (months is not None)
    assert not check.is_fatal
    if months:
        assert check.found == f"fewer in {months}"
        assert "every month from 2019-12 on" in check.expected


def test_a_month_with_half_of_its_reports_is_asked_about(only) -> None:
    """The fewest that are enough, and one less: of all deliveries together."""
    landing = only("eindkomst")
    day = "2021-02-25"
    is_month = "vmo_basis_aar = 2020 and vmo_basis_maaned = 11"
    left = f"{WHOLE} where not ({is_month}) or hash(indberetning_id) % 100 < "
    metric = ("eindkomst", "months without reports", False)
    for pct, is_asked in ((65, False), (35, True)):
        rewrite(landing, "eindkomst", f"{left} {pct}", day)
        found = failures(landing, "eindkomst")
        assert (metric in found) is is_asked
    suite = suites_of(landing, "eindkomst")["eindkomst"]
    assert "fewer in 2020-11" in [check.found for check in suite.checks]


def test_a_small_increment_may_have_months_without_reports(only) -> None:
    landing = only("socialt_frikort")
    shutil.rmtree(file_of(landing, "socialt_frikort", "2021-02-25").parent)
    assert failures(landing, "socialt_frikort") == set()


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        ([100] * 12, []),
        ([100, 100, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100], range(2, 10)),
        # strays of other months, and a month that comes last alone
        ([100, 100, 9, 9, 9, 9, 9, 9, 9, 9, 9, 100], range(2, 11)),
        ([100, 100, 200, 49, 100, 51, 100], [3]),
        # a register that grows or becomes smaller, and one that reaches no further
        ([50 + 5 * n for n in range(38)], []),
        ([250 - 5 * n for n in range(38)], []),
        ([100] * 6 + [30, 2, 0], []),
        # the first months: fewer is growth, none is a gap
        ([30, 100, 100], []),
        ([5, 100, 100], [0]),
        ([100, 100, 50, 100], []),
        # one that was larger once, and has its newest reports in one month
        ([642, 625, 706, 787, *[219, 213, 240, 265] * 8, 918], []),
        # so few that it is chance
        ([20, 0, 20, 20], []),
        ([0] * 5, []),
    ],
)
def test_a_gap_is_a_month_with_more_before_it_and_after_it(rows, gaps) -> None:
    limits = thresholds("eindkomst")
    found = [
        n
        for n, of_month in enumerate(rows)
        if checks._is_gap(of_month, rows[:n], rows[n + 1 :], limits)
    ]
    assert found == list(gaps)


def test_gaps_of_a_register_need_not_be_judged(only) -> None:
    landing = only("eindkomst")
    shutil.rmtree(file_of(landing, "eindkomst", "2021-02-25").parent)
    source, limits = contract.sources()["eindkomst"], thresholds("eindkomst")
    (of_eindkomst,) = count(
        of for of in examine(landing, None).sources if of.source is source
    )
    read = [*of_eindkomst.earlier, of_eindkomst.newest]
    (check,) = checks.gaps(source, read, limits)
    assert check.is_out_of_bounds
    unjudged = dataclasses.replace(limits, gap_month_pct=None)
    assert checks.gaps(source, read, unjudged) == []


def test_what_is_usual_is_what_one_delivery_has_of_a_month(only) -> None:
    """Reports of the months around it came three times, those of March once."""
    (of_eindkomst,) = count(
        of
        for of in examine(only("eindkomst"), None).sources
        if of.source.name == "eindkomst"
    )
    around = {"2020-01": 100, "2020-02": 100, "2020-04": 100, "2020-05": 100}
    read = [
        dataclasses.replace(of_eindkomst.newest, rows_of_months=rows)
        for rows in (around, around, around, {"2020-03": 100, "2019-12": 100})
    ]
    (check,) = checks.gaps(of_eindkomst.source, read, thresholds("eindkomst"))
    assert check.value == 0


def test_reports_that_are_delivered_again_make_no_gap_of_other_months(only) -> None:
    """Each delivery from 2021 on has all those before it as well."""
    landing = only("eindkomst")
    days = sorted(f.name.split("=")[1] for f in (landing / "eindkomst").iterdir())
    folder = f"{landing}/eindkomst/delivered="
    for n, day in reversed(list(enumerate(days))[3:]):
        files = [f"'{folder}{before}/eindkomst.parquet'" for before in days[: n + 1]]
        again = f"from read_parquet([{', '.join(files)}], hive_partitioning = false)"
        rewrite(landing, "eindkomst", again, day)
    metric = ("eindkomst", "months without reports", False)
    assert metric not in failures(landing, "eindkomst")


def test_months_are_named_as_spans() -> None:
    months = ["2020-11", "2020-12", "2021-01", "2021-03"]
    assert checks._months_in_words(months) == "2020-11 to 2021-01, 2021-03"
    assert checks._months("2020-11", "2021-02") == [*months[:3], "2021-02"]


def test_an_increment_is_compared_by_its_fullest_month(only) -> None:
    """The deliveries cover two, three and six months, and are alike in each of them."""
    landing = only("eindkomst")
    for as_of in ("2020-11-27", "2021-02-25", "2021-08-30"):
        suites = suites_of(landing, "eindkomst", as_of=as_of)
        assert failing([suites["eindkomst"]]) == set()
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


def test_every_coded_column_has_its_shares_compared(registers) -> None:
    suites = suites_of(registers, *contract.sources())
    for source in contract.sources().values():
        metrics = {check.metric for check in suites[source.name].checks}
        for column in source.columns:
            if column.codes or column.known_codes:
                metric = f"{column.name}: largest change of a share, points"
                assert metric in metrics


@pytest.mark.parametrize(
    "column",
    [
        "cast(null as varchar) as y_1510",
        "'  ' as y_1510",
        "cast(null as integer) as y_1510",
        'cast(null as "null") as y_1510',
    ],
)
@pytest.mark.parametrize("has_statistics", [True, False])
def test_a_week_of_dream_in_which_nobody_has_a_code_is_asked_about(
    only, column, has_statistics
) -> None:
    """Whether or not the file says of a column that it is empty."""
    landing = only("dream")
    rewrite(landing, "dream", f"select * replace ({column}) from delivered_rows")
    if not has_statistics:
        file = file_of(landing, "dream")
        rows = parquet.read_table(file, partitioning=None)
        parquet.write_table(rows, file, write_statistics=False, row_group_size=300)
    assert failures(landing, "dream") == {
        ("dream", "weeks in which nobody has a code", False)
    }
    suite = suites_of(landing, "dream")["dream"]
    assert "none in y_1510" in [check.found for check in suite.checks]


def test_a_week_with_one_code_is_nothing_to_ask_about(only) -> None:
    """Wherever in the file it is, and whatever its other parts say."""
    landing = only("dream")
    one = "case when row_number() over () = 900 then '730' end as y_1510"
    rewrite(landing, "dream", f"select * replace ({one}) from delivered_rows")
    file = file_of(landing, "dream")
    rows = parquet.read_table(file, partitioning=None)
    for statistics in (True, False, ["y_1509"]):
        parquet.write_table(rows, file, write_statistics=statistics, row_group_size=300)
        assert failures(landing, "dream") == set()


def test_a_week_with_codes_in_one_of_several_files_is_nothing_to_ask_about(
    only,
) -> None:
    landing = only("dream")
    one = "case when row_number() over () = 900 then '730' end as y_1510"
    rewrite(landing, "dream", f"select * replace ({one}) from delivered_rows")
    file = file_of(landing, "dream")
    rows = parquet.read_table(file, partitioning=None)
    file.unlink()
    for n, start in enumerate(range(0, 1200, 300)):
        of_file = rows.slice(start, 300 if start < 900 else None)
        parquet.write_table(of_file, file.with_name(f"part-{n}.parquet"))
    assert failures(landing, "dream") == set()


def test_a_register_of_a_few_people_may_have_weeks_of_nobody(only) -> None:
    landing = only("dream")
    empty = "select * replace (cast(null as varchar) as y_1510) from delivered_rows"
    rewrite(landing, "dream", f"{empty} limit 20")
    metric = ("dream", "weeks in which nobody has a code", False)
    assert metric not in failures(landing, "dream")


def test_dream_of_the_same_weeks_again_is_asked_about(only) -> None:
    landing = only("dream")
    rewrite(landing, "dream", WHOLE, to=LATER)
    assert failures(landing, "dream") == {("dream", "days moved on", False)}


def test_dream_of_fewer_weeks_than_before_is_fatal(only) -> None:
    landing = only("dream")
    rewrite(landing, "dream", WHOLE, delivered="2022-08-30", to=LATER)
    rewrite(landing, "dream", "select * exclude (y_2252, y_2251) from delivered_rows")
    suite = suites_of(landing, "dream")["dream"]
    assert failing([suite]) == {
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


EMPTY = f"{WHOLE} where false"


def weeks_replaced(value: str) -> str:
    """DREAM with an expression of each week, written as `week`, in its place."""
    weeks = value.replace("week", "columns(c -> c <> 'pnr')")
    return f"select pnr, {weeks} from delivered_rows"


def test_weeks_of_spaces_are_not_the_newest(only) -> None:
    landing = only("dream")
    spaces = ", ".join(f"'   ' as y_22{week}" for week in range(30, 53))
    rewrite(landing, "dream", f"select * replace ({spaces}) from delivered_rows")
    assert ("dream", "days behind the delivery", False) in failures(landing, "dream")


def test_dream_without_a_filled_week_is_fatal(only) -> None:
    landing = only("dream")
    for delivered in (NEWEST, "2020-09-28"):
        sql = weeks_replaced("case when false then week end")
        rewrite(landing, "dream", sql, delivered=delivered)
    found = failures(landing, "dream")
    assert ("dream", "weeks with codes: at least", True) in found
    assert ("dream-cohort", "weeks with codes: at least", True) in found


def test_dream_of_codes_written_otherwise_is_fatal(only) -> None:
    landing = only("dream")
    metric = "y_yyww: in no code list in the newest week, pct."
    of_some = "week || repeat('.0', cast(hash(pnr) % 100 < 30 as bigint))"
    rewrite(landing, "dream", weeks_replaced(of_some))
    assert not any(is_fatal for _, _, is_fatal in failures(landing, "dream"))
    rewrite(landing, "dream", weeks_replaced("week || '.0'"))
    assert ("dream", metric, True) in failures(landing, "dream")
    rewrite(landing, "dream", weeks_replaced("week || '.0'"), delivered="2020-09-28")
    assert ("dream-cohort", metric, True) in failures(landing, "dream")


@pytest.mark.parametrize(
    "source", [s.name for s in contract.sources().values() if s.is_cohort_source]
)
def test_an_empty_delivery_of_the_cohort_is_fatal(only, source) -> None:
    landing = only(source)
    rewrite(landing, source, EMPTY, delivered="2020-09-28")
    found = failures(landing, source)
    assert (f"{source}-cohort", "rows: at least", True) in found
    # Where it is the newest one, too.
    suites = suites_of(landing, source, as_of="2020-10-01")
    assert (source, "rows: at least", True) in failing(list(suites.values()))


@pytest.mark.parametrize("source", list(contract.sources()))
def test_an_empty_first_delivery_is_fatal_where_a_register_is_of_the_whole_country(
    only, source
) -> None:
    landing = only(source)
    for folder in (landing / source).iterdir():
        if folder.name != f"delivered={NEWEST}":
            shutil.rmtree(folder)
    assert (source, "rows: at least", True) not in failures(landing, source)
    rewrite(landing, source, EMPTY)
    is_fatal = source in ("dream", "personer", "bopael", "visitation", "ydelser")
    assert {f for f in failures(landing, source) if "at least" in f[1]} == {
        (source, "rows: at least", is_fatal),
        *([(source, "weeks with codes: at least", True)] if source == "dream" else []),
    }


def test_an_empty_increment_before_the_newest_is_asked_about(only) -> None:
    landing = only("eindkomst")
    rewrite(landing, "eindkomst", EMPTY, delivered="2021-02-25")
    assert failures(landing, "eindkomst") == {
        ("eindkomst-earlier", "rows: at least", False),
        ("eindkomst", "months without reports", False),
    }


@pytest.mark.parametrize(
    ("source", "column", "other"),
    [
        ("personer", "foed_dag", "foed_dag + 1"),
        ("dream", "y_2252", "case when y_2252 = '730' then '731' else '730' end"),
        ("eindkomst", "pnr", "cast(cast(pnr as bigint) + 1 as varchar)"),
    ],
)
def test_rows_that_differ_under_one_identity_are_set_aside(
    only, source, column, other
) -> None:
    landing = only(source)
    metric = "rows that will be set aside, pct."
    rewrite(landing, source, f"{WHOLE} union all {WHOLE}")
    assert (source, metric, True) not in failures(landing, source)
    once = "(select distinct * from delivered_rows)"
    differing = f"select * replace ({other} as {column}) from {once}"
    rewrite(landing, source, f"select * from {once} union all {differing}")
    (check,) = (
        c for c in suites_of(landing, source)[source].checks if c.metric == metric
    )
    assert check.is_fatal
    assert check.value == 100


@pytest.mark.parametrize(("n_bad", "is_fatal"), [(1, False), (4, False), (5, True)])
def test_all_of_a_few_rows_set_aside_are_fatal(only, n_bad, is_fatal) -> None:
    landing = only("visitation")
    sql = (
        f"select * replace (case when row_number() over (order by pnr) <= {n_bad} "
        f"then 'x' else pnr end as pnr) from ({WHOLE} limit 5)"
    )
    rewrite(landing, "visitation", sql)
    metric = "rows that will be set aside, pct."
    assert (("visitation", metric, True) in failures(landing, "visitation")) == is_fatal


def test_without_an_earlier_delivery_nothing_is_compared(only) -> None:
    landing = only("bopael")
    suites = suites_of(landing, "bopael", as_of="2020-01-30")
    metrics = {check.metric for check in suites["bopael"].checks}
    assert "kom: in no code list" in metrics
    assert "rows: change in pct." not in metrics


def test_a_broken_delivery_before_the_newest_is_not_compared_with(only) -> None:
    landing = only("ydelser")
    file_of(landing, "ydelser", "2022-08-30").write_bytes(b"this is not Parquet")
    assert failures(landing, "ydelser") == set()
    suites = suites_of(landing, "ydelser")
    assert suites["ydelser"].compared_with == "2022-08-30: not readable"
    metrics = {check.metric for check in suites["ydelser"].checks}
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
