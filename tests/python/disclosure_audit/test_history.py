"""What was once shown is known, in whatever edition and publication it stood, for as
long as the count is the same (D2)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from labour_monitor.disclosure_audit import audit, exposures
from labour_monitor.disclosure_audit.exposures import Exposure

from .made import FSM2, Cell, Counts, Made, publication_date, write

NOVEMBER, DECEMBER = date(2021, 11, 1), date(2021, 12, 1)
COUNTS = {"loennede_timer": 20, "sygedagpenge": 60, "rehab": 20, "exempt": 20}
FEW = COUNTS | {"exempt": 3}
EXPOSED = Exposure(
    *(FSM2, "rpt_fsm2_target_group", "1", NOVEMBER, "n_fritagelsesgruppe"),
    *(publication_date(NOVEMBER), exposures.WORKED_OUT),
)


def made(second: Counts | None = None, few: Counts | None = None) -> Made:
    """November, and if there is a second one, December with a November that is it."""
    first = {
        area: {NOVEMBER: counts}
        for area, counts in (("1", few or FEW), ("2", COUNTS), ("3", COUNTS))
    }
    reports = {NOVEMBER: first}
    if second is not None:
        reports[DECEMBER] = {
            "1": {NOVEMBER: few or FEW, DECEMBER: COUNTS},
            "2": {NOVEMBER: second, DECEMBER: COUNTS},
            "3": {NOVEMBER: COUNTS, DECEMBER: COUNTS},
        }
    return Made(FSM2, ["1", "2", "3"], reports)


def hidden(*areas: str):
    """The exempt and the rehabiliteringsgruppe of some areas in November."""

    def hide(cell: Cell) -> bool:
        return cell.area in areas and cell.measure in (
            *("n_fritagelsesgruppe", "n_rehabiliteringsgruppe"),
        )

    return hide


def test_what_an_earlier_edition_has_shown_is_known(tmp_path: Path) -> None:
    sound = write(tmp_path / "2", [made()], hidden("1", "2"))
    first = write(tmp_path / "1", [made()], hidden("1", "3"))
    assert audit(sound, [], 5) == []
    assert audit(first, [], 5) == []
    assert audit(sound, [first], 5) == [EXPOSED]


def test_a_count_that_was_revised_is_another_one(tmp_path: Path) -> None:
    """The edition made of other registers has the same publication with one more of the
    others: what they show goes together only where the counts are the same."""
    counts = COUNTS | {"exempt": 25, "rehab": 26}
    other = Made(
        FSM2,
        ["1", "2", "3"],
        {
            NOVEMBER: {
                "1": {NOVEMBER: FEW | {"exempt": 4}},
                "2": {NOVEMBER: counts},
                "3": {NOVEMBER: counts},
            }
        },
    )
    first = write(tmp_path / "1", [other], hidden("1", "3"))
    second = write(tmp_path / "2", [made()], hidden("1", "2"))
    assert audit(second, [first], 5) == []


@pytest.mark.parametrize(
    ("november_of_2", "shows_group", "is_exposed"),
    [(60, False, True), (61, False, False), (61, True, True)],
)
def test_a_month_that_is_shown_again(
    november_of_2: int, shows_group: bool, is_exposed: bool, tmp_path: Path
) -> None:
    """Of two municipalities November is hidden, since few are measured in one of them.
    December shows who was measured in the other one: the same as in November, or one
    more. How many more there are all in all says that this one was not there before."""
    few = {"loennede_timer": 3, "rehab": 20, "exempt": 20}
    second = made(COUNTS | {"sygedagpenge": november_of_2}, few)

    def hide(cell: Cell) -> bool:
        if cell.measure == "n_previous" and cell.area == "deltagere":
            return not shows_group
        if cell.measure in ("n_previous", "n_new"):
            return True
        if cell.month == DECEMBER:
            return False
        if cell.report_month == NOVEMBER:
            return cell.area in ("1", "2")
        return (cell.area, cell.measure) != ("2", "n_measured")

    found = audit(write(tmp_path, [second], hide), [], 5)
    exposed = {(one.area, one.measure, one.month) for one in found}
    assert (("1", "n_measured", NOVEMBER) in exposed) is is_exposed
    assert bool(found) is is_exposed


def test_a_higher_limit_finds_what_earlier_editions_have_shown(tmp_path: Path) -> None:
    first = write(tmp_path / "1", [made()])
    second = write(tmp_path / "2", [made()], hidden("1", "2"))
    assert audit(first, [], 3) == []
    assert [one.problem for one in audit(second, [first], 5)] == [exposures.SMALL_SHOWN]
