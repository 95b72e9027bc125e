"""What is written once in SQL and once in Python gives the same: trimming, the form of
a text, the names of weeks, the key of a citizen."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labour_monitor import project
from labour_monitor.cohort import proofs
from labour_monitor.landing import contract, inspection
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.row_rules import is_digits
from labour_monitor.receiving import dream_weeks
from labour_monitor.synthetic import calendar

from .rendering import ROOT, macro

drawn_settings = settings(max_examples=200, deadline=None, derandomize=True)
blank = "".join(map(chr, (9, 10, 0xA0, 0x2003)))
texts = st.text(alphabet=' a0"\\:,{}é' + blank, max_size=8)
digits = st.text(alphabet="0123456789\u0661 a\n", max_size=12) | st.integers(
    0, 12
).flatmap(lambda n: st.text(alphabet="0123456789", min_size=n, max_size=n))

# What UTF-8 can write. Hypothesis takes a second to find that out by itself.
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        yield connection


def asked(connection, expressions: list[str], text: str) -> tuple:
    """The values of expressions about a column `text`."""
    return connection.execute(
        f"select {', '.join(expressions)} from (select cast(? as varchar) as text)",
        [text],
    ).fetchone()


@drawn_settings
@given(texts)
def test_staging_trims_as_the_in_door_does(connection, text) -> None:
    """sources.md: text without the spaces around it, null where nothing is left."""
    ours, theirs = asked(
        connection, [macro("trimmed")("text"), inspection.trimmed("text")], text
    )
    assert ours == theirs
    assert ours == (text.strip(" ") or None)


@drawn_settings
@given(texts.filter(lambda text: not set(text) & set(blank)))
def test_weeks_are_compared_as_they_are_read(connection, text) -> None:
    """Rows of a person are held against each other by weeks that are trimmed alike."""
    trimmed, weeks = asked(
        connection,
        [macro("trimmed")("text"), macro("json_of_struct")("struct_pack(y := text)")],
        text,
    )
    assert json.loads(weeks) == ({} if trimmed is None else {"y": trimmed})


@drawn_settings
@given(digits, st.integers(1, 10))
def test_staging_counts_digits_as_the_check_does(connection, text, n_digits) -> None:
    ours, theirs = asked(
        connection,
        [
            macro("is_digits")("text", n_digits),
            is_digits("text", n_digits),
        ],
        text,
    )
    assert ours == theirs
    is_ascii = text.isascii() and text.isdigit()
    assert ours == (is_ascii and len(text) == n_digits)


@drawn_settings
@given(st.text("0123456789", min_size=10, max_size=10), secrets)
def test_a_citizen_key_is_the_same_in_sql_and_python(connection, pnr, secret) -> None:
    """D1."""
    connection.execute("set variable citizen_key_secret = ?", [secret])
    in_sql = [macro("citizen_key")("text"), proofs.citizen_key_sql("text", secret)]
    key = proofs.citizen_key(pnr, secret)
    assert asked(connection, in_sql, pnr) == (key, key)


@drawn_settings
@given(digits)
def test_a_person_number_is_the_same_in_staging_and_in_a_proof(text) -> None:
    """C8: a proof is asked for what staging takes for a person number."""
    (n_digits,) = {
        column.digits
        for source in contract.sources().values()
        for column in source.columns
        if column.role == "pnr"
    }
    is_person_number = text.isascii() and text.isdigit() and len(text) == n_digits
    try:
        proofs.citizen_key(text, "secret")
    except LandingError:
        assert not is_person_number
    else:
        assert is_person_number


def test_weeks_that_are_landed_have_the_form_of_the_contract() -> None:
    """Numbers get the zeros that they have lost, and other texts are told of."""
    (n_digits,) = {
        column.digits
        for column in contract.sources()["dream"].columns
        if column.role == "weeks"
    }
    numbers = pa.array([0, 7, 10**n_digits - 1, 10**n_digits])
    codes = dream_weeks.WeekCodes([numbers.type]).read("y_1031", numbers).to_pylist()
    assert codes == ["0" * n_digits, f"{7:0{n_digits}d}", "9" * n_digits, None]
    here = Fault(expected="", found="", advice="")
    for length in range(1, 6):
        weeks = dream_weeks.WeekCodes([pa.string()])
        weeks.read("y_1031", pa.array(["1" * length]))
        assert bool(weeks.faults(here)) == (length != n_digits)


def test_every_week_of_a_century_has_one_name() -> None:
    """T3: in the SQL, in the in-door and in the registers that are made."""
    first = date(1991, 1, 1)
    days = [first + timedelta(days=number) for number in range(36_500)]
    names_in_sql = macro("week_columns")(days)
    for day, name_in_sql in zip(days, names_in_sql, strict=True):
        monday = day - timedelta(days=day.weekday())
        name = contract.week_column(day)
        assert name_in_sql == name
        if day.isocalendar().year >= 1991 and day.isocalendar().year <= 2090:
            assert contract.week_of_column(name) == monday
        assert name == f"y_{calendar.week_label(monday)}"


def test_the_listed_weeks_are_those_from_the_first_of_the_contract() -> None:
    with (ROOT / "seeds/code_lists/iso_weeks.csv").open() as file:
        rows = list(csv.DictReader(file))
    last = date.fromisoformat(rows[-1]["reference_date"])
    names = contract.weeks(contract.FIRST_WEEK, last)
    assert [row["week_column"] for row in rows] == names
    for row in rows:
        monday = contract.week_of_column(row["week_column"])
        sunday = monday + timedelta(days=6)
        assert (row["week_start_date"], row["reference_date"]) == (
            *(str(monday), str(sunday)),
        )


def test_the_first_week_is_the_same_for_all_who_read_or_make_dream() -> None:
    first = date.fromisoformat(project.variables()["dream_first_week"])
    assert first == contract.FIRST_WEEK == calendar.FIRST_MONDAY
    last = date.fromisoformat(project.variables()["dream_last_month"])
    assert macro("dream_weeks")() == contract.weeks(contract.FIRST_WEEK, last)
