"""Rule seeds that would make a figure wrong stop the build, and name the row."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from labour_monitor import project, rule_data, seed_files
from labour_monitor.landing import opening


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    shutil.copytree(project.root() / "seeds", tmp_path / "seeds")
    return tmp_path / "seeds"


def change(seeds: Path, seed: str, old: str, new: str) -> None:
    file = seeds / f"rules/{seed}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def change_ranks(seeds: Path) -> None:
    """The second signal of the first scheme gets the rank of the first one."""
    file = seeds / "rules/result_schemes.csv"
    header, first, second, *rest = file.read_text("utf-8").splitlines()
    values = second.split(",")
    values[2] = first.split(",")[2]
    lines = [header, first, ",".join(values), *rest]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def the_fault(seeds: Path, *parts: str) -> None:
    (fault,) = map(str, rule_data.faults(seeds))
    for part in parts:
        assert part in fault


def test_the_seeds_of_the_project_are_sound() -> None:
    assert rule_data.faults() == []


def test_an_initiative_without_municipalities(seeds) -> None:
    file = seeds / "rules/participation.csv"
    rows = [row for row in file.read_text().splitlines() if not row.startswith("fsm2")]
    file.write_text("\n".join(rows) + "\n")
    the_fault(seeds, "initiatives.csv line 3", "participation.csv", "none for 'fsm2'")


@pytest.mark.parametrize(
    "seed", ["eligible_benefit_groups", "excluding_programs", "exit_rules"]
)
def test_an_initiative_that_a_list_does_not_know(seeds, seed) -> None:
    """Without it nobody would be in the target group, and nothing would fail (C2, C5,
    E2, F1, F2)."""
    file = seeds / f"rules/{seed}.csv"
    rows = [row for row in file.read_text().splitlines() if not row.startswith("fsm2")]
    file.write_text("\n".join(rows) + "\n")
    the_fault(seeds, "initiatives.csv line 3", f"{seed}.csv", "none for 'fsm2'")


@pytest.mark.parametrize(
    ("seed", "old", "new", "column"),
    [
        ("initiatives", ",monthly,", ",montly,", "population"),
        ("initiatives", ",monthly,", ",,", "population"),
        ("initiatives", "2021-12-01,notat", "2021-12-01,notatet", "exemption_list"),
        ("result_schemes", ",fleksjob,afgang,", ",fleksjob,afgange,", "category"),
        ("result_schemes", ",10,", ",,", "rank"),
        ("exit_rules", "fsm2,death", "fsm2,deaths", "exit_event"),
        ("markers", ",step_up,", ",stepup,", "marker_use"),
        ("participation", "fsm2,", "fsm2,9", "municipality_code"),
    ],
)
def test_a_value_that_no_rule_knows(seeds, seed, old, new, column) -> None:
    change(seeds, seed, old, new)
    the_fault(seeds, f"rules/{seed}.csv line", f"column {column}")


@pytest.mark.parametrize("month", ["2023-01-01", "2020-12-15"])
def test_a_month_range_that_is_none(seeds, month) -> None:
    change(seeds, "initiatives", "locked_cohort,2020-12-01", f"locked_cohort,{month}")
    the_fault(seeds, "initiatives.csv line 2", "first_month, last_month", month)


def test_a_month_that_is_no_date(seeds) -> None:
    change(seeds, "initiatives", "locked_cohort,2020-12-01", "locked_cohort,later")
    the_fault(seeds, "initiatives.csv line 2", "column first_month", "'later'")


def test_a_requirement_range_turned_round(seeds) -> None:
    change(seeds, "initiatives", "2022-01-01,2022-12-01", "2022-12-01,2022-01-01")
    the_fault(seeds, "requirement_first_month", "2022-12-01 to 2022-01-01")


def test_two_signals_of_the_same_rank(seeds) -> None:
    change_ranks(seeds)
    the_fault(seeds, "result_schemes.csv line 3", "column rank", "first on line 2")


@pytest.mark.parametrize(
    ("column", "values"),
    [("category", "uddannelse,true"), ("counts", "loennede_timer,false")],
)
def test_signals_of_one_status_that_say_another_thing_of_it(
    seeds, column, values
) -> None:
    """The counts of a publication, which has statuses alone, would not add up (R1)."""
    row = "fsm2,loen_uden_ydelse,50,loennede_timer,"
    change(seeds, "result_schemes", f"{row}loennede_timer,true", f"{row}{values}")
    said = ("'fsm2', 'loennede_timer'", "on line 19", "a status of its own")
    the_fault(seeds, "result_schemes.csv line 23", f"column {column}", *said)


def test_a_signal_missing(seeds) -> None:
    change(seeds, "result_schemes", "fsm2,fleksjob,", "afklaringspuljen,fleksjob_,")
    faults = "\n".join(map(str, rule_data.faults(seeds)))
    assert "no row for 'fleksjob' of 'fsm2'" in faults
    assert "'fleksjob_'" in faults


def test_a_signal_twice(seeds) -> None:
    file = seeds / "rules/result_schemes.csv"
    with file.open("a") as rows:
        rows.write("fsm2,fleksjob,999,fleksjob,anden_ydelse,false,x\n")
    the_fault(seeds, "column signal", "'fleksjob' of 'fsm2' again")


def test_an_initiative_twice(seeds) -> None:
    change(seeds, "initiatives", "fsm2,Flere skal med 2", "afklaringspuljen,Igen")
    faults = "\n".join(map(str, rule_data.faults(seeds)))
    assert "'afklaringspuljen' again" in faults


@pytest.mark.parametrize(
    ("seed", "row"),
    [
        ("participation", "fsm4,101,false,x"),
        ("eligible_benefit_groups", "fsm4,kontanthjaelp,x"),
        ("excluding_programs", "fsm4,sho,x"),
        ("exit_rules", "fsm4,death,x"),
    ],
)
def test_a_rule_of_an_initiative_that_is_none(seeds, seed, row) -> None:
    with (seeds / f"rules/{seed}.csv").open("a") as rows:
        rows.write(f"{row}\n")
    the_fault(seeds, f"rules/{seed}.csv line", "'fsm4'")


def test_faults_of_the_rules_stop_the_run_with_those_of_the_deliveries(
    seeds, workshop, monkeypatch
) -> None:
    change_ranks(seeds)
    (workshop.landing / "ydelser").rename(workshop.landing / "gone")
    sound = rule_data.faults
    monkeypatch.setattr(opening.rule_data, "faults", lambda: sound(seeds))
    faults = opening.examine(str(workshop.landing), None, "notat").faults
    message = "\n".join(map(str, faults))
    assert "column rank" in message
    assert "source ydelser" in message


def test_the_participants_are_the_31_and_an_example_of_56() -> None:
    """M1. An example list may be replaced by a real one, but not cut down."""
    rows = seed_files.read("participation")
    assert sum(row["initiative"] == "fsm2" for row in rows) == 31
    example = [row for row in rows if row["is_example"] == "true"]
    assert {row["initiative"] for row in example} <= {"afklaringspuljen"}
    assert len(example) in (0, 56)


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        ("2020-02-28", None),
        ("2020-02-29", "2019-12-01"),
        ("2021-02-27", "2020-11-01"),
        ("2021-02-28", "2020-12-01"),
    ],
)
def test_the_newest_month_that_dream_must_reach(as_of, month) -> None:
    newest = rule_data.newest_month_start(date.fromisoformat(as_of))
    assert newest == (month and date.fromisoformat(month))


def test_the_newest_month_is_never_after_the_last_one_of_an_initiative() -> None:
    last_months = [
        row["last_month"]
        for row in seed_files.read("initiatives")
        if row["population"] == "monthly"
    ]
    newest = rule_data.newest_month_start(date(2100, 1, 1))
    assert str(newest) == max(last_months)


def test_the_newest_month_is_that_of_dim_month(built) -> None:
    ((as_of, month),) = built.query("""
        select (select as_of_date from intermediate.int_as_of), max(data_month)
        from marts.dim_month
        where initiative = 'fsm2' and is_reportable
    """)
    assert rule_data.newest_month_start(as_of) == month
