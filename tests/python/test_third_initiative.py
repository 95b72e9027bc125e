"""A third initiative by data alone: Flere skal med III as rows of the rule seeds, on
the same models. It is a test of the architecture, not part of the default build."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from labour_monitor import project

FSM3 = "fsm3"
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
        }
    ],
    "participation": [
        {"initiative": FSM3, "municipality_code": code, "is_example": "true"}
        for code in MUNICIPALITIES
    ],
    "eligible_benefit_groups": [
        {"initiative": FSM3, "benefit_group": group}
        for group in (
            "kontanthjaelp",
            "kontanthjaelp_jobparat",
            "integrationsydelse_sho_overgangsydelse",
        )
    ],
    "excluding_programs": [{"initiative": FSM3, "program_kode": "intro"}],
    "exit_rules": [
        {"initiative": FSM3, "exit_event": event}
        for event in ("moved", "folkepension", "death")
    ],
}


def scheme() -> list[dict[str, str]]:
    """Flere skal med 2's scheme with ordinary paid hours alone counting."""
    with (project.root() / "seeds/rules/result_schemes.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["initiative"] == "fsm2"]
    hours = {"loen_elev", "loen_uden_ydelse", "loen_med_ydelse"}
    return [
        row | {"initiative": FSM3, "counts": str(row["signal"] in hours).lower()}
        for row in rows
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
    database = copy / "third.duckdb"
    landing = copy / "landing"
    shutil.copytree(built.landing, landing, copy_function=os.link)
    for command in (
        ["seed"],
        [
            "run",
            "--select",
            "+fct_area_month_status",
            "+fct_area_month",
            "+fct_citizen_month",
            "dim_status",
        ],
    ):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "dbt.cli.main", *command),
                *("--vars", json.dumps({"landing_path": str(landing)})),
            ],
            cwd=copy,
            env=os.environ | {"MONITORING_DUCKDB_PATH": str(database)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
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
    where initiative <> 'fsm3'
    order by initiative, area_type, area_code, data_month
    """
    assert query(database, sql) == built.query(sql)
