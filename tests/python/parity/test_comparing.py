"""The comparison of two engines finds what it is for: a difference of each kind is
planted, and nothing is said where there is none. It needs no engine but DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from labour_monitor.files import ContentError
from labour_monitor.parity import comparing
from labour_monitor.parity.comparing import Difference, compare, unexpected

ROWS = """
    select * from (values
        ('afklaringspuljen', '101', date '2022-01-01', 10, cast(80.25 as decimal(5, 2)),
            'a,b', timestamp '2022-03-01 06:00:00'),
        ('afklaringspuljen', '147', date '2022-01-01', 20, cast(19.50 as decimal(5, 2)),
            'b', timestamp '2022-03-01 06:00:00'),
        ('fsm2', '101', date '2022-01-01', 30, null, null, null)
    ) as rows_of_area (initiative, area_code, data_month, n, pct, signals, made_at)
"""
GRAINS = {"area": ["initiative", "area_code", "data_month"]}


def write(folder: Path, rows: str = ROWS, table: str = "area") -> Path:
    (folder / table).mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"copy ({rows}) to '{folder / table / 'part.parquet'}'")
    return folder


def found(tmp_path: Path, change: str) -> list[tuple[str, str, int]]:
    first = write(tmp_path / "first")
    second = write(tmp_path / "second", change)
    return [
        (d.column, d.kind, d.count)
        for d in compare(first, second, list(GRAINS), GRAINS)
    ]


SOUND = {
    "the same": f"select * from ({ROWS})",
    "another order of the rows": f"select * from ({ROWS}) order by n desc",
    "points in time, in UTC": f"""
        select * replace (made_at::timestamptz as made_at) from ({ROWS})
    """,
}


@pytest.mark.parametrize("rows", SOUND.values(), ids=SOUND)
def test_tables_with_the_same_cells_are_the_same(tmp_path, rows) -> None:
    assert found(tmp_path, rows) == []


def of(column: str, value: str, where: str) -> str:
    cell = f"case when {where} then {value} else {column} end as {column}"
    return f"select * replace ({cell}) from ({ROWS})"


PLANTED = {
    "rounding of a share": (
        of("pct", "80.26::decimal(5, 2)", "n = 10"),
        [("pct", "rounding", 1)],
    ),
    "null instead of a value": (
        of("pct", "null::decimal(5, 2)", "n = 10"),
        [("pct", "null", 1)],
    ),
    "a value instead of null": (
        of("signals", "'c'", "n = 30"),
        [("signals", "null", 1)],
    ),
    "order within a text": (
        of("signals", "'b,a'", "n = 10"),
        [("signals", "order", 1)],
    ),
    "another count": (of("n", "12", "n = 10"), [("n", "value", 1)]),
    "another key": (
        of("area_code", "'999'", "n = 20"),
        [
            ("", "added row", 1),
            ("", "missing row", 1),
            ("initiative,area_code,data_month", "key", 1),
        ],
    ),
    "a row less": (f"select * from ({ROWS}) where n <> 20", [("", "missing row", 1)]),
    "a row twice": (
        f"{ROWS} union all select * from ({ROWS}) where n = 20",
        [("", "added row", 1)],
    ),
    "another type": (
        f"select * replace (n::double as n) from ({ROWS})",
        [("n", "type DOUBLE instead of INTEGER", 1)],
    ),
    "no such column": (
        f"select * exclude (pct) from ({ROWS})",
        [("pct", "missing column", 1)],
    ),
    "columns in another order": (
        f"select n, * exclude (n) from ({ROWS})",
        [("", "order of the columns", 1)],
    ),
    "no rows": (f"select * from ({ROWS}) where false", [("", "no rows", 1)]),
}


@pytest.mark.parametrize(("rows", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_difference_of_each_kind_is_found_and_named(tmp_path, rows, expected) -> None:
    assert found(tmp_path, rows) == expected


def test_a_table_that_both_have_without_rows_is_no_comparison(tmp_path) -> None:
    nothing = f"select * from ({ROWS}) where false"
    write(tmp_path / "first", nothing)
    write(tmp_path / "second", nothing)
    tables = compare(tmp_path / "first", tmp_path / "second", list(GRAINS), GRAINS)
    assert tables == [Difference("area", "", "no rows", 2)]


def test_a_table_that_one_engine_has_not_made_is_a_difference(tmp_path) -> None:
    write(tmp_path / "first")
    tables = compare(tmp_path / "first", tmp_path / "second", list(GRAINS), GRAINS)
    assert tables == [Difference("area", "", "missing table", 1)]


def test_what_is_allowed_is_not_told_and_must_still_be_there() -> None:
    differences = [Difference("area", "n", "value", 3), Difference("area", "n", "null")]
    allowed = {("area", "n", "value"), ("area", "pct", "rounding")}
    assert unexpected(differences, allowed) == [
        "area.n: null (1)",
        "area.pct: rounding is allowed and is not there: take it off the list",
    ]


def test_an_allowed_difference_says_why_it_is_one(tmp_path) -> None:
    file = tmp_path / "allowed.yml"
    file.write_text("allowed: [{table: area, column: n, kind: value}]\n")
    with pytest.raises(ContentError, match=r"expected entries with .*because; found"):
        comparing.allowed(file)
    assert comparing.allowed() == {("fct_disclosure", "", "no rows")}


def test_every_mart_is_compared_and_by_its_grain_where_it_has_one() -> None:
    marts = set(comparing.marts())
    assert marts - set(comparing.grains()) == {"dq_rejected_row"}
    assert set(comparing.grains()) <= marts


def test_editions_are_compared_byte_by_byte(tmp_path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        (folder / "house").mkdir(parents=True)
        (folder / "house" / "tables.csv").write_text("1;2")
    assert comparing.other_files(first, second) == []
    (second / "house" / "tables.csv").write_text("1;3")
    (first / "README.txt").write_text("read me")
    assert comparing.other_files(first, second) == [
        "edition, README.txt: other bytes",
        "edition, house/tables.csv: other bytes",
    ]
    assert comparing.other_files(first, tmp_path / "none") == [
        "an edition has no files"
    ]
