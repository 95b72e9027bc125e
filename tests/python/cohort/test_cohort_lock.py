"""The locked cohort (C8): who is in it never changes unseen."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from labour_monitor import compiled, project, rule_data
from labour_monitor.cohort import lock
from labour_monitor.landing import closing, identity
from labour_monitor.landing.faults import LandingError

FILE = "cohort_lock.json"
LOCKED = "int_cohort_locked"
LOCK = ("run", "--select", f"+{LOCKED}")
NOTHING_DONE = closing.Closed([], {}, [], [])
"""The end of a run that does not come to it."""
MEMBERS = """
select citizen_key, municipality_code from state.int_cohort_locked
order by all
"""


def without_one_dream_person(workshop, delivered: str = "2020-09-30") -> None:
    """A delivery made in time for the cohort, without somebody who is in it."""
    sql = f"select * from read_parquet('{workshop.file('dream', '2020-09-28')}')"
    workshop.deliver(
        "dream",
        delivered,
        f"{sql} where {key_of('pnr')} <> ("
        f"select min(citizen_key) from ({cohort_of(workshop)}))",
    )


def key_of(column: str) -> str:
    return f"sha256('{project.DEMONSTRATION_SECRET}' || {column})"


def cohort_of(workshop) -> str:
    keys = ", ".join(f"('{key}')" for key, _ in workshop.query(MEMBERS))
    return f"select * from (values {keys}) as members (citizen_key)"


@pytest.fixture(scope="module")
def _first_build(_workshop, tmp_path_factory) -> tuple[Path, str]:
    _workshop.reset()
    assert _workshop.dbt(*LOCK), _workshop.output
    kept = tmp_path_factory.mktemp("locked")
    _workshop.keep(kept)
    return kept, _workshop.output


@pytest.fixture
def locked(_workshop, february, _first_build):
    """A landing locked by its first successful build."""
    _workshop.compiled()  # from the tables of February, for `run`
    kept, output = _first_build
    _workshop.restore(kept)
    _workshop.output = output
    return _workshop


def test_the_first_successful_build_locks_the_landing_and_says_so(locked) -> None:
    members = locked.query(MEMBERS)
    document = json.loads(locked.control.read_text())
    assert members
    assert document["count"] == len(members)
    said = f"the cohort of afklaringspuljen is locked: {len(members)} members"
    assert said in locked.output
    counts = {code: lock["count"] for code, lock in document["municipalities"].items()}
    assert sum(counts.values()) == len(members)
    assert not any(key in locked.control.read_text() for key, _ in members)


def test_the_same_deliveries_give_the_same_people(locked) -> None:
    members, written = locked.query(MEMBERS), locked.control.read_bytes()
    assert locked.dbt(*LOCK), locked.output
    assert locked.query(MEMBERS) == members
    assert locked.control.read_bytes() == written
    assert "is locked" not in locked.output


def test_a_full_refresh_does_not_unlock(locked) -> None:
    members = locked.query(MEMBERS)
    assert locked.dbt(*LOCK, "--full-refresh"), locked.output
    assert locked.query(MEMBERS) == members
    without_one_dream_person(locked)
    assert not locked.dbt(*LOCK, "--full-refresh")
    assert locked.query(MEMBERS) == members


def test_a_correction_delivered_after_the_lock_moves_nobody(locked) -> None:
    members = locked.query(MEMBERS)
    sql = f"select * from read_parquet('{locked.file('dream', '2020-09-28')}') limit 9"
    locked.deliver("dream", "2020-10-02", sql)
    locked.run(until=[LOCKED])
    assert locked.query(MEMBERS) == members


def test_other_members_stop_the_run_and_say_how_many_not_who(locked) -> None:
    members = locked.query(MEMBERS)
    without_one_dream_person(locked)
    with pytest.raises(duckdb.Error) as refused:
        locked.run(until=[LOCKED])
    said = str(refused.value)
    code = min(members)[1]
    assert f"members of municipality {code}: 0 entered, 1 left" in said
    assert not any(key in said for key, _ in members)
    assert locked.query(MEMBERS) == members


def test_a_new_database_is_held_to_the_control_file(locked) -> None:
    members = locked.query(MEMBERS)
    code = min(members)[1]
    count = sum(1 for _, other in members if other == code)
    shutil.copy(locked.seeded, locked.database)
    assert locked.dbt(*LOCK), locked.output
    assert locked.query(MEMBERS) == members
    without_one_dream_person(locked)
    shutil.copy(locked.seeded, locked.database)
    assert not locked.dbt(*LOCK)
    assert (
        f"control file, municipality {code}: {count} locked, {count - 1} found"
        in locked.output
    )


def test_another_secret_stops_the_run(locked, monkeypatch) -> None:
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another")
    assert not locked.dbt(*LOCK)
    assert "CITIZEN_KEY_SECRET" in locked.output
    assert "the secret under which the cohort was locked" in locked.output


def test_before_a_lock_another_secret_stops_the_run_too(workshop, monkeypatch) -> None:
    """D1: what was kept of citizens is under the keys of the first. Where nothing was
    kept there is nothing to be lost."""
    kept = ("run", "--select", "+int_runs")
    assert workshop.dbt(*LOCK, as_of="2020-09-30"), workshop.output
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another")
    assert workshop.dbt(*kept, as_of="2020-09-30"), workshop.output
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "a third one")
    assert not workshop.dbt(*kept, as_of="2020-09-30")
    assert "secret of the runs before in CITIZEN_KEY_SECRET" in workshop.output
    assert not workshop.dbt(*LOCK, as_of="2020-09-30")
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another")
    assert workshop.dbt(*kept, as_of="2020-09-30"), workshop.output


def test_before_the_lock_date_there_is_no_cohort_and_no_lock(workshop) -> None:
    assert workshop.dbt(*LOCK, as_of="2020-09-30"), workshop.output
    assert workshop.query(MEMBERS) == []
    assert not workshop.control.exists()


def test_a_cohort_of_nobody_is_locked_and_nobody_enters_it(workshop) -> None:
    given = f"select * from read_parquet('{workshop.file('visitation', '2020-09-28')}')"
    nobody = given.replace("*", "* replace (4 as personkategori_kode)", 1)
    workshop.deliver("visitation", "2020-09-30", nobody)
    assert workshop.dbt(*LOCK, as_of="2021-02-28"), workshop.output
    assert "is locked: 0 members" in workshop.output
    assert json.loads(workshop.control.read_text())["municipalities"] == {}
    assert workshop.dbt(*LOCK, as_of="2021-02-28"), workshop.output
    workshop.deliver("visitation", "2020-10-01", given)
    assert not workshop.dbt(*LOCK, as_of="2021-02-28")
    assert re.search(r"would change \(C8\).* 0 locked, \d+ found", workshop.output)
    assert workshop.query(MEMBERS) == []


def test_a_failed_build_writes_no_control_file(workshop) -> None:
    workshop.deliver("bopael", "2020-09-28", "select 1 as nothing")
    assert not workshop.dbt(*LOCK)
    assert not workshop.control.exists()
    assert not workshop.query(
        "select * from duckdb_tables() where schema_name = 'intermediate'"
    )


def test_a_failed_build_locks_nobody_in_the_database_either(workshop) -> None:
    """After it, registers may be corrected without unlocking."""
    a_run_that_fails_after_the_lock(workshop)
    the_next_run_draws_it_anew(workshop)
    # Now it is locked, whatever fails after it.
    drawn = len(workshop.query(MEMBERS))
    workshop.control.unlink()
    a_run_that_fails_after_the_lock(workshop)
    without_one_dream_person(workshop, "2020-10-01")
    assert not workshop.dbt(*LOCK)
    assert "is drawn anew" not in workshop.output
    assert "would change (C8)" in workshop.output
    assert len(workshop.query(MEMBERS)) == drawn


def test_a_build_that_is_killed_locks_nobody(workshop, monkeypatch) -> None:
    """Nothing of its end is done: not even that it failed is written down."""
    with monkeypatch.context() as patch:
        patch.setattr(closing, "close_run", lambda *_, **__: NOTHING_DONE)
        workshop.dbt(*LOCK)
    assert not workshop.control.exists()
    the_next_run_draws_it_anew(workshop)
    assert workshop.query("select * from landing.unconfirmed_locks") == []


def the_next_run_draws_it_anew(workshop) -> None:
    drawn = len(workshop.query(MEMBERS))
    assert drawn
    without_one_dream_person(workshop)
    assert workshop.dbt(*LOCK), workshop.output
    assert "is drawn anew: the run that drew it failed or was killed" in workshop.output
    assert f"is locked: {drawn - 1} members" in workshop.output
    assert len(workshop.query(MEMBERS)) == drawn - 1


def a_run_that_fails_after_the_lock(workshop) -> None:
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute("alter table rules.result_schemes rename to away")
        connection.execute("create table rules.result_schemes as select 1 as x")
    assert not workshop.dbt(*LOCK, "dim_status")
    with duckdb.connect(str(workshop.database)) as connection:
        connection.execute("drop table rules.result_schemes")
        connection.execute("alter table rules.away rename to result_schemes")


def test_every_mart_and_all_state_wait_for_the_lock(locked) -> None:
    models = {
        node.name: node.unique_id
        for node in models_of(locked)
        if node.schema == "marts" or is_state(node)
    }
    assert {"dim_month", "dq_finding", "int_publications_kept"} <= set(models)
    children: dict[str, list[str]] = defaultdict(list)
    for node in models_of(locked):
        for parent in node.depends_on.nodes:
            children[parent].append(node.unique_id)
    waiting = descendants(models.pop("int_cohort_locked"), children)
    assert [name for name, at in models.items() if at not in waiting] == []


def models_of(workshop) -> list:
    """The models as dbt parsed them."""
    nodes = compiled.manifest(workshop.database.stem).nodes.values()
    return [node for node in nodes if node.resource_type == "model"]


def is_state(node) -> bool:
    return node.schema == "state"


def descendants(unique_id: str, children: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    to_visit = [unique_id]
    while to_visit:
        new = set(children.get(to_visit.pop(), ())) - found
        found |= new
        to_visit += new
    return found


def test_a_refused_build_leaves_all_marts_and_state_as_they_were(
    workshop, february
) -> None:
    before = workshop.tables("marts") | state(workshop)
    assert len(before) > 20
    member, code = min(workshop.query(MEMBERS))
    to = max(code for _, code in workshop.query(MEMBERS))
    bopael = f"read_parquet('{workshop.file('bopael', '2020-09-28')}')"
    workshop.deliver(
        "bopael",
        "2020-09-30",
        f"select * replace (case when {key_of('pnr')} = '{member}' then '{to}' "
        f"else kom end as kom) from {bopael}",
    )
    assert not workshop.dbt("run", as_of="2021-02-28")
    assert f"members of municipality {code}: 0 entered, 1 left" in workshop.output
    assert f"members of municipality {to}: 1 entered, 0 left" in workshop.output
    assert "labour-monitor unlock" in workshop.output
    assert member not in workshop.output
    assert workshop.tables("marts") | state(workshop) == before


def state(workshop) -> dict[str, bytes]:
    """The tables that no run rebuilds."""
    found = {
        node.name: workshop.csv(f"select * from {node.schema}.{node.name}")
        for node in models_of(workshop)
        if is_state(node)
    }
    assert {"int_cohort_locked", "int_publications_kept"} <= set(found)
    return found


def municipalities() -> list[lock.MunicipalityLock]:
    return [lock.MunicipalityLock("101", 2, "a" * 64)]


def test_a_changed_control_file_is_an_error(tmp_path) -> None:
    lock.write(tmp_path, FILE, "secret", "2020-10-01", municipalities())
    file = tmp_path / FILE
    document = json.loads(file.read_text())
    for change in (
        {"count": 3},
        {"digest": "b" * 64},
        {"municipalities": {}},
        {"secret_check": None},
    ):
        file.write_text(json.dumps(document | change))
        with pytest.raises(LandingError, match=r"cohort_lock\.json"):
            lock.read(tmp_path, FILE, "secret")
    for method, found in ((None, "of an earlier form"), ("md5", "another method")):
        file.write_text(json.dumps(document | {"digest_method": method}))
        with pytest.raises(LandingError, match=f"{found}.*labour-monitor unlock"):
            lock.read(tmp_path, FILE, "secret")
    file.write_text("{")
    with pytest.raises(LandingError, match="no such content"):
        lock.read(tmp_path, FILE, "secret")


def test_a_control_file_is_never_replaced(tmp_path) -> None:
    assert lock.write(tmp_path, FILE, "secret", "2020-10-01", municipalities())
    written = (tmp_path / FILE).read_bytes()
    assert not lock.write(tmp_path, FILE, "secret", "2020-10-01", [])
    assert (tmp_path / FILE).read_bytes() == written
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_landing_that_cannot_be_written_is_locked_by_the_database(
    tmp_path, monkeypatch
) -> None:
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lock, "write_json", refuse)
    (cohort,) = rule_data.locked_cohorts()
    digests = [(cohort.initiative, "101", 2, "a" * 64)]
    (message,) = closing._locked(cohort.lock_date, tmp_path, digests)
    assert "locked by the database alone" in message
    assert "Permission denied" in message


def test_the_database_holds_a_landing_whose_control_file_is_gone(locked) -> None:
    members = locked.query(MEMBERS)
    locked.control.unlink()
    without_one_dream_person(locked)
    with pytest.raises(duckdb.Error, match="0 entered, 1 left"):
        locked.run(until=[LOCKED])
    assert locked.query(MEMBERS) == members
    assert not locked.control.exists()


def test_another_landing_is_refused_and_locks_nothing(locked) -> None:
    members = locked.query(MEMBERS)
    other = locked.folder / "other_landing"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(locked.landing, other)
    for name in (FILE, identity.FILE_NAME):
        (other / name).unlink(missing_ok=True)
    assert not locked.dbt(*LOCK, landing_path=str(other))
    assert "expected the landing that this database was built from" in locked.output
    assert not (other / FILE).exists()
    assert locked.query(MEMBERS) == members
