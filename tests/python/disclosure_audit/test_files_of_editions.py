"""What is plainly wrong in the files of an edition is found (D2): a reader would see it
without working anything out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.disclosure_audit import audit, exposures
from labour_monitor.disclosure_audit.exposures import Exposure
from labour_monitor.files import ContentError

from .made import AP, FSM2, Made, publication_date, write

NOVEMBER, DECEMBER = date(2021, 11, 1), date(2021, 12, 1)
TABLE = "rpt_fsm2_target_group"
COUNTS = {"loennede_timer": 20, "sygedagpenge": 60, "rehab": 20, "exempt": 20}
FEW = COUNTS | {"exempt": 3}
Row = dict


def fsm2(**others: dict[str, int]) -> Made:
    counts = {"1": {DECEMBER: COUNTS}, "2": {DECEMBER: COUNTS}}
    return Made(FSM2, ["1", "2"], {DECEMBER: counts | others})


def place(measure: str, problem: str, table: str = TABLE) -> Exposure:
    return Exposure(
        *(FSM2, table, "1", DECEMBER, measure, publication_date(DECEMBER), problem)
    )


def changed(folder: Path, change: Callable[[Row], None], table: str = TABLE) -> Path:
    """An edition of which the row of municipality 1 in a table is changed."""

    def of_table(name: str, rows: list[Row]) -> None:
        if name == table:
            (row,) = [row for row in rows if row["area_code"] == "1"]
            change(row)

    return write(folder, [fsm2()], change=of_table)


@pytest.mark.parametrize(
    ("change", "measure", "problem"),
    [
        ({"n_new_state": "hidden"}, "n_new", exposures.BESIDE_HIDDEN),
        ({"n_new_state": "not_applicable"}, "n_new", exposures.BESIDE_HIDDEN),
        ({"n_new": None}, "n_new", exposures.NOTHING_SHOWN),
        ({"n_new_state": "secret"}, "n_new", exposures.UNKNOWN_STATE),
        ({"n_new_state": None}, "n_new", exposures.UNKNOWN_STATE),
        ({"n_new": 119}, "n_new", exposures.OTHER_THAN_HOUSE),
        (
            {"n_new": None, "n_new_state": "not_applicable"},
            *("n_new", exposures.OTHER_THAN_HOUSE),
        ),
    ],
)
def test_a_value_and_its_state_that_do_not_go_together(
    change: Row, measure: str, problem: str, tmp_path: Path
) -> None:
    edition = changed(tmp_path, lambda row: row.update(change))
    assert place(measure, problem) in audit(edition, [], 5)


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"fulfilled_pct": 24}, "fulfilled_pct"),
        (
            {"fulfilled_pct": None, "fulfilled_pct_state": "not_applicable"},
            "fulfilled_pct",
        ),
        ({"reached_full": False}, "reached_full"),
        (
            {"reached_full": None, "reached_full_state": "not_applicable"},
            "reached_full",
        ),
    ],
)
def test_a_share_or_a_requirement_that_the_counts_do_not_give(
    change: Row, measure: str, tmp_path: Path
) -> None:
    table = "rpt_fsm2_requirement"
    made = replace(fsm2(), first_requirement_month=date(2019, 12, 1))

    def of_table(name: str, rows: list[Row]) -> None:
        if name == table:
            next(row for row in rows if row["area_code"] == "1").update(change)

    edition = write(tmp_path, [made], change=of_table)
    assert audit(edition, [], 5) == [place(measure, exposures.OTHER_THAN_HOUSE, table)]


def test_a_small_count_that_is_shown_is_found_once(tmp_path: Path) -> None:
    made = fsm2(**{"1": {DECEMBER: FEW}})
    assert audit(write(tmp_path, [made]), [], 5) == [
        place("n_fritagelsesgruppe", exposures.SMALL_SHOWN)
    ]


def test_the_limit_says_what_is_small(tmp_path: Path) -> None:
    edition = write(tmp_path, [fsm2(**{"1": {DECEMBER: FEW}})])
    assert audit(edition, [], 3) == []


def test_columns_that_are_missing_or_not_known(tmp_path: Path) -> None:
    edition = write(tmp_path, [fsm2()])
    file = edition / "public" / f"{TABLE}.parquet"
    table = pq.read_table(file).drop_columns(["n_left", "n_left_state", "n_new_state"])
    pq.write_table(table.append_column("n_young", pa.array([5] * len(table))), file)
    assert {(one.measure, one.problem) for one in audit(edition, [], 5)} == {
        ("n_left", exposures.NO_COLUMN),
        ("n_new", exposures.NO_STATE),
        ("n_young", exposures.UNKNOWN_COLUMN),
    }


def test_a_table_that_the_audit_does_not_know(tmp_path: Path) -> None:
    edition = write(tmp_path, [fsm2()])
    public = edition / "public"
    shutil.copy(public / f"{TABLE}.parquet", public / "rpt_fsm2_by_age.parquet")
    (finding,) = audit(edition, [], 5)
    assert str(finding) == "rpt_fsm2_by_age: the audit does not know this table"


def test_a_row_that_the_house_does_not_have(tmp_path: Path) -> None:
    edition = changed(tmp_path, lambda row: row.update(area_code="7"))
    (finding,) = audit(edition, [], 5)
    assert (finding.table, finding.area) == (TABLE, "7")
    assert finding.problem == exposures.NOT_IN_HOUSE


def test_counts_of_the_house_that_do_not_add_up(tmp_path: Path) -> None:
    edition = write(tmp_path, [fsm2()])
    file = edition / "house" / "fct_publication.parquet"
    rows = pq.read_table(file).to_pylist()
    for row in rows:
        if (row["area_code"], row["measure"]) == ("1", "status:sygedagpenge"):
            row["value"] += 1
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(file)), file)
    found = audit(edition, [], 5)
    assert {one.problem for one in found} == {exposures.NO_SUM}
    assert {(one.area, one.measure) for one in found} == {
        *(("1", "n_measured"), ("deltagere", "status:sygedagpenge")),
        ("deltagere", "category:oevrige"),
    }


def test_a_locked_group_that_grows(tmp_path: Path) -> None:
    """C8, E1: nobody comes in, and who has left does not come back."""
    counts = {"uddannelse": 30, "sygedagpenge": 80, "exempt": 30}
    more = counts | {"sygedagpenge": 81}
    of_area = {"1": {NOVEMBER: counts, DECEMBER: more}}
    edition = write(tmp_path, [Made(AP, ["1"], {DECEMBER: of_area})])
    assert {(one.area, one.measure, one.problem) for one in audit(edition, [], 5)} == {
        (area, "n_target_group", exposures.GREW)
        for area in ("1", "deltagere", "hele_landet")
    }


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    edition = write(tmp_path, [fsm2()])
    (edition / "public" / f"{TABLE}.parquet").unlink()
    with pytest.raises(ContentError, match=rf"file {TABLE}\.parquet of .*What to do"):
        audit(edition, [], 5)


@pytest.mark.parametrize("n_hidden", [1, 2, 3])
def test_a_mean_of_shares_of_which_one_or_two_are_hidden(
    n_hidden: int, tmp_path: Path
) -> None:
    counts = {"uddannelse": 30, "sygedagpenge": 80, "exempt": 30}
    areas = ["1", "2", "3", "9"]
    made = Made(
        *(AP, areas[:3], {DECEMBER: {area: {DECEMBER: counts} for area in areas}}),
        outsiders=["9"],
    )

    def hide(cell) -> bool:
        return cell.area in areas[1:n_hidden] and cell.measure == "fulfilled_pct"

    found = audit(write(tmp_path, [made], hide), [], 5)
    wanted = [exposures.MEAN] if n_hidden < 3 else []
    assert [one.problem for one in found] == wanted


def test_no_value_is_in_a_message(tmp_path: Path) -> None:
    found = audit(write(tmp_path, [fsm2(**{"1": {DECEMBER: FEW}})]), [], 5)
    assert str(found[0]) == (
        "fsm2, rpt_fsm2_target_group, 1, 2021-12, n_fritagelsesgruppe, "
        "published 2022-02-28: a small count is shown"
    )
