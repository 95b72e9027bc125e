"""A run and a landing are known by themselves: nothing is kept that rests on another
run, landing, date or rule, and what does stops with a message that says what to run."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from labour_monitor import building, fingerprints, rule_data, runs
from labour_monitor.landing import identity
from labour_monitor.landing.inputs import DeliveredFile, Input

from .conftest import state

FEBRUARY, MARCH = "2021-02-28", "2021-03-31"
RUN = "select * from landing.run"
KEPT_BY_OTHERS = "stay as they were kept"
TWO_RUNS = "nothing is kept or shown of "


def dream_until_march(workshop) -> None:
    """A DREAM that reaches far enough for a run as of the end of March."""
    newest = workshop.file("dream", workshop.deliveries("dream")[-1])
    workshop.deliver("dream", "2021-03-15", f"select * from read_parquet('{newest}')")


def refuses(workshop, *command: str, **variables: str) -> str:
    """The message of a command that must be refused, and leave everything as it was."""
    before = state(workshop), workshop.query(RUN)
    assert not workshop.dbt(*command, **variables)
    assert (state(workshop), workshop.query(RUN)) == before
    assert "Traceback" not in workshop.output
    return workshop.output


@pytest.mark.parametrize(
    "selection",
    [
        ("--exclude", "path:models/staging"),
        ("--select", "int_publications_kept"),
        ("--select", "path:models/marts"),
    ],
)
def test_a_run_without_staging_as_of_another_date_keeps_nothing(
    workshop, february, selection
) -> None:
    dream_until_march(workshop)
    message = refuses(workshop, "run", *selection, as_of=MARCH)
    assert "models/staging/" in message or "models/intermediate/" in message
    assert "as of 2021-02-28, which had other inputs" in message
    assert "run `dbt build`" in message


def test_a_work_table_of_two_runs_is_made_and_said_to_be_one(
    workshop, february
) -> None:
    dream_until_march(workshop)
    work = ("int_residences", "int_exit_events")
    assert workshop.dbt("run", "--select", *work, as_of=MARCH), workshop.output
    (line,) = [line for line in workshop.output.splitlines() if TWO_RUNS in line]
    assert "kept or shown of int_exit_events and 1 more as this run makes it" in line
    assert f"as of {MARCH}: it rests on " in line
    assert f", as of {FEBRUARY}, which had other inputs; select" in line
    assert line.endswith("select what it reads too (`+int_exit_events`)")
    # Written down as of no run, it is said of what is made from it too.
    around = ("--select", "+int_exit_events", "--exclude", "int_residences")
    assert workshop.dbt("run", *around, as_of=MARCH), workshop.output
    (line,) = [line for line in workshop.output.splitlines() if TWO_RUNS in line]
    assert "it rests on int_residences, and no run has made it" in line
    assert workshop.dbt("run", "--select", "+int_exit_events", as_of=MARCH)
    assert TWO_RUNS not in workshop.output


def test_a_run_with_other_rules_says_that_the_reports_stay(workshop, february) -> None:
    """On a database of a version that did not keep the lists of a publication: nothing
    is guessed, and what is kept later has them."""
    lists = """
        select initiative, exemption_list, has_example_participants
        from marts.dim_publication order by initiative
    """
    made_by = [("afklaringspuljen", "notat", True), ("fsm2", "notat", False)]
    assert workshop.query(lists) == made_by
    reports = workshop.csv("select * from marts.rpt_afklaringspuljen_overview")
    with duckdb.connect(str(workshop.database)) as connection:
        for column in ("exemption_list", "has_example_participants", "counts"):
            connection.execute(
                f"alter table state.int_publication_rules_kept drop {column}"
            )
    assert workshop.dbt("run", as_of=FEBRUARY, exemption_list="faq"), workshop.output
    assert workshop.query(lists) == [(name, None, None) for name, *_ in made_by]
    (said,) = [line for line in workshop.output.splitlines() if KEPT_BY_OTHERS in line]
    assert f"the reports of afklaringspuljen published {FEBRUARY} stay" in said
    assert "rules or vars: exemption_list (notat then, faq now). The facts" in said
    assert workshop.csv("select * from marts.rpt_afklaringspuljen_overview") == reports


@pytest.mark.parametrize(
    "seed", ["initiatives", "participation", "result_schemes", "signals"]
)
def test_a_publication_that_was_kept_without_its_rules_gets_no_others(
    workshop, february, seed
) -> None:
    """P4: as after a run that was cut short between the two tables of state, or left
    the second out. What it was made by is put back first; of other rules nothing is
    kept."""
    rules = "select * from state.int_publication_rules_kept"
    kept = workshop.csv(rules)
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(
            "delete from state.int_publication_rules_kept where initiative = 'fsm2'"
        )
        connection.execute(
            "update state.int_run_inputs set digest = 'others' "
            f"where kind = 'rules' and name like '%/{seed}.csv'"
        )
    others = ("--exclude", "int_publication_rules_kept+")
    assert workshop.dbt("run", *others, as_of=FEBRUARY), workshop.output
    is_let_in = workshop.dbt("run", as_of=FEBRUARY)
    if seed == "signals":
        assert is_let_in, workshop.output
        assert workshop.csv(rules) == kept
    else:
        assert not is_let_in
        assert "The run cannot start: 1 fault" in workshop.output
        assert f"/{seed}.csv: expected the content by which" in workshop.output
        assert f"fsm2 published {FEBRUARY} was kept, until" in workshop.output
        assert "put the file back as it was" in workshop.output


def read_now(**content: str) -> list[Input]:
    """What a run reads, by kind and name in one word."""
    return [
        Input(*name.split("__")[:1], None, None, name.split("__")[1], 1, 1, digest)
        for name, digest in content.items()
    ]


def made_by(**content: str) -> dict[tuple[str, str], str]:
    return {(each.kind, each.name): each.digest for each in read_now(**content)}


@pytest.mark.parametrize(
    ("as_of", "is_due"), [("2021-03-30", False), ("2021-03-31", True)]
)
def test_what_a_publication_was_made_by_that_is_another_now(as_of, is_due) -> None:
    """It is told when a run starts that keeps the next one, and of what stays when it
    ends. A file that came or went is a difference, a delivery is none."""
    then = {"rules__r": "old", "code__models": "m", "parameter__exemption_list": "faq"}
    now = {**then, "rules__r": "new", "parameter__exemption_list": "notat"}
    before = {**now, "rules__came": "c", "rules__went_too": "w"}
    now["code__models"] = "another"
    now |= {"rules__came": "c", "rules__went_too": "w"}
    february = date(2021, 2, 28)
    known = runs.Known(
        kept_with={
            ("a", february): made_by(**then),
            ("own", february): made_by(**then),
            ("same", february): made_by(**before),
        }
    )
    publications = [
        rule_data.Publication(name, "monthly", date(2021, 1, 1), day)
        for name in ("a", "own", "same")
        for day in (february, date(2021, 3, 31))
    ]
    at_start, at_end = runs.told_of_other_rules(
        known,
        date.fromisoformat(as_of),
        read_now(**now, delivery__part="d"),
        publications,
        {"own"},
    )
    what = "exemption_list (faq then, notat now), came, r and "
    if is_due:
        assert at_end == at_start
        assert "publication of a that is due is made by other rules" in at_start[0]
        assert f"than that of 2021-02-28: {what}2 more. Once it is kept" in at_start[0]
    else:
        assert at_start == []
        assert "the reports of a published 2021-02-28 stay as they were" in at_end[0]
        assert f"rules or vars: {what}1 more. The facts" in at_end[0]
    own = ": came, r, went_too and 1 more. " if is_due else ": came, r, went_too. "
    assert own in at_end[1], "V2: its list is its own"
    if is_due:
        assert "of same that is due is made by other rules" in at_end[2]
        assert ": models. Once it is kept" in at_end[2]
    assert len(at_end) == (3 if is_due else 2), "of the code alone nothing is told"


def test_a_delivery_under_a_date_that_had_passed_is_told_of() -> None:
    read = [
        DeliveredFile(source, day, "part", 1, 1, "d")
        for source, day in (
            ("bopael", date(2021, 2, 28)),
            ("dream", date(2021, 2, 28)),
            ("eindkomst", date(2021, 3, 1)),
        )
    ]
    known = runs.Known(files=(read[0],), newest_as_of=date(2021, 2, 28))
    (late,) = runs.told_of_late_deliveries(known, date(2021, 3, 31), read)
    assert "source dream, delivery 2021-02-28: it came after the run as of" in late
    # As of an earlier day other snapshots are read than the newest run has read.
    assert not runs.told_of_late_deliveries(known, date(2021, 2, 27), read)
    assert not runs.told_of_late_deliveries(runs.Known(), date(2021, 3, 31), read)


def test_a_part_of_the_same_run_may_be_made_again(workshop, february) -> None:
    before = workshop.query("select run_number, started_at from landing.run")
    assert workshop.dbt("run", "--select", "fct_area_month", as_of=FEBRUARY), (
        workshop.output
    )
    assert TWO_RUNS not in workshop.output
    assert workshop.query("select run_number, started_at from landing.run") == before
    assert workshop.figures() == february


def test_a_rule_seed_that_was_edited_and_not_loaded_stops_the_run(
    workshop, february, monkeypatch
) -> None:
    edited = "seeds/rules/initiatives.csv"
    digests = [
        replace(print_, digest="0" * 64) if print_.name == edited else print_
        for print_ in fingerprints.of_rules()
    ]
    monkeypatch.setattr(fingerprints, "of_rules", lambda: digests)
    message = refuses(workshop, "run", as_of=FEBRUARY)
    assert edited in message
    assert "loaded from another content of its file" in message
    assert "dbt seed" in message


def test_a_work_table_of_an_old_seed_is_nothing_to_keep_figures_from(
    workshop, february, monkeypatch
) -> None:
    """The seed is edited, a work table is made from what was loaded before, and only
    then the seed is loaded: its digest is right, and the work table is not."""
    edited = "seeds/rules/result_schemes.csv"
    digests = [
        replace(print_, digest="0" * 64) if print_.name == edited else print_
        for print_ in fingerprints.of_rules()
    ]
    monkeypatch.setattr(fingerprints, "of_rules", lambda: digests)
    work = ("run", "--select", "path:models/staging", "path:models/intermediate")
    assert workshop.dbt(*work, as_of=FEBRUARY), workshop.output
    assert f"{TWO_RUNS}int_" in workshop.output
    assert "it rests on result_schemes, and it was loaded from another content" in (
        workshop.output
    )
    assert workshop.dbt("seed", as_of=FEBRUARY), workshop.output
    message = refuses(workshop, "run", "--exclude", *work[2:], as_of=FEBRUARY)
    assert "no run has made it" in message
    assert "run `dbt build`" in message


@pytest.mark.parametrize(
    "command", [("compile",), ("docs", "generate"), ("parse",), ("ls",), ("test",)]
)
def test_commands_that_build_nothing_change_nothing(
    workshop, february, command
) -> None:
    views = "select sql from duckdb_views() where schema_name = 'landing' order by all"
    before = workshop.query(RUN), workshop.query(views), state(workshop)
    selection = ("--select", "int_as_of") if command[0] != "parse" else ()
    workshop.dbt(*command, *selection, landing_path="elsewhere")
    assert (workshop.query(RUN), workshop.query(views), state(workshop)) == before


@pytest.mark.parametrize("flag", [("--empty",), ("--sample", "1 day")])
def test_empty_and_sampled_runs_are_refused(workshop, february, flag) -> None:
    message = refuses(workshop, "run", *flag, as_of=FEBRUARY)
    assert "--empty and --sample" in message


def a_failed_first_run(workshop, seed: str, *selection: str, **variables: str) -> None:
    """The run stops in the middle: a seed is not as its file."""
    name = seed.partition(".")[2]
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(f"alter table {seed} rename to away")
        connection.execute(f"create table {seed} as select 'nothing' as of_use")
    assert not workshop.dbt("run", "--write-json", *selection, **variables)
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute(f"drop table {seed}")
        connection.execute(
            f"alter table {seed.partition('.')[0]}.away rename to {name}"
        )


def test_a_retry_after_a_failed_first_run_locks_the_cohort(workshop, february) -> None:
    workshop.reset()
    a_failed_first_run(workshop, "rules.exit_rules", as_of=FEBRUARY)
    assert not workshop.control.exists()
    assert workshop.dbt("retry", as_of=FEBRUARY), workshop.output
    assert workshop.control.exists()
    assert workshop.figures() == february
    assert workshop.query("select count(*) from state.int_runs") == [(1,)]


def test_a_retry_after_new_deliveries_is_refused(workshop) -> None:
    selection = ("--select", "+stg_dream__benefit_weeks")
    a_failed_first_run(workshop, "code_lists.benefit_groups", *selection)
    newest = workshop.file("bopael", workshop.deliveries("bopael")[-1])
    workshop.deliver("bopael", "2023-03-15", f"select * from read_parquet('{newest}')")
    assert not workshop.dbt("retry")
    assert "which had other inputs" in workshop.output
    assert "run `dbt build`" in workshop.output
    assert not workshop.control.exists()


def test_a_run_started_again_in_another_time_zone_comes_after(
    workshop, february, monkeypatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        workshop.run(FEBRUARY, until=["int_runs"])
        assert workshop.query("select run_number from landing.run") == [(2,)]
        workshop.run("2021-02-27", until=["int_runs"])
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    numbers = workshop.query("select run_number, started_at from state.int_runs")
    assert [number for number, _ in sorted(numbers)] == [2, 3]
    _, started_at = max(numbers)
    now = datetime.now(UTC).replace(tzinfo=None)
    assert timedelta(0) <= now - started_at < timedelta(minutes=10)


def test_a_landing_may_be_moved_and_linked(workshop, february) -> None:
    """Kept publications, revisions and the lock go with it."""
    elsewhere, link = workshop.folder / "elsewhere", workshop.folder / "link"
    workshop.landing.rename(elsewhere)
    link.symlink_to(elsewhere)
    try:
        workshop.run(FEBRUARY, landing=link)
        assert workshop.figures() == february
        assert workshop.query("select landing_path from landing.run") == [
            (str(elsewhere),)
        ]
    finally:
        link.unlink()
        elsewhere.rename(workshop.landing)


def test_another_landing_is_refused(workshop, february) -> None:
    other = workshop.folder / "another"
    shutil.copytree(workshop.pristine, other)
    try:
        (other / identity.FILE_NAME).unlink()
        message = refuses(workshop, "run", as_of=FEBRUARY, landing_path=str(other))
        assert "the landing that this database was built from" in message
        assert not (other / identity.FILE_NAME).exists()
        identity.mark(other, identity.new())
        message = refuses(workshop, "run", as_of=FEBRUARY, landing_path=str(other))
        assert "found another one" in message
        assert "MONITORING_DUCKDB_PATH" in message
    finally:
        shutil.rmtree(other)


def test_an_id_that_is_gone_stops_the_run_and_can_be_put_back(
    workshop, february
) -> None:
    file = workshop.landing / identity.FILE_NAME
    known = json.loads(file.read_text())["landing_id"]
    file.unlink()
    message = refuses(workshop, "run", "--select", "fct_area_month", as_of=FEBRUARY)
    assert f'{{"landing_id": "{known}"}}' in message
    file.write_text(f'{{"landing_id": "{known}"}}')
    assert workshop.dbt("run", "--select", "fct_area_month", as_of=FEBRUARY)
    file.write_text("{}")
    message = refuses(workshop, "run", as_of=FEBRUARY)
    assert "the id of the landing" in message


def test_a_landing_that_cannot_be_written_is_known_by_its_database(
    workshop, february, monkeypatch
) -> None:
    workshop.reset()
    (workshop.landing / identity.FILE_NAME).unlink()

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(identity, "write_json", refuse)
    run = ("run", "--select", "+int_runs")
    assert workshop.dbt(*run, as_of=FEBRUARY), workshop.output
    assert "the landing is known by this database alone" in workshop.output
    assert workshop.dbt(*run, as_of=FEBRUARY), workshop.output
    ids = workshop.query("select distinct landing_id from state.int_runs")
    assert len(ids) == 1
    assert not (workshop.landing / identity.FILE_NAME).exists()


def test_every_table_says_which_run_made_it(workshop, february) -> None:
    made = dict(workshop.query("select node, run_number from landing.built"))
    seeds = {
        name
        for (name,) in workshop.query(
            "select table_name from duckdb_tables() "
            "where schema_name in ('rules', 'code_lists')"
        )
    }
    assert {made.pop(seed) for seed in seeds} == {1}
    assert {"stg_dream__persons", "int_statuses", "fct_area_month"} <= set(made)
    assert set(made.values()) == {2}


def up_to_date(workshop, as_of: str = FEBRUARY) -> bool:
    return building.is_up_to_date(workshop.landing, workshop.database, as_of)


@pytest.fixture
def tested(workshop, february):
    """As if every test had been run in the run of February."""
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute("update landing.run set is_tested = true")
    return workshop


def test_what_is_up_to_date_is_asked_of_the_database(tested) -> None:
    assert up_to_date(tested)
    assert not up_to_date(tested, "2021-02-27")
    assert not up_to_date(tested, None)


def test_a_run_of_another_date_in_between_is_not_up_to_date(tested) -> None:
    assert tested.dbt("run", "--select", "+int_as_of", as_of="2021-02-27")
    assert not up_to_date(tested)


def test_without_all_tests_it_is_not_up_to_date(workshop, february) -> None:
    assert not up_to_date(workshop)


def test_without_its_control_file_it_is_not_up_to_date(tested) -> None:
    tested.control.unlink()
    assert not up_to_date(tested)


def test_another_database_is_not_up_to_date(tested) -> None:
    shutil.copy(tested.seeded, tested.database)
    assert not up_to_date(tested)
    tested.database.unlink()
    assert not up_to_date(tested)


def test_new_deliveries_behind_a_link_are_seen(tested) -> None:
    bopael, away = tested.landing / "bopael", tested.folder / "bopael_away"
    bopael.rename(away)
    bopael.symlink_to(away)
    try:
        assert up_to_date(tested)
        newest = tested.file("bopael", tested.deliveries("bopael")[0])
        tested.deliver(
            "bopael", "2021-02-27", f"select * from read_parquet('{newest}')"
        )
        assert not up_to_date(tested)
    finally:
        bopael.unlink()
        shutil.rmtree(away)


def test_two_runs_of_the_same_inputs_have_the_same_digest(workshop, february) -> None:
    workshop.run(FEBRUARY, until=["fct_area_month"])
    digests = workshop.query("select distinct inputs_digest from state.int_runs")
    assert len(digests) == 1
    assert Path(workshop.query("select landing_path from landing.run")[0][0]).is_dir()
