"""What is not published: one line that says what to do, and nothing is changed."""

from __future__ import annotations

import os
import re
import stat
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import SimpleNamespace

import duckdb
import pytest

from labour_monitor import cli, project
from labour_monitor.disclosure_audit import exposures
from labour_monitor.disclosure_audit.exposures import Exposure
from labour_monitor.editions import (
    continuity,
    contracts,
    publishing,
    reading,
    shelf,
)
from labour_monitor.editions.refusal import EditionError
from labour_monitor.report import rendering
from labour_monitor.report.reading import ReadingError

from .made import briefly, contents

AT = "2021-02-28"


@pytest.fixture
def spoil(database):
    """Change the database by a statement."""

    def spoiled(*statements: str) -> None:
        with duckdb.connect(str(database)) as connection:
            for statement in statements:
                connection.execute(statement)

    return spoiled


def refused(publish, expected: str, *arguments, **options) -> str:
    with pytest.raises(EditionError) as error:
        publish(*arguments, **options)
    message = str(error.value)
    assert message.startswith("Nothing was published. ")
    assert "\n" not in message
    assert "What to do: " in message
    assert re.search(expected, message), message
    return message


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("delete from landing.run", "found no run"),
        ("update landing.run set is_complete = false", "one that failed"),
        ("update landing.run set is_tested = false", "one that failed"),
        ("delete from marts.fct_publication", "has kept a publication"),
        ("alter table marts.dim_month add column x int", "another one .column x"),
        ("alter table marts.dim_month rename last_date to x", "column last_date"),
        ("drop table marts.fct_revision", "fct_revision .* found no such table"),
        ("create table marts.fct_new (n int)", "the table marts.fct_new.*newer"),
    ],
)
def test_a_database_that_is_not_fit(
    publish, unread, spoil, tmp_path, statement, expected
) -> None:
    spoil(statement)
    refused(publish, expected)
    assert not (tmp_path / "published").exists()


def test_a_database_as_of_another_day_than_is_said(publish, unread) -> None:
    refused(publish, f"the as-of date of the tables, {AT}", as_of="2021-01-31")


def test_an_edition_of_an_earlier_day_says_that_it_takes_the_place_of_a_later_one(
    publish, unread, spoil, capsys
) -> None:
    newest = publish()
    assert not publish().is_new
    assert capsys.readouterr().err == ""
    spoil("update landing.run set as_of_date = date '2021-01-31'")
    earlier = publish(as_of="2021-01-31")
    said = capsys.readouterr().err
    assert f"of a later date, {newest.name}; now it names {earlier.name}." in said
    assert "build as of 2021-02-28 again" in said
    assert (earlier.into / "current").resolve() == earlier.folder.resolve()


def test_a_database_that_is_older_than_the_newest_delivery(
    publish, unread, spoil, tmp_path
) -> None:
    landing = tmp_path / "landing"
    delivery = landing / "dream" / "delivered=2021-02-28"
    delivery.mkdir(parents=True)
    spoil(f"update landing.run set landing_path = '{landing}'")
    assert publish(as_of=None).is_new
    delivery.rename(delivery.with_name("delivered=2021-03-01"))
    refused(publish, "as of the newest delivery, 2021-03-01.*--as-of", as_of=None)
    assert not publish(as_of=AT).is_new
    landing.rename(tmp_path / "elsewhere")
    refused(publish, f"no such folder.*--as-of {AT}", as_of=None)


def test_real_registers_with_the_demonstration_secret(
    publish, unread, spoil, monkeypatch
) -> None:
    spoil("update landing.run set is_landing_synthetic = false")
    refused(publish, "the demonstration secret")
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another one than the last build had" * 2)
    refused(publish, "CITIZEN_KEY_SECRET; found another one")
    spoil("drop table landing.secret_check")
    refused(publish, "found one of an earlier version")


