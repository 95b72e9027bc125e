"""More initiatives by data alone, as rows of the rule seeds, on the same models: Flere
skal med III, whose group moves, and a second one with a locked cohort (C1-C8). It is a
test of the architecture, not part of the default build."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from labour_monitor import compiled, project

FSM3 = "fsm3"
LOCKED = "afklaring_2"
"""Made up: another reference week, window and share, drawn from later deliveries."""
MUNICIPALITIES = ("101", "461", "751")
ROWS: dict[str, list[dict[str, str]]] = {
    "initiatives": [
        {
            "initiative": FSM3,
            "initiative_name": "Flere skal med III",
            "population": "monthly",
            "first_month": "2021-12-01",
            "last_month": "2023-12-01",
            "publication_lag_months": "2",
            "min_age": "31",
            "personkategori_kode": "5",
            "requirement_pct": "20",
            "requirement_first_month": "2021-12-01",
            "requirement_last_month": "2023-12-01",
            "exemption_list": "notat",
            "has_country": "false",
            "reference": "made up",
        },
        {
            "initiative": LOCKED,
            "initiative_name": "Afklaring 2",
            "population": "locked_cohort",
            "first_month": "2021-03-01",
            "last_month": "2022-12-01",
            "publication_lag_months": "2",
            "min_age": "40",
            "personkategori_kode": "5",
            "requirement_pct": "50",
            "requirement_first_month": "2022-01-01",
            "requirement_last_month": "2022-12-01",
            "exemption_list": "notat",
            "has_country": "true",
            "cohort_reference_date": "2020-08-30",
            "cohort_lock_date": "2021-03-01",
            "cohort_window_start_date": "2015-08-31",
            "cohort_window_pct": "50",
            "cohort_control_file": "cohort_lock_2.json",
            "reference": "made up",
        },
    ],
    "participation": [
        {"initiative": name, "municipality_code": code, "is_example": "true"}
        for name in (FSM3, LOCKED)
        for code in MUNICIPALITIES
    ],
    "eligible_benefit_groups": [
        {"initiative": name, "benefit_group": group}
        for name in (FSM3, LOCKED)
        for group in (
            "kontanthjaelp",
            "kontanthjaelp_jobparat",
            "integrationsydelse_sho_overgangsydelse",
        )
    ],
    "excluding_programs": [
        {"initiative": name, "program_kode": "intro"} for name in (FSM3, LOCKED)
    ],
    "exit_rules": [
        {"initiative": name, "exit_event": event}
        for name in (FSM3, LOCKED)
        for event in ("moved", "folkepension", "death")
    ],
}


def scheme() -> list[dict[str, str]]:
    """Flere skal med 2's scheme with ordinary paid hours alone counting, and the scheme
    of Afklaringspuljen as it is."""
    with (project.root() / "seeds/rules/result_schemes.csv").open() as file:
        rows = list(csv.DictReader(file))
    hours = {"loen_elev", "loen_uden_ydelse", "loen_med_ydelse"}
    return [
        row | {"initiative": FSM3, "counts": str(row["signal"] in hours).lower()}
        for row in rows
        if row["initiative"] == "fsm2"
    ] + [
        row | {"initiative": LOCKED}
        for row in rows
        if row["initiative"] == "afklaringspuljen"
    ]


@pytest.fixture(scope="module")
def database(built, tmp_path_factory) -> Path:
    """The project with the rows of the third initiative, built on the same landing."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("models", "macros", "profiles", "src", "tests", "analyses"):
        (copy / name).symlink_to(project.root() / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(project.root() / name, copy / name)
    shutil.copytree(project.root() / "seeds", copy / "seeds")
    for seed, rows in (ROWS | {"result_schemes": scheme()}).items():
        file = copy / f"seeds/rules/{seed}.csv"
        with file.open(newline="") as existing:
            names = next(csv.reader(existing))
        with file.open("a", newline="") as appended:
            csv.DictWriter(appended, names, lineterminator="\n").writerows(rows)
    database = copy / built.database.name
    landing = copy / "landing"
    shutil.copytree(built.landing, landing)
    wanted = ("fct_area_month_status", "fct_area_month", "fct_citizen_month")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        compiled.dbt(
            database,
            *("build", "--exclude-resource-type", "test", "unit_test"),
            *("--select", "resource_type:seed", *(f"+{name}" for name in wanted)),
            *("+fct_cohort", "dim_status"),
            landing_path=str(landing),
        )
    return database


def query(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_its_figures_come_out_for_its_municipalities_and_months(database) -> None:
    rows = query(
        database,
        f"""
        select area_code, data_month, n_target_group, n_measured, n_fulfilled
        from marts.fct_area_month
        where initiative = '{FSM3}'
        """,
    )
    months = {month for _, month, *_ in rows}
    assert {code for code, *_ in rows} == {*MUNICIPALITIES, "deltagere"}
    assert f"{min(months):%Y-%m}" == "2021-12"
    assert f"{max(months):%Y-%m}" == "2022-12"  # reportable at the newest delivery
    assert len(rows) == len(months) * 4
    pooled = [row for row in rows if row[0] == "deltagere"]
    assert all(row[2] >= row[3] > row[4] > 0 for row in pooled)


def test_its_people_and_results_follow_its_own_rows(database) -> None:
    (counting,) = query(
        database,
        f"""
        select list_sort(list(distinct status)) from marts.fct_citizen_month
        where initiative = '{FSM3}' and is_fulfilled
        """,
    )
    assert counting == (["loennede_timer"],)
    (ages,) = query(
        database,
        f"""
        select min(age), min(eligibility_date)::varchar
        from intermediate.int_eligible_citizens
        where initiative = '{FSM3}'
        """,
    )
    assert ages == (31, "2021-12-01")
    (groups,) = query(
        database,
        f"""
        select list_sort(list(distinct benefit_group))
        from intermediate.int_eligible_citizens
        where initiative = '{FSM3}'
        """,
    )
    assert "kontanthjaelp_integrationsloven" not in groups[0]


def test_the_other_two_are_as_they_were(database, built) -> None:
    sql = """
    select * from marts.fct_area_month
    where initiative in ('afklaringspuljen', 'fsm2')
    order by initiative, area_type, area_code, data_month
    """
    assert query(database, sql) == built.query(sql)


def test_a_second_cohort_is_locked_by_its_own_dates_window_and_share(database) -> None:
    """C1, C4, C6, C8: the first one has 522 weeks and 80 pct., and is as it was."""
    rows = query(
        database,
        """
        select
            initiative, count(*), min(age), min(benefit_weeks), max(benefit_weeks),
            min(locked_as_of)::varchar
        from marts.fct_cohort
        group by initiative
        order by initiative
        """,
    )
    (second, first) = rows
    assert (first[0], second[0]) == ("afklaringspuljen", LOCKED)
    assert first[2:4] >= (30, 418)
    assert first[5] == "2020-10-01"
    # 261 weeks from week 36 of 2015 to week 35 of 2020.
    assert second[2] >= 40
    assert 131 <= second[3] <= second[4] <= 261
    assert second[5] == "2021-03-01"
    weeks = query(
        database,
        "select n_window_weeks from intermediate.int_locked_cohorts "
        f"where initiative = '{LOCKED}'",
    )
    assert weeks == [(261,)]


def test_a_second_cohort_is_drawn_from_the_deliveries_of_its_own_lock_date(
    database,
) -> None:
    read = dict(
        query(
            database,
            """
            select cohort_of, max(delivered_date)::varchar from landing.deliveries
            where source = 'bopael' and cohort_of <> ''
            group by cohort_of
            """,
        )
    )
    assert set(read) == {",afklaringspuljen,", f",{LOCKED},"}
    assert read[",afklaringspuljen,"] < "2020-10-01" < read[f",{LOCKED},"]


def test_a_second_cohort_has_a_control_file_and_figures_of_its_own(database) -> None:
    landing = database.parent / "landing"
    counts = dict(
        query(database, "select initiative, count(*) from marts.fct_cohort group by 1")
    )
    for name, file in (
        ("afklaringspuljen", "cohort_lock.json"),
        (LOCKED, "cohort_lock_2.json"),
    ):
        control = json.loads((landing / file).read_text())
        assert control["count"] == counts[name]
    months = query(
        database,
        f"""
        select count(distinct data_month), max(n_target_group), max(n_fulfilled)
        from marts.fct_area_month
        where initiative = '{LOCKED}' and area_code = 'hele_landet'
        """,
    )
    n_months, n_target_group, n_fulfilled = months[0]
    assert n_months == 22
    assert counts[LOCKED] >= n_target_group > n_fulfilled > 0
