"""Each way to a small count is found (D2): a sound pattern passes, and fails as soon as
the one cell is shown that gives a count away. The finding names the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from labour_monitor.disclosure_audit import audit, exposures
from labour_monitor.disclosure_audit.exposures import Exposure

from .made import AP, FSM2, POOLED, Cell, Counts, Made, publication_date, write

NOVEMBER, DECEMBER = date(2021, 11, 1), date(2021, 12, 1)
JANUARY, FEBRUARY = date(2022, 1, 1), date(2022, 2, 1)
LIMIT = 5
TARGET_GROUP = "rpt_fsm2_target_group"
REQUIREMENT = "rpt_fsm2_requirement"
OVERVIEW = "rpt_afklaringspuljen_overview"
EXEMPT = "rpt_afklaringspuljen_target_group"
BY_MUNICIPALITY = "rpt_afklaringspuljen_requirement_by_municipality"
EXITS = "rpt_afklaringspuljen_exits_by_municipality"

Hidden = Callable[[Cell], bool]


def month(made: str, counts: dict[str, Counts], at: date, **others: object) -> Made:
    """One publication of one month."""
    by_area = {area: {at: of_area} for area, of_area in counts.items()}
    outsiders = [area for area in counts if area.startswith("9")]
    return Made(
        initiative=made,
        participants=[area for area in counts if area not in outsiders],
        counts={at: by_area},
        outsiders=outsiders,
        **others,
    )


def cells(*places: str) -> Hidden:
    """Cells by `area measure`, in all tables, months and publications; or, with a
    third word, in the publication of that report month."""
    wanted = {tuple(place.split()) for place in places}

    def is_hidden(cell: Cell) -> bool:
        of_report = f"{cell.report_month:%Y-%m}"
        return bool(
            wanted
            & {
                (cell.area, cell.measure),
                (cell.area, "*"),
                (cell.area, cell.measure, of_report),
                (cell.area, cell.measure, of_report, f"{cell.month:%Y-%m}"),
                ("*", cell.measure),
            }
        )

    return is_hidden


@dataclass(frozen=True)
class Weakness:
    """A pattern that holds, and what must not be shown besides.

    Attributes:
        made: what is published.
        hidden: the cells hidden.
        leak: of these, what is shown by mistake.
        table, area, month, measure, report_month, problem: what must be found.
    """

    made: Made
    hidden: Hidden
    leak: Hidden
    table: str
    area: str
    month: date
    measure: str
    report_month: date
    problem: str = exposures.WORKED_OUT


def found(folder: Path, weakness: Weakness, is_leaking: bool) -> list[Exposure]:
    def hide(cell: Cell) -> bool:
        return weakness.hidden(cell) and not (is_leaking and weakness.leak(cell))

    return audit(write(folder, [weakness.made], hide), [], LIMIT)


OTHERS = {"loennede_timer": 20, "kontanthjaelp_jobparat": 60, "rehab": 20, "exempt": 20}
BIG = {"uddannelse": 30, "kontanthjaelp_jobparat": 80, "exempt": 30}
ALL_SHARES = (
    "* anden_ydelse_pct",
    "* afgang_pct",
    "* uddannelse_pct",
    "* fulfilled_pct",
    "* mean_municipality_pct",
)


def two_months() -> dict[str, dict[date, Counts]]:
    """The exempt of two municipalities are few in November."""
    few = OTHERS | {"exempt": 3}
    return {
        "1": {NOVEMBER: few, DECEMBER: OTHERS | {"left": 30}},
        "2": {NOVEMBER: OTHERS | {"exempt": 4}, DECEMBER: OTHERS | {"left": 30}},
        "3": {NOVEMBER: OTHERS, DECEMBER: OTHERS | {"left": 30}},
    }


def several(
    initiative: str, counts: dict, reports: list[date], **others: object
) -> Made:
    """Each publication has the months up to its own, with the same counts."""
    return Made(
        initiative,
        [area for area in counts if not area.startswith("9")],
        {
            report: {
                area: {m: of_month for m, of_month in months.items() if m <= report}
                for area, months in counts.items()
            }
            for report in reports
        },
        outsiders=[area for area in counts if area.startswith("9")],
        **others,
    )


def as_before(areas: str) -> dict[str, dict[date, Counts]]:
    """In December few are exempt in the first municipality. Its group is the same in
    three months, those of the others become smaller."""
    few = BIG | {"exempt": 3, "kontanthjaelp_jobparat": 107}
    counts = {
        area: {
            NOVEMBER: BIG | {"exempt": 50},
            DECEMBER: BIG | {"exempt": 40},
            JANUARY: BIG,
        }
        for area in areas
    }
    return counts | {areas[0]: {NOVEMBER: BIG, DECEMBER: few, JANUARY: BIG}}


WEAKNESSES = {
    "one hidden cell in a row with its total": Weakness(
        month(
            FSM2,
            {"1": OTHERS | {"exempt": 3}, "2": OTHERS, "3": OTHERS},
            DECEMBER,
        ),
        cells(
            *("1 n_fritagelsesgruppe", "1 n_rehabiliteringsgruppe"),
            *("2 n_fritagelsesgruppe", "2 n_rehabiliteringsgruppe"),
        ),
        cells("1 n_rehabiliteringsgruppe"),
        *(TARGET_GROUP, "1", DECEMBER, "n_fritagelsesgruppe", DECEMBER),
    ),
    "one hidden cell in a column with its total": Weakness(
        month(
            FSM2,
            {"1": OTHERS | {"exempt": 3}, "2": OTHERS, "3": OTHERS},
            DECEMBER,
        ),
        cells(
            *("1 n_fritagelsesgruppe", "1 n_rehabiliteringsgruppe"),
            *("2 n_fritagelsesgruppe", "2 n_rehabiliteringsgruppe"),
        ),
        cells("2 n_fritagelsesgruppe"),
        *(TARGET_GROUP, "1", DECEMBER, "n_fritagelsesgruppe", DECEMBER),
    ),
    "a share with its denominator": Weakness(
        month(FSM2, {"1": OTHERS | {"loennede_timer": 3}, "2": OTHERS}, DECEMBER),
        cells(
            *("1 n_fulfilled", "1 fulfilled_pct", "1 loennede_timer_pct"),
            *("2 n_fulfilled", "2 fulfilled_pct", "2 loennede_timer_pct"),
            *("1 reached_lower", "1 reached_full", "2 reached_lower", "2 reached_full"),
        ),
        cells("1 fulfilled_pct"),
        *(REQUIREMENT, "1", DECEMBER, "n_fulfilled", DECEMBER),
    ),
    "the complement of a share": Weakness(
        month(
            FSM2,
            {
                "1": {"loennede_timer": 60, "sygedagpenge": 2, "rehab": 9, "exempt": 9},
                "2": {"loennede_timer": 60, "sygedagpenge": 9, "rehab": 9, "exempt": 9},
            },
            DECEMBER,
        ),
        cells(
            *("1 n_fulfilled", "1 fulfilled_pct", "1 loennede_timer_pct"),
            *("2 n_fulfilled", "2 fulfilled_pct", "2 loennede_timer_pct"),
        ),
        cells("1 n_fulfilled"),
        *(REQUIREMENT, "1", DECEMBER, "fulfilled_pct", DECEMBER),
        exposures.COMPLEMENT,
    ),
    "the exempt as the difference of two tables": Weakness(
        month(
            AP,
            {"1": BIG | {"exempt": 3}, "2": BIG, "3": BIG, "91": BIG, "92": BIG},
            DECEMBER,
        ),
        cells(
            *("1 n_exempt", "1 exempt_pct", "1 n_target_group", "2 n_exempt"),
            *("2 exempt_pct", "2 n_target_group", "* mean_municipality_pct"),
        ),
        cells("1 n_target_group"),
        *(EXEMPT, "1", DECEMBER, "n_exempt", DECEMBER),
    ),
    "the flow of a target group": Weakness(
        several(
            FSM2,
            {
                "1": {NOVEMBER: OTHERS, DECEMBER: OTHERS | {"rehab": 50, "left": 2}},
                "2": {NOVEMBER: OTHERS, DECEMBER: OTHERS | {"left": 30}},
            },
            [NOVEMBER, DECEMBER],
        ),
        cells("1 n_left 2021-12", "1 n_new 2021-12"),
        cells("1 n_new 2021-12"),
        *(TARGET_GROUP, "1", DECEMBER, "n_left", DECEMBER),
    ),
    "last month's group as n_previous": Weakness(
        several(FSM2, two_months(), [NOVEMBER, DECEMBER]),
        cells(
            *("1 n_fritagelsesgruppe 2021-11", "2 n_fritagelsesgruppe 2021-11"),
            *("1 n_target_group 2021-11", "2 n_target_group 2021-11"),
            *("1 n_new 2021-11", "2 n_new 2021-11"),
            *("1 n_previous 2021-12", "2 n_previous 2021-12"),
            *("1 n_new 2021-12", "2 n_new 2021-12"),
        ),
        cells("1 n_previous 2021-12"),
        *(TARGET_GROUP, "1", NOVEMBER, "n_fritagelsesgruppe", NOVEMBER),
    ),
    "the first month's group as n_new": Weakness(
        several(FSM2, two_months(), [NOVEMBER]),
        cells(
            *("1 n_fritagelsesgruppe", "2 n_fritagelsesgruppe"),
            *("1 n_target_group", "2 n_target_group", "1 n_new", "2 n_new"),
        ),
        cells("1 n_new"),
        *(TARGET_GROUP, "1", NOVEMBER, "n_fritagelsesgruppe", NOVEMBER),
    ),
    "the country without the participants, when one alone is no participant": Weakness(
        month(AP, {"1": BIG, "2": BIG, "91": BIG | {"exempt": 3}}, DECEMBER),
        cells(
            *("hele_landet n_exempt", "hele_landet exempt_pct"),
            *("hele_landet n_target_group", "* mean_municipality_pct"),
        ),
        cells("hele_landet n_exempt"),
        *(OVERVIEW, "91", DECEMBER, "n_exempt", DECEMBER),
    ),
    "a hidden month in the next publication": Weakness(
        several(
            FSM2,
            {
                "1": {NOVEMBER: OTHERS | {"loennede_timer": 3}, DECEMBER: OTHERS},
                "2": {NOVEMBER: OTHERS, DECEMBER: OTHERS},
            },
            [NOVEMBER, DECEMBER],
        ),
        lambda cell: (
            cell.month == NOVEMBER
            and cell.area != POOLED["participating"]
            and cell.measure
            in (
                *("n_fulfilled", "fulfilled_pct", "loennede_timer_pct"),
                *("reached_lower", "reached_full"),
            )
        ),
        cells("2 n_fulfilled 2021-12"),
        *(REQUIREMENT, "1", NOVEMBER, "n_fulfilled", DECEMBER),
    ),
    "a group between two that are the same": Weakness(
        several(AP, as_before("123"), [NOVEMBER, DECEMBER, JANUARY]),
        lambda cell: (
            cell.measure == "mean_municipality_pct"
            or (cell.area in ("1", "2") and cell.month == DECEMBER)
        ),
        cells("1 n_measured 2021-12"),
        *(EXEMPT, "1", DECEMBER, "n_exempt", DECEMBER),
    ),
    "the total of one municipality": Weakness(
        month(FSM2, {"1": OTHERS | {"exempt": 3}}, DECEMBER),
        lambda cell: cell.measure in ("n_fritagelsesgruppe", "n_rehabiliteringsgruppe"),
        cells("deltagere n_rehabiliteringsgruppe"),
        *(TARGET_GROUP, "deltagere", DECEMBER, "n_fritagelsesgruppe", DECEMBER),
    ),
    "the first month in which a requirement is met": Weakness(
        month(
            AP,
            {"1": {"uddannelse": 18, "sygedagpenge": 2, "exempt": 9}, "2": BIG},
            JANUARY,
        ),
        lambda cell: (
            cell.measure
            not in ("n_measured", "n_target_group", "n_exempt", "exempt_pct")
            and (cell.area != "2" or cell.measure != "met_requirement")
        ),
        cells("1 first_month_met"),
        *(BY_MUNICIPALITY, "1", JANUARY, "fulfilled_pct", JANUARY),
        exposures.COMPLEMENT,
    ),
    "a requirement that is not met": Weakness(
        month(
            FSM2,
            {"1": {"uddannelse": 4, "sygedagpenge": 20, "exempt": 9}, "2": OTHERS},
            JANUARY,
        ),
        lambda cell: (
            cell.measure
            in (
                *("n_fulfilled", "fulfilled_pct", "uddannelse_pct", "reached_lower"),
                *("loennede_timer_pct", "reached_full"),
            )
        ),
        lambda cell: cell.area == "1" and cell.measure == "reached_full",
        *(REQUIREMENT, "1", JANUARY, "n_fulfilled", JANUARY),
    ),
    "how many municipalities have met it": Weakness(
        month(
            AP,
            {
                "1": {"uddannelse": 18, "sygedagpenge": 2, "exempt": 9},
                "2": {"uddannelse": 28, "exempt": 9},
            },
            JANUARY,
        ),
        lambda cell: (
            cell.measure
            not in ("n_measured", "n_target_group", "n_exempt", "exempt_pct")
        ),
        cells("deltagere n_municipalities_met"),
        *(BY_MUNICIPALITY, "1", JANUARY, "fulfilled_pct", JANUARY),
        exposures.COMPLEMENT,
    ),
}


@pytest.mark.parametrize("name", WEAKNESSES)
def test_a_weakness_is_found_where_it_is(name: str, tmp_path: Path) -> None:
    weakness = WEAKNESSES[name]
    assert found(tmp_path / "sound", weakness, is_leaking=False) == []
    wanted = Exposure(
        initiative=weakness.made.initiative,
        table=weakness.table,
        area=weakness.area,
        month=weakness.month,
        measure=weakness.measure,
        publication_date=publication_date(weakness.report_month),
        problem=weakness.problem,
    )
    assert wanted in found(tmp_path / "weak", weakness, is_leaking=True)
