"""A column of which most values are other than the contract says, in a delivery that
somebody put there: the check is fatal and says what the values have in common. And the
way on, where a delivery of an increment was bad."""

from __future__ import annotations

import pytest

from labour_monitor.quality.checks import Check

from .conftest import NEWEST, failures, file_of, rewrite, suites_of

SET_ASIDE = "rows that will be set aside, pct."
LATER = "2023-03-28"


def spoil(column: str, value: str) -> str:
    return f"select * replace ({value} as {column}) from delivered_rows"


def the_check(landing, source: str, metric: str) -> Check:
    suite = suites_of(landing, source)[source]
    (check,) = (c for c in suite.checks if c.metric == metric and c.is_fatal)
    return check


UNLIKE = {
    "a code that went through a number": (
        *("eindkomst", "vmo_indkomst_type_kode", "right({}, 1)"),
        *("not two digits", "of fewer than 2 digits", "lost its leading zeros"),
    ),
    "a code with the decimals of a number": (
        *("eindkomst", "vmo_indkomst_type_kode", "{} || '.0'"),
        *("not two digits", "such as .0", "went through a number"),
    ),
    "an employer with the decimals of a number": (
        *("eindkomst", "ajo_cvr_nr", "{} || '.0'"),
        *("not eight digits", "such as .0", "as text (in SAS"),
    ),
    "an employer with a country": (
        *("socialt_frikort", "cvr", "'DK' || {}"),
        *("not eight digits", "letters in front", "the digits alone"),
    ),
    "the few reversals with the decimals of a number": (
        *("eindkomst", "vmo_tilbagefoersel_kode", "{} || '.0'"),
        *("in no code list", "such as .0", "went through a number"),
    ),
    "markers in upper case": (
        *("persongrupper", "persongruppe", "upper({})"),
        *("nearly a name of markers", "otherwise", "as they are written there"),
    ),
    "deaths in seconds taken for days": (
        *("personer", "doddato", "cast({} + 1600000000 as date)"),
        *("hardly a day", "later than that", "seconds"),
    ),
    "births of the first century": (
        *("personer", "foed_dag", "cast({} - interval 1900 year as date)"),
        *("hardly a day", "year of two digits", "four digits"),
    ),
    "starts of the next century": (
        *("bopael", "bop_vfra", "cast({} + interval 100 year as date)"),
        *("hardly a day", "later than that", "how the dates were written"),
    ),
    "ends before starts": (
        *("visitation", "til_dato", "cast(fra_dato - 1 as date)"),
        *("before fra_dato", "otherwise", "were exchanged"),
    ),
    "years of two digits": (
        *("eindkomst", "vmo_basis_aar", "{} % 100"),
        *("outside 1990-2100", "of two digits", "in four digits"),
    ),
    "months with their year": (
        *("socialt_frikort", "maaned", "aar * 100 + maaned"),
        *("outside 1-12", "a year and a month in one", "a column of its own"),
    ),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_a_column_of_which_most_filled_values_are_unlike_is_fatal(only, name) -> None:
    source, column, value, what, sign, request = UNLIKE[name]
    landing = only(source)
    delivered = NEWEST
    if source == "socialt_frikort":
        delivered = "2021-02-25"
    filled = f"case when {column} is not null then {value.format(column)} end"
    rewrite(landing, source, spoil(column, filled), delivered, to=LATER)
    check = the_check(landing, source, f"{column}: {what}, pct.")
    assert check.is_out_of_bounds
    assert check.column == column
    assert sign in check.found
    assert request in check.advice
    assert "do not build with it" in check.advice


def test_some_values_otherwise_are_asked_about_and_not_fatal(only) -> None:
    """Of the filled values of a column, not of all rows."""
    landing = only("eindkomst")
    some = "case when hash(indberetning_id) % 100 < 30 then '9' else {0} end"
    column = "ajo_cvr_nr"
    rewrite(landing, "eindkomst", spoil(column, some.format(column)))
    assert failures(landing, "eindkomst") == {
        ("eindkomst", "ajo_cvr_nr: not eight digits", False)
    }


@pytest.mark.parametrize(("value", "is_fatal"), [("1.0", True), ("2", False)])
def test_a_single_value_is_a_slip_but_where_a_column_was_changed_on_its_way(
    only, value, is_fatal
) -> None:
    landing = only("eindkomst")
    one = (
        f"case when row_number() over (order by indberetning_id) = 1 then '{value}' end"
    )
    sql = f"select * replace ({one} as vmo_tilbagefoersel_kode) from delivered_rows"
    rewrite(landing, "eindkomst", sql)
    metric = "vmo_tilbagefoersel_kode: in no code list, pct."
    found = failures(landing, "eindkomst")
    assert (("eindkomst", metric, True) in found) == is_fatal


def bad_then_corrected(only, column: str, value: str, corrected: str) -> set:
    """What is said when the bad delivery came first and the query after it."""
    landing = only("eindkomst")
    rewrite(landing, "eindkomst", corrected, to=LATER)
    rewrite(landing, "eindkomst", spoil(column, value))
    assert file_of(landing, "eindkomst", LATER).exists()
    return {f for f in failures(landing, "eindkomst") if f[2]}


WHOLE = "select * from delivered_rows"


HYPHEN = ("pnr", "left(pnr, 6) || '-' || right(pnr, 4)")
NUMBER = ("vmo_indkomst_type_kode", "'0'")


@pytest.mark.parametrize(("column", "value"), [HYPHEN, NUMBER], ids=["pnr", "type"])
def test_a_bad_increment_is_judged_no_more_once_its_reports_came_soundly(
    only, column, value
) -> None:
    """How the increments combine: a sound report replaces the one before it."""
    assert bad_then_corrected(only, column, value, WHOLE) == set()


@pytest.mark.parametrize(
    ("column", "value", "metrics"),
    [
        (*HYPHEN, {SET_ASIDE, "pnr: not ten digits, pct."}),
        (*NUMBER, {"vmo_indkomst_type_kode: not two digits, pct."}),
    ],
    ids=["pnr", "type"],
)
def test_a_bad_increment_is_judged_as_long_as_its_reports_are_missing(
    only, column, value, metrics
) -> None:
    other = (
        "select * replace ('new-' || indberetning_id as indberetning_id) from "
        "delivered_rows"
    )
    found = bad_then_corrected(only, column, value, other)
    assert found == {("eindkomst-earlier", metric, True) for metric in metrics}


def test_a_correction_that_is_bad_itself_replaces_nothing(only) -> None:
    without = "select * replace (cast(null as varchar) as pnr) from delivered_rows"
    found = bad_then_corrected(only, "pnr", "'x'", without)
    assert ("eindkomst-earlier", SET_ASIDE, True) in found
    assert ("eindkomst", SET_ASIDE, True) in found


def test_a_bad_increment_that_is_moved_away_is_told_of_no_more(only) -> None:
    landing = only("eindkomst")
    rewrite(landing, "eindkomst", spoil("pnr", "'x'"))
    assert any(is_fatal for _, _, is_fatal in failures(landing, "eindkomst"))
    folder = file_of(landing, "eindkomst").parent
    folder.rename(landing.parent / folder.name)
    assert not any(is_fatal for _, _, is_fatal in failures(landing, "eindkomst"))