def test_a_place_inside_the_landing(publish, unread, spoil, tmp_path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    spoil(f"update landing.run set landing_path = '{landing}'")
    refused(publish, "inside the landing", landing / "published")
    assert list(landing.iterdir()) == []


@pytest.mark.parametrize("place", ["", "models", "docs/published", "published"])
def test_a_place_among_the_files_of_the_project(publish, unread, place) -> None:
    refused(publish, "among the files of the project", project.root() / place)


def test_an_edition_that_somebody_has_changed(publish, unread, spoil, tmp_path) -> None:
    edition = publish()
    into = tmp_path / "published"
    file = edition.folder / "public/dim_month.parquet"
    whole = file.read_bytes()
    file.chmod(0o644)
    refusals = []
    file.write_bytes(whole[:-1])
    refusals.append(refused(publish, "public/dim_month.parquet has changed"))
    file.unlink()
    refusals.append(refused(publish, "public/dim_month.parquet .*is gone"))
    file.write_bytes(whole)
    (edition.folder / "house/more.txt").write_text("")
    refusals.append(refused(publish, "house/more.txt .*is new"))
    (edition.folder / "house/more.txt").unlink()
    assert all(edition.name in message for message in refusals)
    renamed = edition.folder.rename(into / "editions/2021-01-01-0123456789ab")
    refused(publish, "or one of another edition")
    renamed.rename(into / "editions/old")
    refused(publish, "'old', which has no name of an edition")
    (into / "editions/old").rename(edition.folder)
    assert not publish().is_new


def test_editions_of_another_landing(publish, unread, spoil) -> None:
    publish()
    spoil("update landing.run set landing_id = '0123'")
    refused(publish, "one of another landing.*--into")


def test_a_publication_with_other_figures_than_in_an_edition(
    publish, unread, spoil, tmp_path
) -> None:
    """As a database has it that was made anew, or put back and built again."""
    edition = publish()
    spoil(
        "update marts.fct_publication set value = value + 1 where area_code = '101' "
        "and measure = 'n_measured' and initiative = 'fsm2' "
        "and data_month = date '2020-01-01'"
    )
    refused(
        publish,
        "the publication 2021-02-28 of fsm2 with other figures than in the edition "
        f"{edition.name}.*newest database.*--into",
    )
    assert (tmp_path / "published/current").resolve() == edition.folder
    assert publish(into=tmp_path / "trial").is_new


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("exemption_list = 'faq'", "another list of exemptions than"),
        ("has_example_participants = false", "another word on whether its"),
    ],
)
def test_a_publication_of_other_lists_than_in_an_edition(
    publish, unread, spoil, change, what
) -> None:
    """M1, X2: as one of another database has that was made by other seeds or vars. What
    is not known differs from nothing."""
    edition = publish()
    of_one = "where initiative = 'afklaringspuljen'"
    column, _, _ = change.partition(" ")
    spoil(f"update marts.dim_publication set {column} = null {of_one}")
    assert publish().is_new
    spoil(f"update marts.dim_publication set {change} {of_one}")
    refused(
        publish,
        f"the publication 2021-02-28 of afklaringspuljen with {what}.*"
        f"in the edition {edition.name}.*newest database.*--into",
    )


def test_what_an_edition_says_of_the_rules_of_a_publication_stays(
    publish, unread, database, tmp_path
) -> None:
    """P4, R3, R4: another requirement or scheme is another publication. Of an edition
    of a version that kept no rules the lists are compared, of one before nothing."""
    house = publish().folder.rename(tmp_path / "2021-02-28-000000000000") / "house"
    there = [shelf.Published(house.parent, {})]
    examined = []

    def examine(change: str) -> None:
        with duckdb.connect(str(database)) as connection:
            for table in contracts.house(contracts.marts()):
                connection.execute(
                    f"create or replace view main.{table.name} as "
                    f"from marts.{table.name}"
                )
            connection.begin()
            connection.execute(f"update marts.{change}")
            examined.append(continuity.examine(connection, there, tmp_path))
            connection.rollback()

    requirement = "dim_publication set requirement_pct = 75"
    last_month = "dim_publication set requirement_last_month = date '2022-11-01'"
    category = "dim_publication_status set category = 'x' where status = 'fleksjob'"
    counts = "dim_publication_status set counts = status <> 'uddannelse'"
    exemptions = "dim_publication set exemption_list = 'faq'"
    for change, what in (
        (requirement, "another requirement than"),
        (last_month, "another requirement than"),
        (category, "another scheme: other categories of its statuses than"),
        (counts, "another scheme: other statuses that count than"),
        (exemptions, "another list of exemptions than"),
    ):
        with pytest.raises(EditionError, match=what):
            examine(change)
    examine("dim_publication_status set counts = null")
    (house / "dim_publication_status.parquet").unlink()
    for change in (requirement, category, counts):
        examine(change)
    with pytest.raises(EditionError, match="another list of exemptions than"):
        examine(exemptions)
    (house / "dim_publication.parquet").unlink()
    examine(exemptions)
    assert examined == [None] * 5


