"""What is asked of the locked cohort (C8): a proof of one member that shows no other,
and the deliberate unlocking."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli, project, rule_data
from labour_monitor.cohort import lock, merkle, proofs, unlocking
from labour_monitor.database import DatabaseError
from labour_monitor.landing import identity
from labour_monitor.landing.faults import LandingError

(COHORT,) = rule_data.locked_cohorts()
LOCK = ("run", "--select", "+int_cohort_locked")
SECRET = project.DEMONSTRATION_SECRET
PERSONS = {
    "101": [f"0161{n:06d}" for n in range(5)],
    "147": ["0261000001"],
    "461": [f"0361{n:06d}" for n in range(8)],
}
"""Members of a made-up cohort; days of 61 and more are nobody's."""
STRANGER = "0461000001"


@pytest.fixture
def cohort(locked: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A landing and a database with the same locked members."""
    shutil.copytree(locked, tmp_path, dirs_exist_ok=True)
    return tmp_path / "landing", tmp_path / "monitoring.duckdb"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both of them, to be copied."""
    folder = tmp_path_factory.mktemp("locked")
    landing, database = folder / "landing", folder / "monitoring.duckdb"
    landing.mkdir()
    members = [
        (COHORT.initiative, code, proofs.citizen_key(person, SECRET))
        for code, persons in PERSONS.items()
        for person in persons
    ]
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema landing")
        connection.execute(
            "create table landing.run as select true as is_complete, true as is_tested"
        )
        connection.execute("create schema state")
        connection.execute(
            "create table state.int_cohort_locked (initiative varchar, "
            "municipality_code varchar, citizen_key varchar, locked_as_of date)"
        )
        connection.executemany(
            "insert into state.int_cohort_locked values (?, ?, ?, date '2020-10-01')",
            [*members, ("another", "101", "of another initiative")],
        )
    keys = {code: sorted(key for _, c, key in members if c == code) for code in PERSONS}
    lock.write(
        landing,
        COHORT.control_file,
        SECRET,
        "2020-10-01",
        [
            lock.MunicipalityLock(
                code, len(of_it), merkle.root([merkle.leaf(key) for key in of_it])
            )
            for code, of_it in keys.items()
        ],
    )
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command with a person number on standard input: code, stdout, stderr."""
    monkeypatch.delenv("CITIZEN_KEY_SECRET", raising=False)

    def command(*arguments: object, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given + "\n"))
        code = cli.main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def proved(cohort, run, tmp_path):
    """Prove a person and keep the proof in a file."""
    landing, database = cohort

    def prove(person: str) -> Path:
        code, shown, _ = run(
            *("prove-member", "--landing", landing, "--database", database),
            given=person,
        )
        assert code == 0
        file = tmp_path / "proof.json"
        file.write_text(shown)
        return file

    return prove


def rows_of(database: Path) -> list[tuple[str, int]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "select initiative, count(*) from state.int_cohort_locked "
            "group by all order by all"
        ).fetchall()


@pytest.mark.parametrize("size", range(1, 18))
def test_a_path_leads_from_every_leaf_to_the_root_and_no_other_does(size) -> None:
    leaves = [merkle.leaf(str(number)) for number in range(size)]
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.siblings(leaves, index)
        assert merkle.climb(leaf, path) == root
        assert [side for side, _ in path] == merkle.sides(index, size)
        assert merkle.climb(merkle.leaf("another"), path) != root
    assert merkle.root(leaves[:-1]) != root
    assert merkle.root(leaves[::-1]) != root or size == 1


def test_the_trees_of_sql_and_of_python_are_the_same(workshop, february) -> None:
    nodes = workshop.query(
        "select municipality_code, tree_level, node_number, node_digest "
        "from intermediate.int_cohort_merkle_nodes order by all"
    )
    members = workshop.query(
        "select municipality_code, citizen_key from state.int_cohort_locked"
    )
    by_code: dict[str, list[str]] = {}
    for code, key in sorted(members):
        by_code.setdefault(code, []).append(merkle.leaf(key))
    assert max(len(leaves) for leaves in by_code.values()) > 16
    assert nodes == [
        (code, level, number, digest)
        for code, leaves in sorted(by_code.items())
        for level, digests in enumerate(merkle.levels(leaves))
        for number, digest in enumerate(digests)
    ]
    document = json.loads(workshop.control.read_text())
    assert {
        code: (of_it["count"], of_it["digest"])
        for code, of_it in document["municipalities"].items()
    } == {code: (len(leaves), merkle.root(leaves)) for code, leaves in by_code.items()}


def test_a_locked_member_is_proved_without_the_database(workshop, february, run):
    person, key, code = member_of(workshop)
    shown = run(
        *("prove-member", "--landing", workshop.landing),
        *("--database", workshop.database),
        given=person,
    )[1]
    proof = workshop.folder / "proof.json"
    proof.write_text(shown)
    workshop.database.unlink()
    assert run("verify-member", proof, "--landing", workshop.landing, given=person) == (
        0,
        f"proved: the person is one of the locked members of municipality {code} "
        f"({workshop.control})\n",
        "",
    )
    assert person not in shown
    assert key not in shown


def member_of(workshop) -> tuple[str, str, str]:
    file = workshop.file("personer", "2020-09-28")
    return workshop.query(
        "select pnr, citizen_key, municipality_code "
        "from state.int_cohort_locked "
        f"inner join read_parquet('{file}') on sha256(? || pnr) = citizen_key "
        "order by all limit 1",
        [SECRET],
    )[0]


@pytest.mark.parametrize("person", [p for persons in PERSONS.values() for p in persons])
def test_every_member_can_be_proved(cohort, run, proved, person) -> None:
    control = cohort[0] / COHORT.control_file
    code, shown, _ = run(
        "verify-member", proved(person), "--control", control, given=person
    )
    assert code == 0
    municipality = next(code for code, of_it in PERSONS.items() if person in of_it)
    assert f"members of municipality {municipality} " in shown


def test_who_is_no_member_is_not_proved(cohort, run) -> None:
    landing, database = cohort
    code, shown, told = run(
        *("prove-member", "--landing", landing, "--database", database),
        given=STRANGER,
    )
    assert (code, shown) == (1, "")
    assert "is not among the locked 14 members" in told
    assert STRANGER not in told


def test_a_proof_is_of_one_person(cohort, run, proved) -> None:
    person, other = PERSONS["101"][:2]
    code, shown, told = run(
        "verify-member", proved(person), "--landing", cohort[0], given=other
    )
    assert (code, shown) == (1, "")
    assert told == "not proved: the proof is of another person\n"


@pytest.mark.parametrize(
    "change",
    [
        {"leaf_index": 1},
        {"leaf_index": -1},
        {"leaf_index": 5},
        {"municipality_code": "461"},
        {"municipality_code": "999"},
        {"siblings": []},
        {"municipality_siblings": []},
        {"siblings": [{"side": "left", "digest": "0" * 64}] * 3},
        {"n_members": 6},
        {"municipality_index": 1},
        {"municipality_digest": "0" * 64},
        {"digest": None},
        {"municipality_index": False},
        {"n_members": 5.0},
    ],
)
def test_a_changed_proof_proves_nothing(cohort, run, proved, change) -> None:
    person = min(PERSONS["101"], key=lambda p: proofs.citizen_key(p, SECRET))
    file = proved(person)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    code, _, told = run("verify-member", file, "--landing", cohort[0], given=person)
    assert code == 1
    assert told.startswith("not proved: ")


@pytest.mark.parametrize(
    "change", [{"leaf_index": False}, {"leaf_index": "0"}, {"municipality_code": 101}]
)
def test_a_proof_of_another_form_is_none(cohort, run, proved, change) -> None:
    person = min(PERSONS["101"], key=lambda p: proofs.citizen_key(p, SECRET))
    file = proved(person)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    code, _, told = run("verify-member", file, "--landing", cohort[0], given=person)
    assert code == 1
    assert "expected a proof written by" in told


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"digest_method": "md5"}'])
def test_what_is_no_proof_is_a_fault(cohort, run, tmp_path, text) -> None:
    file = tmp_path / "proof.json"
    file.write_text(text)
    given = PERSONS["147"][0]
    code, _, told = run("verify-member", file, "--landing", cohort[0], given=given)
    assert code == 1
    assert "expected a proof written by `labour-monitor prove-member`" in told


def test_another_secret_is_told(cohort, run, proved, monkeypatch) -> None:
    landing, database = cohort
    person = PERSONS["147"][0]
    file = proved(person)
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another")
    for command in (
        ("prove-member", "--landing", landing, "--database", database),
        ("verify-member", file, "--landing", landing),
    ):
        code, _, told = run(*command, given=person)
        assert code == 1
        assert "another one in CITIZEN_KEY_SECRET" in told


@pytest.mark.parametrize("given", ["", "016100000", "01610000001", "016100-0001"])
def test_what_is_no_person_number_is_a_fault_that_does_not_repeat_it(
    cohort, run, given
) -> None:
    landing, database = cohort
    code, _, told = run(
        *("prove-member", "--landing", landing, "--database", database), given=given
    )
    assert code == 1
    assert f"text of {len(given)} characters" in told
    assert not given or given not in told


def test_a_list_that_is_not_the_control_files_proves_nobody(cohort, run) -> None:
    landing, database = cohort
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "delete from state.int_cohort_locked where municipality_code = '147'"
        )
    code, _, told = run(
        *("prove-member", "--landing", landing, "--database", database),
        given=PERSONS["101"][0],
    )
    assert code == 1
    assert "was written for: 14; found 13 members" in told


def test_without_a_lock_or_a_database_nothing_is_proved(cohort, run) -> None:
    landing, database = cohort
    person = PERSONS["147"][0]
    nowhere = landing / "nowhere.duckdb"
    code, _, told = run(
        *("prove-member", "--landing", landing, "--database", nowhere), given=person
    )
    assert code == 1
    assert "nowhere.duckdb: expected a database; found no such file" in told
    (landing / COHORT.control_file).unlink()
    for command in (
        ("prove-member", "--landing", landing, "--database", database),
        ("verify-member", landing / "proof.json", "--landing", landing),
    ):
        code, _, told = run(*command, given=person)
        assert code == 1
        assert "expected the control file of a locked cohort" in told


def test_after_unlocking_the_next_build_locks_the_changed_cohort(
    workshop, february, run
) -> None:
    members = workshop.query("select citizen_key from state.int_cohort_locked")
    published = workshop.csv("select * from marts.fct_publication")
    person, key, _ = member_of(workshop)
    control = workshop.control.read_bytes()
    dream = workshop.file("dream", "2020-09-28")
    workshop.deliver(
        *("dream", "2020-09-30"),
        f"select * from read_parquet('{dream}') where pnr <> '{person}'",
    )
    code, shown, _ = run(
        *("unlock", "--landing", workshop.landing, "--database", workshop.database),
        *("--members", len(members), "--reason", "DREAM was delivered again"),
    )
    assert code == 0
    assert f"{len(members)} members in " in shown
    reason_file, aside = sorted(
        workshop.landing.glob("cohort_lock.*.json"), key=lambda f: -len(f.name)
    )
    assert aside.read_bytes() == control
    reason = json.loads(reason_file.read_text())
    assert reason["reason"] == "DREAM was delivered again"
    assert reason["control_file"] == aside.name

    assert workshop.dbt(*LOCK, as_of="2021-02-28"), workshop.output
    now = workshop.query("select citizen_key from state.int_cohort_locked")
    assert set(now) == set(members) - {(key,)}
    assert json.loads(workshop.control.read_text())["count"] == len(members) - 1
    assert workshop.csv("select * from marts.fct_publication") == published


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--reason", "why"], "--members 14; found none"),
        (["--reason", "why", "--members", "13"], "--members 14; found --members 13"),
        (["--reason", " ", "--members", "14"], "found a blank one"),
        (["--reason", "0161000001", "--members", "14"], "ten digits in it"),
        (["--reason", "of 016100-0001", "--members", "14"], "ten digits in it"),
    ],
)
def test_without_confirmation_and_reason_nothing_is_unlocked(
    cohort, run, arguments, told
) -> None:
    landing, database = cohort
    files, rows = sorted(os.listdir(landing)), rows_of(database)
    code, shown, found = run(
        "unlock", "--landing", landing, "--database", database, *arguments
    )
    assert (code, shown) == (1, "")
    assert told in found
    assert "0161000001" not in found
    assert sorted(os.listdir(landing)) == files
    assert rows_of(database) == rows


def test_the_cohort_of_another_landing_is_not_unlocked(cohort) -> None:
    """As where --database or --landing was forgotten: the number is that of one, and
    the list that of another."""
    landing, database = cohort
    with duckdb.connect(str(database)) as connection:
        for column in ("landing_id varchar", "is_landing_marked boolean"):
            connection.execute(f"alter table landing.run add column {column}")
        ours = identity.new()
        connection.execute(
            "update landing.run set landing_id = ?, is_landing_marked = true", [ours]
        )
    files, rows = sorted(os.listdir(landing)), rows_of(database)
    with pytest.raises(
        LandingError, match=f"built from, {ours}; found no id.*together"
    ):
        unlocking.unlock(landing, COHORT, database, "why", 14)
    identity.mark(landing, theirs := identity.new())
    with pytest.raises(LandingError, match=f"another one, {theirs}"):
        unlocking.unlock(landing, COHORT, database, "why", 14)
    assert sorted(os.listdir(landing)) == sorted([*files, identity.FILE_NAME])
    assert rows_of(database) == rows
    with duckdb.connect(str(database)) as connection:
        connection.execute("update landing.run set landing_id = ?", [theirs])
    unlocking.unlock(landing, COHORT, database, "why", 14)


def test_another_initiatives_list_is_left_alone(cohort) -> None:
    landing, database = cohort
    unlocking.unlock(landing, COHORT, database, "why", 14)
    assert rows_of(database) == [("another", 1)]


def test_after_unlocking_a_build_is_not_up_to_date(cohort) -> None:
    landing, database = cohort
    unlocking.unlock(landing, COHORT, database, "why", 14)
    with duckdb.connect(str(database), read_only=True) as connection:
        (run,) = connection.execute("from landing.run").fetchall()
    assert run == (False, False)


def test_each_half_of_a_lock_can_be_unlocked_alone(cohort) -> None:
    landing, database = cohort
    control = landing / COHORT.control_file
    written = control.read_text()
    control.unlink()
    locked, _ = unlocking.unlock(landing, COHORT, database, "no control file", 14)
    assert not locked.has_control
    assert rows_of(database) == [("another", 1)]
    control.write_text(written)
    nowhere = landing / "nowhere.duckdb"
    _, done = unlocking.unlock(landing, COHORT, nowhere, "no database", 14)
    assert f"there is no database {nowhere}: nothing to take out" in done
    assert not control.exists()
    assert not nowhere.exists()
    with pytest.raises(LandingError, match="nothing to unlock"):
        unlocking.unlock(landing, COHORT, database, "nothing left", 14)


def test_a_control_file_that_says_nothing_needs_the_list(cohort) -> None:
    landing, database = cohort
    control = landing / COHORT.control_file
    control.write_text("{")
    with pytest.raises(LandingError, match="restore the file from its backup"):
        unlocking.unlock(landing, COHORT, landing / "nowhere.duckdb", "broken", 14)
    unlocking.unlock(landing, COHORT, database, "broken", 14)
    assert not control.exists()


def test_a_landing_that_cannot_be_written_stays_locked(cohort, monkeypatch) -> None:
    landing, database = cohort
    rows = rows_of(database)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    for where, name in ((unlocking, "write_json"), (Path, "hardlink_to")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, refuse)
            with pytest.raises(LandingError, match="Permission denied"):
                unlocking.unlock(landing, COHORT, database, "why", 14)
        assert os.listdir(landing) == [COHORT.control_file]
        assert rows_of(database) == rows


def test_a_database_in_use_stops_the_unlocking(cohort, monkeypatch) -> None:
    landing, database = cohort

    def refuse(*_, **__):
        raise duckdb.IOException("Could not set lock on file")

    monkeypatch.setattr(unlocking.duckdb, "connect", refuse)
    with pytest.raises(DatabaseError, match="wait until that process has ended"):
        unlocking.unlock(landing, COHORT, database, "why", 14)
    assert os.listdir(landing) == [COHORT.control_file]


def test_an_unlock_that_the_disk_refuses_leaves_both_locks(
    cohort, run, monkeypatch
) -> None:
    landing, database = cohort
    before = sorted(path.name for path in landing.iterdir())

    class Full:
        """A connection of which the disk is full when it is to commit."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

        def commit(self) -> None:
            self.connection.rollback()
            raise duckdb.TransactionException(
                "Failed to commit: Could not write file: No space left on device"
            )

    connect = unlocking.connect
    monkeypatch.setattr(
        unlocking, "connect", lambda *given, **how: Full(connect(*given, **how))
    )
    code, shown, told = run(
        *("unlock", "--landing", landing, "--database", database),
        *("--reason", "a test", "--members", 14),
    )
    assert (code, shown, told.count("\n")) == (1, "", 1)
    assert "No space left on device. What to do: free some space" in told
    assert sorted(path.name for path in landing.iterdir()) == before
    with duckdb.connect(str(database)) as connection:
        n_listed = connection.execute(
            "select count(*) from state.int_cohort_locked where initiative = ?",
            [COHORT.initiative],
        ).fetchall()
    assert n_listed == [(14,)]
