"""What Polars finds plain of a delivery is what DuckDB would count: figures are the
same whether it is asked or not (`quality/plain.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from labour_monitor.landing import contract, inspection, scanning
from labour_monitor.landing.contract import Source
from labour_monitor.landing.relations import source_views
from labour_monitor.quality import expectations, metrics
from labour_monitor.quality.expectations import RowExpectation, row_expectations
from labour_monitor.quality.plain import NOTHING, Plain, doubt, plain
from labour_monitor.quality.thresholds import thresholds

from .drawn import DELIVERED, in_a_file, rows, sound

SOURCES = contract.sources()
QUICKLY = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        yield connection


def figures(connection, source: Source, read, monkeypatch, with_polars: bool):
    with monkeypatch.context() as patched:
        if not with_polars:
            patched.setattr(metrics, "plain", lambda *_: NOTHING)
        counted = metrics.figures(connection, source, [read], thresholds(source.name))
        return counted[DELIVERED]


def asked(source: Source, read) -> Plain:
    delivery, files = read
    return plain(source, delivery.delivered, files)


OTHER_VALUES = {
    "varchar": (
        *("NULL", "-", "1,5", "123.0", "6e9", " 123.0", "\u00a0123.0 ", "   NA   "),
        *("\u00a0NA ", "afklaringspuljen", "a text ", "", "  ", "111111000", None),
        *("+123456789", "1111110001 ", " 1111110001", "\uff11" * 10, "a text"),
    ),
    "date": (
        *(date(1879, 12, 31), date(1880, 1, 1), DELIVERED, date(2022, 1, 2)),
        *(date(2024, 1, 1), date(2024, 1, 2), date(9999, 12, 31), None),
    ),
    "integer": (1989, 1990, 2100, 2101, 0, 1, 12, 13, None),
    "decimal(18,2)": (0, None),
    "boolean": (True, False, None),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_figures_are_the_same(connection, tmp_path, monkeypatch, source) -> None:
    """Of drawn rows with every fault, of any of which a row or none has some."""
    (tmp_path / "files").mkdir()

    @QUICKLY
    @given(rows(source))
    def compare(drawn) -> None:
        read = in_a_file(connection, source, drawn, tmp_path / "files")
        found, counted = (
            figures(connection, source, read, monkeypatch, with_polars)
            for with_polars in (True, False)
        )
        assert found == counted

    compare()


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_no_row_that_fails_is_passed_over(connection, tmp_path, source) -> None:
    """Each value of each column, in rows that are sound but for it."""
    (tmp_path / "files").mkdir()
    for column in source.named_columns:
        if column.codes:
            continue
        expected = [e for e in row_expectations(source) if column.name in _names(e)]
        drawn = [
            sound(source, n) | {column.name: value}
            for n, value in enumerate(OTHER_VALUES[column.data_type])
        ]
        delivery, (file,) = in_a_file(connection, source, drawn, tmp_path / "files")
        for statement in source_views(source, [(delivery, [file])], [], {}):
            connection.execute(statement)
        relation = f"landing.{source.name}"
        for e in expected:
            failing = connection.execute(
                f"select file_row_number from {relation} where {e.condition}"
            ).fetchall()
            found = doubt(e, source, DELIVERED, file)
            rows = scanning.scan(file).filter(found).select(inspection.ROW_NUMBER)
            doubtful = scanning.collected(rows).rows()
            assert {*failing} <= {*doubtful}, e.name


def _names(e: RowExpectation) -> list[str]:
    return (e.column or "").split(" and ") if e.condition else []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_of_sound_rows_all_is_plain(connection, tmp_path, source) -> None:
    """Or else nobody would see that Polars is asked for nothing."""
    (tmp_path / "files").mkdir()
    drawn = [sound(source, n) for n in range(3)]
    found = asked(source, in_a_file(connection, source, drawn, tmp_path / "files"))
    about = {e.column for e in row_expectations(source) if e.condition} - {
        column.name for column in source.columns if column.codes
    }
    assert found.columns == about
    assert found.n_people == 3
    assert found.is_each_once == (source.identity != "row")


@pytest.mark.parametrize("n", [2**18, 1, 2])
def test_people_are_counted_once_and_reports_that_meet_are_seen(
    connection, tmp_path, monkeypatch, n
) -> None:
    """However many numbers are compared at a time."""
    (tmp_path / "files").mkdir()
    monkeypatch.setattr("labour_monitor.quality.plain._BLOCK", n)
    source = SOURCES["eindkomst"]
    drawn = [sound(source, n) for n in (1, 2, 3)]
    drawn[2]["pnr"] = drawn[0]["pnr"]
    read = in_a_file(connection, source, drawn, tmp_path / "files")
    found = asked(source, read)
    assert (found.n_people, found.is_each_once) == (2, True)
    month = drawn[0]["vmo_basis_aar"], drawn[0]["vmo_basis_maaned"]
    assert found.n_people_of_month(source, *month) == 2
    assert found.n_people_of_month(source, 1991, 2) == 0
    drawn[2]["indberetning_id"] = drawn[0]["indberetning_id"]
    found = asked(source, in_a_file(connection, source, drawn, tmp_path / "files"))
    assert not found.is_each_once


def as_text(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([str(value) for value in column.to_pylist()])


@pytest.mark.parametrize(
    ("source", "name", "rewrite"),
    [
        ("personer", "foed_dag", as_text),
        # texts by number, as pandas writes its categories
        ("persongrupper", "pnr", lambda column: as_text(column).dictionary_encode()),
        ("eindkomst", "indberetning_id", lambda c: as_text(c).dictionary_encode()),
    ],
)
def test_a_column_of_another_type_is_left_to_duckdb(
    connection, tmp_path, monkeypatch, source, name, rewrite
) -> None:
    """And the others are not."""
    (tmp_path / "files").mkdir()
    source = SOURCES[source]
    drawn = [sound(source, n) for n in range(3)]
    delivery, before = in_a_file(connection, source, drawn, tmp_path / "files")
    (file,) = delivery.files
    all_columns = asked(source, (delivery, before)).columns
    table = pq.read_table(file)
    at = table.column_names.index(name)
    pq.write_table(table.set_column(at, name, rewrite(table[name])), file)
    with duckdb.connect() as another:
        files, faults = inspection.inspect(another, source, delivery, None)
        assert not faults
        read = delivery, files
        left = all_columns - asked(source, read).columns
        assert [about.split(" and ")[0] for about in left] == [name]
        assert figures(another, source, read, monkeypatch, True) == figures(
            another, source, read, monkeypatch, False
        )


def test_of_a_file_that_polars_cannot_read_nothing_is_plain(
    connection, tmp_path
) -> None:
    (tmp_path / "files").mkdir()
    source = SOURCES["personer"]
    delivery, files = in_a_file(
        connection, source, [sound(source, 1)], tmp_path / "files"
    )
    (file,) = delivery.files
    file.write_bytes(file.read_bytes()[:200])
    assert asked(source, (delivery, files)) == NOTHING


@pytest.mark.parametrize("n", [1, 3])
def test_a_file_that_has_become_another_is_counted_by_duckdb(
    connection, tmp_path, n
) -> None:
    (tmp_path / "files").mkdir()
    source = SOURCES["personer"]
    drawn = [sound(source, number) for number in range(2)]
    delivery, files = in_a_file(connection, source, drawn, tmp_path / "files")
    other, _ = in_a_file(
        connection, source, [sound(source, m) for m in range(n)], tmp_path / "files"
    )
    other.files[0].replace(delivery.files[0])
    found = asked(source, (delivery, files))
    assert (found.n_people, found.is_each_once) == (None, False)
    assert "pnr" not in found.columns


@pytest.mark.parametrize(
    ("delivered", "last"),
    [
        (date(2022, 2, 28), date(2024, 2, 28)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2022, 12, 31), date(2024, 12, 31)),
    ],
)
def test_the_last_plausible_day_is_that_of_duckdb(connection, delivered, last) -> None:
    (start,) = (c for c in SOURCES["bopael"].columns if c.role == "start")
    assert expectations.plausible_days(start, delivered)[1] == last
    in_sql = f"select cast(date '{delivered}' + interval 2 year as date)"
    assert connection.execute(in_sql).fetchall() == [(last,)]


def test_what_is_plain_of_all_rows_is_not_said_of_those_still_held(
    connection, tmp_path
) -> None:
    (tmp_path / "files").mkdir()
    source = SOURCES["eindkomst"]
    drawn = [sound(source, n) for n in range(3)]
    read = [
        in_a_file(connection, source, some, tmp_path / "files", day)
        for day, some in ((DELIVERED, drawn), (date(2022, 2, 1), drawn[:1]))
    ]
    counted = metrics.figures(
        connection, source, read[:1], thresholds(source.name), read[1:]
    )[DELIVERED]
    assert (counted.n_rows, counted.n_people, counted.compared_people) == (2, 2, 2)