def test_publications_that_are_in_an_edition_and_not_in_the_database_are_told_of(
    publish, unread, spoil, capsys
) -> None:
    """As where the database is a backup. What was published stays in its edition."""
    another = "select * replace (date '{}' as publication_date) from kept"
    spoil(
        "create temp table kept as "
        "from marts.fct_publication where initiative = 'fsm2'",
        *(
            f"insert into marts.fct_publication {another.format(day)}"
            for day in ("2020-11-30", "2020-12-31", "2021-01-31")
        ),
    )
    edition = publish()
    assert "Not in this edition" not in capsys.readouterr().err
    spoil("delete from marts.fct_publication where publication_date < '2021-02-28'")
    assert publish().is_new
    (said,) = [
        line
        for line in capsys.readouterr().err.splitlines()
        if line.startswith("Not in this edition")
    ]
    named = f"the publication {{}} of fsm2 (in {edition.name})"
    both = ", ".join(map(named.format, ("2020-11-30", "2020-12-31")))
    assert f"earlier ones: {both} and 1 more. What to do" in said


def test_something_else_is_named_current(publish, unread, tmp_path) -> None:
    (tmp_path / "published/current").mkdir(parents=True)
    refused(publish, "a file or folder of that name")


def test_counts_that_do_not_add_up_are_no_exposure(
    publish, unread, monkeypatch
) -> None:
    found = Exposure("fsm2", "fct_publication", problem=exposures.NO_SUM)
    monkeypatch.setattr(publishing.disclosure_audit, "audit", lambda *_: [found] * 3)
    refused(publish, "3 counts do not add up by the rules of their publication")


def test_an_audit_that_fails_leaves_current(
    publish, unread, spoil, tmp_path, monkeypatch
) -> None:
    first = publish()
    before = contents(tmp_path / "published")
    spoil("update marts.dq_finding set n = n + 1")
    one = Exposure("fsm2", "rpt_fsm2_requirement", problem=exposures.WORKED_OUT)
    found = [one] * 30
    monkeypatch.setattr(publishing.disclosure_audit, "audit", lambda *_: found)
    with pytest.raises(EditionError, match="30 places") as error:
        publish()
    assert str(error.value).count(str(one)) == 20
    assert "and 10 more" in str(error.value)

    def decide(*_) -> None:
        raise publishing.disclosure.DisclosureError("fsm2, a table: what to do")

    monkeypatch.setattr(publishing.disclosure, "decide", decide)
    with pytest.raises(EditionError) as error:
        publish()
    assert str(error.value) == "Nothing was published. fsm2, a table: what to do"
    assert contents(tmp_path / "published") == before
    assert (tmp_path / "published/current").resolve() == first.folder


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("where measure <> 'n_rows'", None),
        ("where measure <> 'n_measured'", "n_measured has no state"),
        ("replace ('shown' as state)", "'shown', and no value is there"),
        ("exclude (protects)", "other columns than the contract"),
    ],
)
def test_a_decision_that_does_not_fit_the_tables(
    publish, unread, monkeypatch, change, expected
) -> None:
    decide = publishing.disclosure.decide

    def changed(house, earlier, limit):
        decision = decide(house, earlier, limit)  # noqa: F841
        select = "select *" if change.startswith("where") else f"select * {change}"
        where = change if change.startswith("where") else ""
        return duckdb.sql(f"{select} from decision {where}").to_arrow_table()

    monkeypatch.setattr(publishing.disclosure, "decide", changed)
    if expected is None:
        assert publish().is_new
    else:
        with pytest.raises(EditionError, match=expected):
            publish()


