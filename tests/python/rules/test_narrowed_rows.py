"""A register that is read narrowed gives what it gives when it is read whole: Polars
copies no row less than the models ask for (`landing/narrowing.py`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labour_monitor.landing import contract, inspection, narrowing, relations, scanning
from labour_monitor.landing.keeping import KeptDelivery
from labour_monitor.landing.narrowing import Asked
from labour_monitor.landing.row_rules import code_list, row_rules
from labour_monitor.quality import handing_over
from labour_monitor.quality.metrics import figures
from labour_monitor.quality.thresholds import thresholds

from .drawn import (
    DELIVERED,
    WEEKS,
    in_a_file,
    rows,
    values,
    where_nobody_is_monitored,
)
from .rendering import macro, sql

BEFORE = date(2021, 1, 1)
REPORTS = contract.sources()["eindkomst"]
DREAM = contract.sources()["dream"]
KEPT = {
    (source.name, day): KeptDelivery(key=str(day), is_new=day == DELIVERED)
    for source in (REPORTS, DREAM)
    for day in (BEFORE, DELIVERED)
}
CODES = {
    rule.columns[0]: code_list(rule.codes)
    for rule in row_rules(REPORTS)
    if rule.check == "listed"
}
PEOPLE = [f"111111111{last}" for last in range(1, 6)]
"""The person numbers of drawn rows that are some."""
QUICKLY = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
some_people = st.sets(st.sampled_from(PEOPLE), max_size=2)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with where_nobody_is_monitored() as connection:
        yield connection


def become(connection, table: str, people: Collection[str]) -> None:
    """Fill a table of the numbers of people."""
    number = macro("candidate_number")("pnr")
    connection.execute(
        f"create or replace table {table} as select {number} as candidate_number "
        "from (select unnest(?::varchar[]) as pnr)",
        [sorted(people)],
    )


def found(connection, source, read, copies, query: str) -> list[tuple]:
    connection.execute(relations.narrowed_view(source, read, WEEKS, KEPT, copies))
    return connection.execute(f"from ({query}) order by all").fetchall()


def n_copied(copies: dict[Path, Path | None]) -> list[int]:
    return [pl.read_parquet(copy).height if copy else 0 for copy in copies.values()]


def test_the_reports_that_are_kept_are_the_same(connection, tmp_path) -> None:
    """Of new deliveries and of those looked at before, with rows of every fault."""
    (tmp_path / "files").mkdir()

    @QUICKLY
    @given(rows(REPORTS), rows(REPORTS), some_people, some_people)
    def compare(old, new, monitored, kept) -> None:
        read = [
            in_a_file(connection, REPORTS, drawn, tmp_path / "files", day)
            for day, drawn in ((BEFORE, old), (DELIVERED, new))
        ]
        become(connection, "landing.kept_citizens", kept)
        become(connection, "int_monitored_citizens", monitored)
        asked = Asked(sorted(monitored | kept), sorted(monitored - kept), CODES)
        copies = narrowing.copies(REPORTS, read, KEPT, asked, tmp_path / "db")
        query = sql("stg_eindkomst__kept_rows")
        narrowed = found(connection, REPORTS, read, copies, query)
        assert narrowed == found(connection, REPORTS, read, None, query)
        checked = figures(connection, REPORTS, read, thresholds(REPORTS.name))
        in_order = {
            (REPORTS.name, day): handing_over.passed(REPORTS, counted)
            for day, counted in checked.items()
        }
        after_check = replace(asked, found=in_order)
        copies = narrowing.copies(REPORTS, read, KEPT, after_check, tmp_path / "db")
        assert narrowed == found(connection, REPORTS, read, copies, query)

    compare()


def test_a_copy_is_read_by_more_than_one_thread(
    connection, tmp_path, monkeypatch
) -> None:
    """DuckDB reads a group of rows with one thread; wide registers have small ones."""
    (tmp_path / "files").mkdir()
    reports = [a_report(pnr=PEOPLE[0]) for _ in range(100)]
    read = in_a_file(connection, REPORTS, reports, tmp_path / "files")
    monkeypatch.setattr(narrowing, "_VALUES", 20 * len(REPORTS.columns))
    asked = Asked(PEOPLE, [], CODES)
    (copy,) = narrowing.copies(REPORTS, [read], KEPT, asked, tmp_path / "db").values()
    written = pq.ParquetFile(copy).metadata
    assert (written.num_rows, written.num_row_groups) == (100, 5)


@pytest.mark.parametrize("n_cores", [1, 2, 3])
@pytest.mark.parametrize("n", [0, 1, 11, 1_000])
def test_numbers_are_sorted_on_all_cores(monkeypatch, n_cores, n) -> None:
    monkeypatch.setattr(scanning, "_FEW", 10)
    monkeypatch.setattr(scanning.project, "n_cores", lambda: n_cores)
    numbers = np.random.default_rng(n).integers(0, 500, n, dtype=np.uint64)
    in_order = sorted(numbers)
    scanning.sort(numbers)
    assert list(numbers) == in_order


def test_a_check_that_found_nothing_is_not_made_again(
    connection, tmp_path, monkeypatch
) -> None:
    (tmp_path / "files").mkdir()
    sound = in_a_file(connection, REPORTS, [a_report()], tmp_path / "files")
    late = in_a_file(
        connection, REPORTS, [a_report(vmo_basis_aar=1980)], tmp_path / "files"
    )
    for read, failed in ((sound, []), (late, ["bounds vmo_basis_aar"])):
        counted = figures(connection, REPORTS, [read], thresholds(REPORTS.name))
        in_order = handing_over.passed(REPORTS, counted[DELIVERED])
        assert in_order.failed == {*failed}
        looked_for: list[str] = []

        def of_rule(rule, *_: object, looked_for=looked_for):
            looked_for.append(rule.name)
            return pl.lit(False)

        monkeypatch.setattr(narrowing.doubts, "of_rule", of_rule)
        asked = Asked([], [], CODES, {(REPORTS.name, DELIVERED): in_order})
        narrowing.copies(REPORTS, [read], KEPT, asked, tmp_path / "db")
        assert looked_for == failed
        monkeypatch.undo()


def test_the_people_of_cohorts_are_the_same(connection, tmp_path) -> None:
    (tmp_path / "files").mkdir()

    @QUICKLY
    @given(rows(DREAM), rows(DREAM), some_people)
    def compare(drawn, later, people) -> None:
        cohort_of = ("afklaringspuljen",)
        files = tmp_path / "files"
        read = [
            in_a_file(connection, DREAM, drawn, files, BEFORE, cohort_of),
            in_a_file(connection, DREAM, later, files, DELIVERED),
        ]
        asked = Asked(sorted(people), (), {})
        copies = narrowing.copies(DREAM, read, KEPT, asked, tmp_path / "db")
        names = ", ".join(f"'{pnr}'" for pnr in people)
        query = (
            "select * from landing.dream_weeks_narrowed "
            f"where cohort_of <> '' and pnr in ({names or 'null'})"
        )
        narrowed = found(connection, DREAM, read, copies, query)
        assert narrowed == found(connection, DREAM, read, None, query)

    compare()


def a_report(**given) -> dict:
    return {
        "indberetning_id": "a",
        "pnr": PEOPLE[0],
        "ajo_cvr_nr": "12345678",
        "vmo_basis_aar": 2021,
        "vmo_basis_maaned": 6,
        "vmo_indkomst_type_kode": "00",
        "ajo_loentimer": 10,
        "ajo_smalt_loenbeloeb": 100,
        "ansaettelse_kode": "O",
        "vmo_tilbagefoersel_kode": None,
        **given,
    }


def test_what_nobody_asks_for_is_not_copied(connection, tmp_path) -> None:
    (tmp_path / "files").mkdir()
    old = [a_report(), a_report(indberetning_id="b"), a_report(pnr=PEOPLE[1])]
    new = [a_report(indberetning_id=name) for name in "bcd"]
    new += [a_report(indberetning_id="e", vmo_tilbagefoersel_kode="  ")]
    read = [
        in_a_file(connection, REPORTS, drawn, tmp_path / "files", day)
        for day, drawn in ((BEFORE, old), (DELIVERED, new))
    ]

    def copied(asked: Asked) -> list[int]:
        copies = narrowing.copies(REPORTS, read, KEPT, asked, tmp_path / "db")
        return n_copied(copies)

    # b is in both deliveries; that a is twice in the old one is known already
    assert copied(Asked([], [], CODES)) == [1, 1]
    folder = narrowing.folder_of(tmp_path / "db")
    assert [place.stat().st_mode & 0o77 for place in (folder, *folder.iterdir())] == [
        0,
        0,
    ]
    assert copied(Asked(PEOPLE[:1], [], CODES)) == [1, 4]
    assert copied(Asked(PEOPLE[:2], PEOPLE[1:2], CODES)) == [2, 4]


def test_a_row_of_nobody_is_copied_for_each_fault_that_it_has_alone(
    connection, tmp_path
) -> None:
    (tmp_path / "files").mkdir()
    faulty = [
        a_report(**{"indberetning_id": f"{column.name} {n}", column.name: wrong})
        for column in REPORTS.columns
        for n, wrong in enumerate(values(column)[1])
    ]
    faulty += [
        a_report(indberetning_id="f", ajo_loentimer=None, ajo_smalt_loenbeloeb=None)
    ]
    sound = [a_report(indberetning_id=f"sound {n}") for n in range(3)]
    files = tmp_path / "files"
    read = [in_a_file(connection, REPORTS, faulty + sound, files)]
    become(connection, "landing.kept_citizens", [])
    become(connection, "int_monitored_citizens", [])
    asked = Asked([], [], CODES)
    copies = narrowing.copies(REPORTS, read, KEPT, asked, tmp_path / "db")
    query = sql("stg_eindkomst__kept_rows")
    kept = found(connection, REPORTS, read, None, query)
    assert found(connection, REPORTS, read, copies, query) == kept
    assert len(kept) <= sum(n_copied(copies)) < len(faulty + sound)
    checked = figures(connection, REPORTS, read, thresholds(REPORTS.name))[DELIVERED]
    in_order = {(REPORTS.name, DELIVERED): handing_over.passed(REPORTS, checked)}
    asked = replace(asked, found=in_order)
    copies = narrowing.copies(REPORTS, read, KEPT, asked, tmp_path / "db")
    assert found(connection, REPORTS, read, copies, query) == kept


@pytest.mark.parametrize("day", [BEFORE, DELIVERED])
@pytest.mark.parametrize("pnr", [f" {PEOPLE[0]}", f"{PEOPLE[0]} ", f"  {PEOPLE[0]} "])
def test_a_number_with_blanks_around_it_is_somebodys(
    connection, tmp_path, pnr, day
) -> None:
    """Where all numbers are sound without their blanks, the check finds nothing."""
    (tmp_path / "files").mkdir()
    read = [
        in_a_file(connection, REPORTS, [a_report(pnr=pnr)], tmp_path / "files", day)
    ]
    become(connection, "landing.kept_citizens", [])
    become(connection, "int_monitored_citizens", PEOPLE[:1])
    checked = figures(connection, REPORTS, read, thresholds(REPORTS.name))[day]
    passed = handing_over.passed(REPORTS, checked)
    assert passed.failed == frozenset()
    query = sql("stg_eindkomst__kept_rows")
    kept = found(connection, REPORTS, read, None, query)
    assert len(kept) == 1
    asked = Asked(PEOPLE[:1], PEOPLE[:1], CODES)
    for asked_for in (asked, replace(asked, found={(REPORTS.name, day): passed})):
        copies = narrowing.copies(REPORTS, read, KEPT, asked_for, tmp_path / "db")
        assert found(connection, REPORTS, read, copies, query) == kept


def test_identities_are_shared_whatever_blanks_are_around_them(
    connection, tmp_path
) -> None:
    """A space takes the other blanks beside it away; without one they stay."""
    (tmp_path / "files").mkdir()
    texts = ["a", " \u00a0a", "\u3000b", "\u3000b \u2003", "", "\u00a0 ", None]
    for old, new in product(texts, texts):
        # in the older file a space is around another identity too
        drawn = {BEFORE: [old, " of its own"], DELIVERED: [new, "another of its own"]}
        read = [
            in_a_file(
                connection,
                REPORTS,
                [a_report(indberetning_id=name) for name in names],
                tmp_path / "files",
                day,
            )
            for day, names in drawn.items()
        ]
        become(connection, "landing.kept_citizens", [])
        become(connection, "int_monitored_citizens", [])
        asked = Asked([], [], CODES)
        copies = narrowing.copies(REPORTS, read, KEPT, asked, tmp_path / "db")
        query = sql("stg_eindkomst__kept_rows")
        narrowed = found(connection, REPORTS, read, copies, query)
        assert narrowed == found(connection, REPORTS, read, None, query), (old, new)


@pytest.mark.parametrize(
    "text",
    [
        *("0000000000", "1234567890", "+123456789", "-123456789", " 123456789"),
        *("123456789 ", "12345678.9", "123456e789", "1_23456789", "0x12345678"),
        *(
            "123456789",
            "12345678901",
            "12345678\u0661",
            "\uff11\uff12\uff13\uff14",
            "",
            "123456789\n",
        ),
    ],
)
def test_digits_are_those_of_duckdb(connection, text) -> None:
    (in_sql,) = connection.execute(
        f"select {macro('is_digits')('text', 10)} from (select ? as text)", [text]
    ).fetchall()[0]
    frame = pl.DataFrame({"text": [text]})
    found = frame.select(scanning.is_digits(pl.col("text"), 10)).item()
    assert found == in_sql


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # no value is in a column of another type: the in-door lets it in
        ("vmo_tilbagefoersel_kode", pa.array([None], pa.int64())),
        # texts by number, as pandas writes its categories
        ("ansaettelse_kode", pa.array(["O"]).dictionary_encode()),
    ],
)
def test_what_polars_reads_otherwise_is_read_whole(
    connection, tmp_path, capfd, name, value
) -> None:
    (tmp_path / "files").mkdir()
    delivery, _ = in_a_file(connection, REPORTS, [a_report()], tmp_path / "files")
    (file,) = delivery.files
    table = pq.read_table(file)
    at = table.column_names.index(name)
    pq.write_table(table.set_column(at, name, value), file)
    with duckdb.connect() as another:
        files, faults = inspection.inspect(another, REPORTS, delivery, None)
    assert not faults
    asked, database = Asked(PEOPLE, [], CODES), tmp_path / "db"
    with pytest.raises(narrowing.NotNarrowedError, match=f"column {name} is "):
        narrowing.copies(REPORTS, [(delivery, files)], KEPT, asked, database)
    assert capfd.readouterr().err == ""


def test_where_no_copy_can_be_written_registers_are_read_whole(
    connection, tmp_path
) -> None:
    (tmp_path / "files").mkdir()
    read = [in_a_file(connection, REPORTS, [a_report()], tmp_path / "files")]
    database = tmp_path / "db"
    narrowing.folder_of(database).write_text("no folder")
    with pytest.raises(narrowing.NotNarrowedError, match="cannot be written down"):
        narrowing.copies(REPORTS, read, KEPT, Asked(PEOPLE, [], CODES), database)


def test_a_file_that_polars_cannot_read_tells_no_value(connection, tmp_path) -> None:
    (tmp_path / "files").mkdir()
    delivery, files = in_a_file(connection, REPORTS, [a_report()], tmp_path / "files")
    (file,) = delivery.files
    file.write_bytes(file.read_bytes()[:200])
    asked = Asked(PEOPLE, [], CODES)
    with pytest.raises(narrowing.NotNarrowedError) as raised:
        narrowing.copies(REPORTS, [(delivery, files)], KEPT, asked, tmp_path / "db")
    line = f"delivered={DELIVERED}, 0.parquet: Polars cannot read it (ComputeError)"
    assert str(raised.value) == line
