"""The story of `labour-monitor story`, and what can be asked and done after it: causes
of revisions, receipts, replay, changed and withdrawn deliveries (P3, P4, C8)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from labour_monitor import replaying, rule_data, story, verifying
from labour_monitor.compiled import CompiledProject
from labour_monitor.landing import contract, identity
from labour_monitor.landing.deliveries import deliveries_read
from labour_monitor.landing.faults import LandingError

from .conftest import Workshop

FEBRUARY = date(2021, 2, 28)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return []


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[str],
    _workshop: Workshop,
    _february: dict[str, bytes],
) -> story.Story:
    """The story, told once; `lines` is what it said. Its two databases of all models
    begin with the tables that dbt made for February, emptied."""

    def project(
        database: Path, landing: Path, as_of: str, select: Sequence[str] = ()
    ) -> CompiledProject:
        if select:
            return CompiledProject(database, landing, as_of, select)
        shutil.copy(_workshop.pristine / identity.FILE_NAME, landing)
        _workshop.forget()
        shutil.copy(_workshop.database, database)
        found = _workshop.compiled_for(database, landing)
        found.run(as_of)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CITIZEN_KEY_SECRET", raising=False)
        for module in (story, replaying):
            patch.setattr(module, "CompiledProject", project)
        return story.tell(tmp_path_factory.mktemp("story"), lines.append)


@pytest.fixture
def copy(told: story.Story, tmp_path: Path) -> Path:
    """A copy of the story's database, under its name: views are bound to it."""
    return Path(shutil.copy(told.database, tmp_path / told.database.name))


def change(database: Path, sql: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)


@pytest.fixture
def changed_file(told: story.Story):
    """A delivered file with a byte more, until the test is over."""
    file = told.file("visitation", "2021-02-25")
    content, facts = file.read_bytes(), file.stat()
    file.write_bytes(content + b"\0")
    yield file
    file.write_bytes(content)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_every_chapter_ends_as_it_should_and_says_so(told, lines) -> None:
    titles = [line for line in lines if line[0].isdigit()]
    assert len(titles) == len(story.CHAPTERS)
    assert lines[-1] == "The end: everything happened as expected."
    said = "\n".join(lines)
    assert "late eindkomst" in said
    assert "corrected ydelser" in said
    assert "corrected fritagelser" in said
    assert "refused twice" in said
    assert "came out again, figure for figure" in said
    keys = told.query("select citizen_key from marts.fct_cohort")
    assert not any(key in said for (key,) in keys)


def test_the_story_needs_an_empty_folder(told) -> None:
    with pytest.raises(FileExistsError, match="not empty"):
        story.tell(told.folder, print)


def test_what_did_not_happen_as_expected_stops_the_story(tmp_path, monkeypatch) -> None:
    def chapter(_: story.Story) -> str:
        """A chapter"""
        story._expect("the sun", False, "rain")
        return "never said"

    monkeypatch.setattr(story, "CHAPTERS", (chapter,))
    said: list[str] = []
    with pytest.raises(story.StoryError, match="expected the sun; seen: rain"):
        story.tell(tmp_path, said.append)
    assert said == ["1. A chapter"]


def test_all_revisions_have_the_causes_that_the_story_made(told) -> None:
    causes = told.query("""
        select distinct publication_date::varchar, cause, source
        from marts.fct_revision_cause
        where initiative = 'afklaringspuljen'
        order by all
    """)
    assert causes == [
        ("2021-03-31", "late", "eindkomst"),
        ("2021-04-30", "corrected", "ydelser"),
        ("2021-05-31", "corrected", "fritagelser"),
    ]


def test_publications_that_were_due_and_not_kept_are_listed(told) -> None:
    missing = told.query("""
        select initiative, min(publication_date)::varchar, count(*)
        from marts.fct_missing_publication
        group by all
    """)
    # The first run of the story keeps the newest of nine that were due.
    assert missing == [("fsm2", "2020-02-29", 11)]


def test_other_rules_are_the_cause_where_no_record_changed(told, copy) -> None:
    change(
        copy,
        "update rules.result_schemes set counts = true "
        "where initiative = 'afklaringspuljen' and status = 'selvforsoergelse'",
    )
    compiled = told.compiled
    original, compiled.database = compiled.database, copy
    try:
        compiled.run("2021-06-30")
    finally:
        compiled.database = original
        compiled._opened = None
    with duckdb.connect(str(copy), read_only=True) as connection:
        found = connection.execute("""
            select distinct measure, cause, source
            from marts.fct_revision_cause
            where
                initiative = 'afklaringspuljen'
                and publication_date = date '2021-06-30'
        """).fetchall()
    assert found == [("n_fulfilled", "rules", "rules")]


