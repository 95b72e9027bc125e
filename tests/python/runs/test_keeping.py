"""What is kept of deliveries gives the figures that reading them all gives, whatever
ran before (`landing/keeping.py`)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from labour_monitor import project, runs
from labour_monitor.landing import narrowing
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import Opening

MONTHS = ("2020-10-15", "2020-12-31", "2021-02-28", "2023-02-28")
KEPT = "select count(*), count(distinct keeping_number) from staging.{}"
REPORTS = "stg_eindkomst__kept_rows"


def made(workshop) -> dict[str, bytes]:
    """All that follows from the deliveries of the run, whatever ran before."""
    tables = workshop.tables("intermediate")
    rows = workshop.csv(
        "select * from marts.dq_row_account",
        "select * from marts.dq_rejected_row",
        "select * from marts.fct_citizen_month",
        "select * from marts.fct_area_month",
        "select * from staging.stg_registers__exceptions",
        "select * from staging.stg_eindkomst__wage_reports",
        "select * from staging.stg_eindkomst__unusual_forms",
    )
    assert len(tables) > 45
    return tables | dict(zip(map(str, range(len(rows))), rows, strict=True))


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    # The run's own number and start.
    return [name for name in one if one[name] != other[name] and name != "int_as_of"]


def test_month_by_month_gives_what_one_run_of_all_gives(workshop, february) -> None:
    """With new deliveries, monitored citizens and reports that replace others in every
    run; then back in time, where what is kept of later deliveries may not count."""
    workshop.forget()
    at_once = {}
    for day in (MONTHS[1], MONTHS[-1]):
        workshop.run(day)
        at_once[day] = made(workshop)
        workshop.forget()
    for day in MONTHS:
        workshop.run(day)
    ((_, n_runs),) = workshop.query(KEPT.format(REPORTS))
    assert n_runs == len(MONTHS), "every run adds what is new to it"
    assert differing(made(workshop), at_once[MONTHS[-1]]) == []
    workshop.run(MONTHS[1])
    assert differing(made(workshop), at_once[MONTHS[1]]) == []


def written_while_read(workshop, monkeypatch, function: str, call: int) -> Path:
    """A file of a delivery to which somebody writes when the run calls a function of
    `narrowing` for the given time."""
    file = workshop.file("uddannelse", workshop.deliveries("uddannelse")[-1])
    of_run, calls = getattr(narrowing, function), []

    def called(*given: object) -> object:
        calls.append(function)
        if len(calls) == call:
            rows = pq.read_table(file)
            pq.write_table(rows.slice(1), file)
        return of_run(*given)

    monkeypatch.setattr(narrowing, function, called)
    return file


@pytest.mark.parametrize(
    ("selected", "function", "call"),
    [
        # While DREAM is copied: state is kept after it.
        ("+int_cohort_locked", "copies", 1),
        # When the run ends: its first call is before anything is read.
        ("int_area_names", "remove", 2),
    ],
)
def test_a_run_whose_files_are_written_while_it_reads_stops_and_has_made_nothing(
    workshop, monkeypatch, selected, function, call
) -> None:
    file = written_while_read(workshop, monkeypatch, function, call)
    assert not workshop.dbt("run", "--select", selected)
    assert "The run stops: 1 fault. What it has made counts as not made." in (
        workshop.output
    )
    said = "expected the file as it was when the run began; found another one"
    assert f"file {file.name}: {said}, written since" in workshop.output
    with duckdb.connect(str(workshop.database)) as connection:
        known = runs.known(runs.answers(connection, runs.QUESTIONS))
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    models = {*known.built} - {
        path.stem for path in project.root().glob("seeds/**/*.csv")
    }
    assert models == set()
    assert known.last is None or not known.last.is_complete
    assert ("int_cohort_locked",) not in tables


def test_so_does_a_run_of_the_models_alone(workshop, february, monkeypatch) -> None:
    def stop(_: Opening) -> None:
        raise LandingError([])

    monkeypatch.setattr(Opening, "check_unchanged", stop)
    with pytest.raises(LandingError):
        workshop.run(MONTHS[1], until=["int_areas"])
    ((is_complete,),) = workshop.query("select is_complete from landing.run")
    assert not is_complete


def test_what_a_run_that_was_cut_short_kept_is_thrown_away(workshop, february) -> None:
    """Its rows are those of a delivery that no finished run read, or of a number that
    none has."""
    before = made(workshop)
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(
            f"insert into staging.{REPORTS} select * replace (keeping_number + 1 as "
            f"keeping_number) from staging.{REPORTS} limit 50"
        )
        connection.execute(
            "insert into landing.kept_citizens select candidate_number, "
            "keeping_number + 1 from landing.kept_citizens limit 50"
        )
        for name in ("stg_bopael__exceptions", "stg_dream__weeks_read"):
            connection.execute(
                f"insert into staging.{name} select * replace ('cut short' as "
                f"delivery_key) from staging.{name}"
            )
    workshop.run("2021-02-28")
    assert differing(made(workshop), before) == []


def test_of_who_is_monitored_since_the_older_deliveries_are_read(
    workshop, february
) -> None:
    """By another category, and no week of DREAM: who was a candidate all along, and
    whose reports were not kept."""
    monitored = "select count(*) from intermediate.int_monitored_citizens"

    def run() -> dict[str, bytes]:
        newest = workshop.file("visitation", workshop.deliveries("visitation")[-1])
        everybody = f"select * replace (5 as personkategori_kode) from '{newest}'"
        workshop.deliver("visitation", "2021-03-10", everybody)
        workshop.run("2021-03-15")
        return made(workshop)

    ((n_before,),) = workshop.query(monitored)
    one_after_another = run()
    ((n_since,),) = workshop.query(monitored)
    assert n_since > n_before
    workshop.forget()
    assert differing(one_after_another, run()) == []


def test_what_is_changed_by_hand_in_what_is_kept_is_noticed(workshop, february) -> None:
    """A delivery of which rows were taken away is looked at again: rows that are
    rejected would count otherwise. So is one of which as many rows say something else.
    A table without any rows is missed too."""
    before = made(workshop)
    with duckdb.connect(str(workshop.database)) as connection:
        ((n_changed,),) = connection.execute(
            "update staging.stg_dream__weeks_read set benefit_group = 'folkepension' "
            "where hash(dream_row_id) % 3 = 0 and benefit_group is not null"
        ).fetchall()
        assert n_changed > 0
        for name, part in (
            ("stg_bopael__exceptions", "row_id % 2 = 0"),
            ("stg_personer__exceptions", "true"),
            (REPORTS, "is_suspect"),
        ):
            ((n_gone,),) = connection.execute(
                f"delete from staging.{name} where {part}"
            ).fetchall()
            assert n_gone > 0
    workshop.run("2021-02-28")
    assert differing(made(workshop), before) == []


def test_a_run_again_adds_nothing(workshop, february) -> None:
    before = workshop.query(KEPT.format(REPORTS))
    assert before[0][0] > 0
    for _ in range(2):
        workshop.run("2021-02-28")
        assert workshop.query(KEPT.format(REPORTS)) == before


def _remarked(workshop) -> set[str]:
    """The work tables that are still those which `_remark` saw."""
    return {
        name
        for (name,) in workshop.query(
            "select table_name from duckdb_tables() where comment = 'seen' "
            "and schema_name in ('staging', 'intermediate')"
        )
    }


def _remark(workshop) -> set[str]:
    """Put a mark on each work table to which dbt does not add."""
    kept = "select model from landing.deliveries_kept"
    names = workshop.query(
        "select schema_name, table_name from duckdb_tables() where schema_name in "
        f"('staging', 'intermediate') and table_name not in ({kept})"
    )
    with duckdb.connect(str(workshop.database)) as connection:
        for schema, name in names:
            connection.execute(f"comment on table {schema}.{name} is 'seen'")
    return {name for _, name in names}


def test_a_run_of_the_same_inputs_makes_no_work_table_again(workshop, february) -> None:
    """But what says something of the run itself, what is gone, and what no run has
    finished. State, published tables and marts are of the new run. Another var is
    another input of everything."""
    history = "select count(*), max(run_number) from state.int_record_history"
    n_known = workshop.query(history)
    seen = _remark(workshop)
    assert len(seen) > 45
    by_hand = {"int_target_group_monthly", "int_visitations"}
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute("drop table intermediate.int_statuses")
        connection.execute("delete from landing.built where node = 'int_signals'")
        connection.execute(
            "delete from intermediate.int_target_group_monthly where rowid = 0"
        )
        connection.execute(
            "update intermediate.int_visitations set start_date = start_date - 1 "
            "where rowid = 0"
        )
    assert workshop.dbt("run", as_of="2021-02-28"), workshop.output
    assert "stay as they were kept" not in workshop.output
    made_again = {"int_as_of", "int_statuses", "int_signals", *by_hand}
    assert seen - _remarked(workshop) == made_again
    assert workshop.query(history) == n_known
    assert workshop.figures() == february
    runs = "select count(distinct run_number), max(run_number) from landing.built"
    seeds = "where node not in (select table_name from duckdb_tables() where "
    seeds += "schema_name in ('rules', 'code_lists'))"
    assert workshop.query(f"{runs} {seeds}") == [(1, 3)]

    _remark(workshop)
    assert workshop.dbt(
        "run", "--select", "int_statuses", as_of="2021-02-28", exemption_list="faq"
    ), workshop.output
    assert "int_statuses" not in _remarked(workshop)


def test_a_table_of_an_earlier_form_is_made_anew(workshop, february) -> None:
    """As a version of the project left it that kept nothing of deliveries."""
    name = "stg_bopael__exceptions"
    rows = f"select row_id, exception from staging.{name} order by all"
    before = workshop.query(rows)
    assert before
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(f"alter table staging.{name} drop delivery_key")
        connection.execute("drop table landing.deliveries_kept")
    assert workshop.dbt("run", "--select", name, as_of="2021-02-28"), workshop.output
    assert workshop.query(rows) == before


def test_a_run_of_a_part_does_not_empty_what_it_reads(workshop, february) -> None:
    """Of other deliveries nothing is kept: what reads the tables by itself is refused
    before they are gone."""
    tables = workshop.tables("staging")
    assert not workshop.dbt(
        *("run", "--select", "stg_registers__exceptions"), as_of="2021-08-30"
    )
    assert "found no staging.stg_" in workshop.output
    assert "in this database of these deliveries, rules and code." in workshop.output
    assert "nothing was built" in workshop.output
    assert workshop.tables("staging") == tables
