"""What version 1.0 kept under the path of a landing is taken over; nothing is lost."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli, fingerprints
from labour_monitor.landing import identity
from labour_monitor.landing.faults import LandingError
from labour_monitor.synthetic import canaries, generate
from labour_monitor.taking_over import OLD_STATE, take_over

KEPT = Path(__file__).with_name("version_1_0.duckdb.gz")
OLD_PATH = "/srv/landing"
PUBLICATIONS = """
select initiative, publication_date, area_type, area_code, data_month, measure, value,
    as_of, published_at
from {} order by all
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of version 1.0, free to be changed."""
    database = tmp_path / "old.duckdb"
    database.write_bytes(gzip.decompress(KEPT.read_bytes()))
    return database


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def query(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_row_is_taken_over_and_the_old_tables_stay(old, landing) -> None:
    before = query(old, PUBLICATIONS.format("intermediate.int_publications_kept"))
    times = query(
        old, "select distinct started_at from intermediate.int_run_inputs order by all"
    )
    taken = take_over(landing, old)
    assert query(old, PUBLICATIONS.format("state.int_publications_kept")) == before
    old_table = f"{OLD_STATE}.int_publications_kept"
    assert query(old, PUBLICATIONS.format(old_table)) == before
    runs = query(
        old, "select run_number, started_at, as_of::varchar from state.int_runs"
    )
    assert runs == [
        (1, times[0][0], "2021-02-28"),
        (2, times[1][0], "2021-08-30"),
    ]
    for name, count in taken.n_rows.items():
        assert count > 0
        ((in_old,),) = query(old, f"select count(*) from {OLD_STATE}.{name}")
        assert in_old == count
    by_number = query(
        old,
        "select distinct run_number, as_of::varchar from state.int_publications_kept "
        "order by all",
    )
    assert by_number == [(1, "2021-02-28"), (2, "2021-08-30")]
    assert identity.read(landing) == taken.landing_id


def test_it_is_done_once(old, landing) -> None:
    take_over(landing, old)
    with pytest.raises(LandingError, match="there is nothing to take over"):
        take_over(landing, old)


def test_the_path_must_be_clear_where_there_are_several(old, landing) -> None:
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "insert into intermediate.int_cohort_locked select * replace "
            "('/another' as landing_path) from intermediate.int_cohort_locked"
        )
    with pytest.raises(LandingError, match="--path"):
        take_over(landing, old)
    assert not (landing / identity.FILE_NAME).exists()
    taken = take_over(landing, old, OLD_PATH)
    assert taken.other_paths == ["/another"]
    assert query(old, "select count(*) from state.int_cohort_locked") == [
        (taken.n_rows["int_cohort_locked"],)
    ]
    ((in_old,),) = query(old, f"select count(*) from {OLD_STATE}.int_cohort_locked")
    assert in_old == 2 * taken.n_rows["int_cohort_locked"]


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("replay",),
        ("prove-member",),
        ("unlock", "--reason", "another cohort", "--members", "202"),
    ],
    ids=lambda command: command[0],
)
def test_commands_do_not_look_past_what_version_1_0_kept(
    old, landing, capsys, command
) -> None:
    where = ("--landing", str(landing), "--database", str(old))
    assert cli.main([*command, *where]) == 1
    said = capsys.readouterr().err.strip()
    assert "labour-monitor take-over" in said
    assert "\n" not in said


def test_a_broken_id_is_one_line(old, landing, capsys) -> None:
    take_over(landing, old)
    (landing / identity.FILE_NAME).write_bytes(b"\xff")
    with duckdb.connect(str(old)) as connection:
        connection.execute("create schema landing")
        connection.execute("create table landing.run as select 'x' as landing_id")
    assert cli.main(["verify", "--landing", str(landing), "--database", str(old)]) == 1
    assert "expected the id of the landing" in capsys.readouterr().err


def test_a_database_of_version_1_0_is_refused_until_it_is_taken_over(
    workshop, old, monkeypatch
) -> None:
    # The registers of version 1.0 had no canaries: twelve people had other numbers.
    monkeypatch.setattr(canaries, "give_numbers", lambda numbers, _: numbers)
    shutil.rmtree(workshop.landing)
    generate(workshop.landing, citizens=1_000)
    workshop.database.unlink()
    old.rename(workshop.database)
    as_of = {"as_of": "2021-08-30"}
    assert not workshop.dbt("seed", **as_of)
    assert "labour-monitor take-over" in workshop.output
    before = workshop.query(PUBLICATIONS.format("intermediate.int_publications_kept"))
    # The registers are made anew for each test run: their files, not their rows, may
    # be other ones than those that version 1.0 read.
    with duckdb.connect(str(workshop.database)) as connection:
        for file in workshop.landing.glob("*/delivered=*/*.parquet"):
            connection.execute(
                "update intermediate.int_run_inputs set digest = ?, n_bytes = ? "
                "where source = ? and delivered_date = ? and name = ?",
                [
                    fingerprints.of_file(file),
                    file.stat().st_size,
                    file.parent.parent.name,
                    file.parent.name.removeprefix("delivered="),
                    file.name,
                ],
            )
    take_over(workshop.landing, workshop.database)
    assert workshop.dbt("seed", **as_of), workshop.output
    assert workshop.dbt("run", **as_of), workshop.output
    assert workshop.query(PUBLICATIONS.format("marts.fct_publication")) == before
    assert workshop.query("select count(*) from marts.fct_missing_publication") != [
        (0,)
    ]
    assert workshop.query("select max(run_number) from state.int_runs") == [(4,)]
    kinds = workshop.query(
        "select kind, count(distinct publication_date) from marts.fct_receipt "
        "group by all order by all"
    )
    assert kinds == [
        (kind, 2)
        for kind in ("code", "cohort", "delivery", "parameter", "rules", "table")
    ]