@pytest.mark.parametrize(
    "killed_at", ["int_record_history", "int_publications_kept", "fct_publication"]
)
def test_a_run_killed_in_the_middle_keeps_a_whole_publication_or_none(
    told, copy, killed_at
) -> None:
    def kill(model: str) -> None:
        if model == killed_at:
            raise KeyboardInterrupt

    def kept() -> list[tuple]:
        with duckdb.connect(str(copy), read_only=True) as connection:
            return connection.execute("""
                select count(*), count(distinct published_at)
                from state.int_publications_kept
                where publication_date = date '2021-06-30'
            """).fetchall()

    compiled = told.compiled
    original, compiled.database = compiled.database, copy
    try:
        with pytest.raises(KeyboardInterrupt):
            compiled.run("2021-06-30", progress=kill)
        after_the_kill = kept()
        compiled.run("2021-06-30", until=["fct_publication"])
        whole = kept()
    finally:
        compiled.database = original
        compiled._opened = None
    assert whole[0][0] > 0
    assert whole[0][1] == 1
    assert after_the_kill == (whole if killed_at == "fct_publication" else [(0, 0)])


def test_a_delivery_that_changed_after_it_was_read_stops_the_run(
    told, changed_file
) -> None:
    with pytest.raises(LandingError) as error:
        told.compiled.run("2021-06-30")
    (fault,) = [f for f in error.value.faults if f.expected.startswith("the content")]
    assert (fault.source, fault.delivered) == ("visitation", date(2021, 2, 25))
    assert fault.file == changed_file.name
    assert "deliver the correction under a new date" in fault.advice


def test_a_file_written_again_with_the_same_content_is_no_change(told) -> None:
    file = told.file("visitation", "2021-02-25")
    file.write_bytes(file.read_bytes())
    with duckdb.connect(str(told.database)) as connection:
        told.compiled.open(connection, told.landing, "2021-06-30")


@pytest.mark.parametrize("name", ["one.parquet", "visitation.parquet"])
def test_a_file_more_or_less_in_a_delivery_stops_the_run(told, name) -> None:
    folder = told.landing / "visitation/delivered=2021-02-25"
    (folder / "visitation.parquet").rename(folder / "kept.parquet")
    shutil.copy(folder / "kept.parquet", folder / name)
    if name == "visitation.parquet":
        shutil.copy(folder / "kept.parquet", folder / "second.parquet")
    try:
        with (
            duckdb.connect(str(told.database)) as connection,
            pytest.raises(LandingError) as error,
        ):
            told.compiled.open(connection, told.landing, "2021-06-30")
    finally:
        for file in folder.glob("*.parquet"):
            if file.name != "kept.parquet":
                file.unlink()
        (folder / "kept.parquet").rename(folder / "visitation.parquet")
    found = {(fault.file, fault.found) for fault in error.value.faults}
    assert ("kept.parquet", "a file that was not there") in found


@pytest.mark.parametrize(
    ("source", "delivered", "is_missed"),
    [
        ("eindkomst", "2021-03-15", True),  # an increment: every delivery is read
        ("ydelser", "2021-04-15", True),  # a snapshot: the newest
        ("dream", "2021-03-31", False),  # a newer one took its place
        ("dream", "2020-09-28", True),  # the cohort was drawn from it
    ],
)
def test_a_delivery_that_is_gone_stops_the_run_that_would_read_it(
    told, source, delivered, is_missed
) -> None:
    folder = told.landing / source / f"delivered={delivered}"
    away = folder.rename(told.folder / "away")
    try:
        with duckdb.connect(str(told.database)) as connection:
            if is_missed:
                with pytest.raises(LandingError) as error:
                    told.compiled.open(connection, told.landing, "2021-06-30")
                assert (source, date.fromisoformat(delivered)) in {
                    (f.source, f.delivered) for f in error.value.faults
                }
            else:
                told.compiled.open(connection, told.landing, "2021-06-30")
    finally:
        away.rename(folder)


def verified(told: story.Story, database: Path | None = None, day: date = FEBRUARY):
    found = verifying.verify(database or told.database, told.landing, print, day)
    return {(v.initiative, tuple(v.differences)) for v in found}


def test_a_receipt_says_which_file_is_not_what_was_read(told, changed_file) -> None:
    for _, differences in verified(told):
        (difference,) = differences
        assert difference.startswith(
            "visitation/delivered=2021-02-25/visitation.parquet: was read as"
        )


def test_a_receipt_says_which_file_is_gone(told) -> None:
    file = told.file("visitation", "2021-02-25")
    away = file.rename(told.folder / "away.parquet")
    try:
        for _, differences in verified(told):
            assert differences == (
                "visitation/delivered=2021-02-25/visitation.parquet: was read, and is "
                "gone",
            )
    finally:
        away.rename(file)