def test_an_edition_without_a_whole_report_is_not_published(
    publish, unread, tmp_path
) -> None:
    """What a reader would miss, each in a line."""

    @contextmanager
    def spoilt():
        with briefly() as render:

            def rendered(wanted: rendering.Wanted) -> None:
                render(wanted)
                if wanted.marks.is_internal:
                    return
                (pdf,) = wanted.into.glob("fsm2/*/*.pdf")
                pdf.write_text("<html>")
                (book,) = wanted.into.glob("afklaringspuljen/*/*.xlsx")
                book.unlink()
                (table,) = wanted.into.glob("fsm2/*/csv/table.csv")
                table.unlink()
                (wanted.into / "kommuner/101.html").unlink()
                (wanted.into / "fsm2/index.html").write_text("<!DOCTYPE html>")
                page = wanted.into / "kommuner/147.html"
                page.write_text('<!DOCTYPE html><a href="../index.html">')

            yield rendered

    into = tmp_path / "published"
    with pytest.raises(EditionError) as error:
        publish(into, renders=spoilt)
    first, *lines = str(error.value).splitlines()
    assert first.startswith("Nothing was published. The report is not as it must be")
    assert [line.partition(", report: ")[0].strip() for line in lines] == ["public"] * 6
    said = "\n".join(lines)
    for expected in (
        *("fsm2-2021-02-28.pdf", "afklaringspuljen-2021-02-28.xlsx", "/csv; found"),
        *("fsm2/index.html to lead to 2021-02-28", "otherwise: 101"),
        "links of kommuner/147.html to lead somewhere",
    ):
        assert expected in said
    assert not (into / "current").exists()
    assert os.listdir(into / "editions") == []


def test_a_report_that_cannot_be_made(publish, unread) -> None:
    @contextmanager
    def failing():
        def render(wanted: rendering.Wanted) -> None:
            raise ReadingError("rpt_x: expected states; found none. What to do: y.")

        yield render

    refused(publish, "published. rpt_x: expected states", renders=failing)

    @contextmanager
    def killed():
        def render(wanted: rendering.Wanted) -> None:
            raise BrokenProcessPool

        yield render

    refused(publish, "found that it was killed.*free some memory", renders=killed)


@contextmanager
def _killed_pool(*_, **__):
    """Processes that are killed as soon as one is needed."""
    broken = Future()
    broken.set_exception(BrokenProcessPool())
    yield SimpleNamespace(submit=lambda *_: broken)


def test_an_audit_whose_process_is_killed(publish, unread, monkeypatch) -> None:
    monkeypatch.setattr(reading, "ProcessPoolExecutor", _killed_pool)
    said = "process that audits the files to end by itself.*killed.*free some memory"
    refused(publish, said, reads=reading.beside)


def test_files_that_are_not_as_they_must_be_are_told_before_what_they_lead_to(
    publish, unread, monkeypatch
) -> None:
    """Both audits go on at a time; that of disclosure reads files, and trusts them."""

    @contextmanager
    def later():
        def read() -> None:
            raise EditionError("Nothing was published. Not as it is. What to do: y.")

        yield lambda *_: read

    def meet(*_) -> None:
        raise KeyError("a column that is not there")

    monkeypatch.setattr(publishing.disclosure_audit, "audit", meet)
    refused(publish, "published. Not as it is.", reads=later)


def test_a_limit_below_three(publish, unread, monkeypatch) -> None:
    given = project.variables()
    monkeypatch.setattr(project, "variables", lambda: given | {"disclosure_limit": 2})
    with pytest.raises(project.ContentError, match="at least 3; found '2'"):
        publish()


def test_a_refusal_of_the_command_is_a_line_and_no_traceback(
    database, spoil, tmp_path, capsys
) -> None:
    spoil("update landing.run set is_tested = false")
    into = str(tmp_path / "published")
    command = ["publish", "--database", str(database), "--into", into]
    assert cli.main(command) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert message.startswith("Nothing was published. ")
    command[2] = str(tmp_path / "none.duckdb")
    assert cli.main(command) == 1
    assert "expected a database; found no such file" in capsys.readouterr().err


def test_the_files_of_an_edition_are_not_to_be_written(publish, unread) -> None:
    for file in publish().folder.rglob("*"):
        if file.is_file():
            assert not os.stat(file).st_mode & (stat.S_IWUSR | stat.S_IWGRP)