def test_a_receipt_says_which_table_is_not_what_was_published(told, copy) -> None:
    change(
        copy,
        "update marts.rpt_afklaringspuljen_overview set n_fulfilled = n_fulfilled + 1 "
        "where publication_date = date '2021-02-28' and area_type = 'country'",
    )
    change(
        copy,
        "delete from marts.rpt_fsm2_requirement "
        "where publication_date = date '2021-02-28'",
    )
    differences = dict(verified(told, copy))
    (changed,) = differences["afklaringspuljen"]
    assert changed.startswith(
        "table rpt_afklaringspuljen_overview: 2 rows were published"
    )
    (emptied,) = differences["fsm2"]
    assert emptied.startswith("table rpt_fsm2_requirement: had")
    assert {d for _, d in verified(told, copy, date(2021, 3, 31))} == {()}


def test_a_receipt_names_the_rules_and_code_that_are_others_today(told, copy) -> None:
    change(
        copy,
        "update state.int_run_inputs set digest = 'another' "
        "where name in ('models', 'seeds/rules/exit_rules.csv')",
    )
    found = verifying.verify(copy, told.landing, print, FEBRUARY)
    assert all(not v.differences for v in found)
    assert all(
        set(v.newer_code) == {"models", "seeds/rules/exit_rules.csv"} for v in found
    )
    assert "seeds/rules/exit_rules.csv" in verifying.report(found)


def test_a_receipt_that_is_not_there_is_an_error(told) -> None:
    with pytest.raises(LookupError, match="no receipts of 2021-02-27"):
        verifying.verify(told.database, told.landing, print, date(2021, 2, 27))


def test_a_receipt_holds_what_went_in_and_what_came_out(told) -> None:
    kinds = told.query("""
        select kind, count(*), count(digest)
        from marts.fct_receipt
        where initiative = 'afklaringspuljen' and publication_date = date '2021-02-28'
        group by kind
        order by kind
    """)
    counts = {kind: n for kind, n, _ in kinds}
    assert all(n == n_digests for _, n, n_digests in kinds)
    assert counts["table"] == 7
    read, _ = deliveries_read(
        told.landing, contract.sources(), FEBRUARY, rule_data.locked_cohorts()
    )
    assert counts["delivery"] == sum(len(delivery.files) for delivery in read)


def test_a_replay_shows_the_figure_that_is_not_what_was_kept(told, copy) -> None:
    replayed = told.folder / "replayed" / told.database.name
    assert replaying.Replay(compared=replaying.compare(copy, replayed)).is_equal
    change(
        copy,
        "update state.int_publications_kept set value = value + 1 "
        "where initiative = 'afklaringspuljen' and area_code = 'hele_landet' "
        "and publication_date = date '2021-02-28' and measure = 'n_measured'",
    )
    outcome = replaying.Replay(compared=replaying.compare(copy, replayed))
    assert not outcome.is_equal
    assert [(i, d, n) for i, d, _, n in outcome.compared if n] == [
        ("afklaringspuljen", FEBRUARY, 1)
    ]
    assert "1 of" in replaying.report(outcome)


def test_a_replay_needs_a_database_of_its_own(told) -> None:
    with pytest.raises(FileExistsError, match="starts from an empty database"):
        replaying.replay(told.landing, told.database, told.database, print)


def test_a_run_killed_with_a_later_date_leaves_the_causes_right(told, copy) -> None:
    pnr, _ = told.person(
        "is_measured and status = 'kontanthjaelp_aktivitetsparat' and not is_fulfilled"
    )
    march = told.file("eindkomst", "2021-03-15")
    told.deliver(
        "eindkomst",
        "2021-07-10",
        f"""
        select * replace ('later' as indberetning_id, '{pnr}' as pnr)
        from read_parquet('{march}')
        """,
    )
    compiled = told.compiled
    original, compiled.database = compiled.database, copy
    try:
        compiled._opened = None
        compiled.run("2021-07-31", until=["int_record_history"])
        compiled.run("2021-07-31", until=["int_citizen_month_history"])
        compiled.run("2021-06-30")
        compiled.run("2021-07-31")
    finally:
        compiled.database = original
        compiled._opened = None
        shutil.rmtree(told.landing / "eindkomst/delivered=2021-07-10")
    with duckdb.connect(str(copy), read_only=True) as connection:
        found = connection.execute("""
            select
                revision.publication_date::varchar, revision.measure,
                cause.cause || ' ' || cause.source
            from marts.fct_revision as revision
            left join marts.fct_revision_cause as cause
                using (
                    initiative, publication_date, area_type, area_code, data_month,
                    measure
                )
            where
                revision.initiative = 'afklaringspuljen'
                and revision.area_code = 'hele_landet'
                and revision.publication_date > date '2021-05-31'
            order by all
        """).fetchall()
    assert found == [
        ("2021-07-31", measure, "late eindkomst")
        for measure in (
            "n_fulfilled",
            "status:kontanthjaelp_aktivitetsparat",
            "status:loennede_timer",
        )
    ]
