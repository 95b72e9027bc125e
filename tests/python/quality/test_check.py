"""The command as a whole, by Great Expectations: what it judges, what it says, how it
ends, and that its Data Docs hold no person and fetch nothing."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from labour_monitor import cli
from labour_monitor.landing import contract, opening
from labour_monitor.quality import checking, checks, findings, pages
from labour_monitor.quality.checks import Suite
from labour_monitor.quality.findings import Outcome
from labour_monitor.quality.metrics import figures
from labour_monitor.quality.thresholds import thresholds
from labour_monitor.synthetic import FAULTS, inject

from .conftest import failing, file_of, rewrite, suites_of

LIKE_A_PERSON = "6101700000"


@dataclass(frozen=True)
class Checked:
    """A landing, what the check of it found and said, and its Data Docs."""

    landing: Path
    outcome: Outcome
    docs: Path
    suites: list[Suite]
    """What Great Expectations was given to judge."""

    @property
    def said(self) -> str:
        return findings.text(self.outcome)

    @property
    def pages(self) -> dict[str, str]:
        found = {
            str(path.relative_to(self.docs)): path.read_text(encoding="utf-8")
            for path in sorted(self.docs.rglob("*"))
            if path.is_file()
        }
        assert "index.html" in found
        return found


def checked(landing: Path, docs: Path) -> Checked:
    """The check of a landing, on a machine whose network cannot be reached."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the check tried to reach the network")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket, "create_connection", refuse)
        made: list[Suite] = []

        def suites(*arguments: object) -> list[Suite]:
            made.extend(checks.suites(*arguments))
            return made

        patch.setattr(checking, "checks", SimpleNamespace(suites=suites))
        outcome = checking.check(landing, docs)
    return Checked(landing, outcome, docs, made)


@pytest.fixture(scope="session")
def sound(registers, tmp_path_factory) -> Checked:
    return checked(registers, tmp_path_factory.mktemp("sound") / "docs")


@pytest.fixture(scope="session")
def faulty(registers, tmp_path_factory) -> Checked:
    """Rows of every kind that is rejected, codes that could be a person's number, a
    register that lost most of its people, and one that is a month old."""
    folder = tmp_path_factory.mktemp("faulty")
    landing = shutil.copytree(registers, folder / "landing")
    for name, fault in FAULTS.items():
        if fault.expected.startswith("reject:"):
            inject(landing, name)
            inject(landing, name)
    coded = (
        f"select * replace (case when hash(pnr) % 2 = 0 then '{LIKE_A_PERSON}' else "
        "kom end as kom) from delivered_rows"
    )
    rewrite(landing, "bopael", coded)
    rewrite(landing, "personer", "select * from delivered_rows where hash(pnr) % 3 = 0")
    rewrite(landing, "visitation", "select * from delivered_rows", to="2023-05-30")
    return checked(landing, folder / "docs")


@pytest.fixture(scope="session")
def broken(registers, tmp_path_factory) -> Checked:
    """Two registers that the in-door stops, and one with odd rows."""
    folder = tmp_path_factory.mktemp("broken")
    landing = shutil.copytree(registers, folder / "landing")
    sql = "select * exclude (ydelse_kode) from delivered_rows"
    rewrite(landing, "ydelser", sql)
    file_of(landing, "bopael", "2020-09-28").write_bytes(b"this is not Parquet")
    sql = "select * replace (cast(null as varchar) as udd) from delivered_rows"
    rewrite(landing, "uddannelse", sql)
    return checked(landing, folder / "docs")


def test_the_sound_landing_is_sound(sound) -> None:
    assert sound.outcome.findings == []
    assert sound.outcome.verdict == "Sound: nothing to ask about."
    suites = {line.suite.name for line in sound.outcome.lines}
    assert suites == {
        "in-door",
        *contract.sources(),
        *(
            f"{s.name}-cohort"
            for s in contract.sources().values()
            if s.is_cohort_source
        ),
        *("eindkomst-earlier", "socialt_frikort-earlier"),
    }


@pytest.mark.parametrize("name", ["sound", "faulty", "broken"])
def test_great_expectations_finds_what_is_out_of_bounds(name, request) -> None:
    done: Checked = request.getfixturevalue(name)
    assert {
        (f.suite.name, f.check.metric, f.is_fatal) for f in done.outcome.findings
    } == failing(done.suites)


def test_fatal_and_advisory_are_told_apart(faulty) -> None:
    text = faulty.said
    fatal, advisory = text.split("\nADVISORY")
    assert "people: lost, pct." in fatal.split("\nFATAL")[1]
    assert "people: lost, pct." not in advisory
    assert "in no code list" in advisory
    assert f"Do not build: {len(faulty.outcome.fatal)} fatal findings" in text


def test_a_finding_says_what_was_expected_found_means_to_do_and_whom_to_ask(
    faulty,
) -> None:
    (finding,) = (
        f
        for f in faulty.outcome.findings
        if (f.suite.name, f.check.metric) == ("dream", "pnr: not ten digits")
    )
    assert finding.title == "dream, delivered 2023-02-28: pnr: not ten digits"
    parts = dict(finding.parts)
    assert parts["expected"].startswith("text of exactly ten digits; at most 3 of 1,")
    assert parts["found"] == "7 otherwise"
    assert "invalid_pnr" in parts["means"]
    assert "leading zeros" in parts["do"]
    assert parts["ask"] == contract.sources()["dream"].owner
    flat = " ".join(faulty.said.split())
    for label, part in finding.parts:
        assert f"{label} {part}" in flat


def test_every_finding_names_an_owner_and_has_all_its_parts(faulty, broken) -> None:
    for finding in (*faulty.outcome.findings, *broken.outcome.findings):
        assert all(text for _, text in finding.parts), finding.title


def test_what_the_in_door_stops_is_fatal_and_the_rest_is_checked_all_the_same(
    broken,
) -> None:
    examined = opening.examine(str(broken.landing), None, "notat")
    stopped = [f for f in broken.outcome.fatal if f.suite.name == "in-door"]
    assert [(f.check.expected, f.check.found) for f in stopped] == [
        (fault.expected, fault.found) for fault in examined.faults
    ]
    titles = [finding.title for finding in stopped]
    assert titles == [
        "bopael, delivered 2020-09-28, file bopael.parquet",
        "ydelser, delivered 2023-02-28, file ydelser.parquet, column ydelse_kode",
    ]
    assert stopped[0].check.owner == contract.sources()["bopael"].owner
    suites = {line.suite.name for line in broken.outcome.lines}
    assert "bopael" in suites  # its newest delivery is sound
    assert not suites & {"bopael-cohort", "ydelser"}
    assert "uddannelse" in {f.suite.name for f in broken.outcome.findings}


def test_a_file_that_breaks_off_within_is_fatal_and_names_no_value(only) -> None:
    landing = only("bopael")
    file = file_of(landing, "bopael")
    content = bytearray(file.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 400] = bytes(400)
    file.write_bytes(content)
    in_door, *suites = suites_of(landing, "bopael").values()
    (fault,) = (c for c in in_door.checks if c.place and c.place.startswith("bopael"))
    assert fault.place == "bopael, delivered 2023-02-28"
    assert fault.found == "unreadable pages"
    assert fault.is_fatal
    assert [suite.name for suite in suites] == ["bopael-cohort"]


def test_the_data_docs_show_every_suite_and_what_failed(faulty) -> None:
    front = faulty.pages["index.html"]
    for line in faulty.outcome.lines:
        link = re.search(rf'href="(validations/{line.suite.name}/[^"]+)"', front)
        assert link, line.suite.name
        page = faulty.pages[link[1]]
        has_failed = re.search(r"</i>\s*Failed", page) is not None
        assert has_failed == bool(line.n_fatal or line.n_advisory)
        assert f"expectations/{line.suite.name}.html" in faulty.pages
    for finding in faulty.outcome.findings:
        assert finding.title in front


def test_the_data_docs_and_the_text_hold_no_person_number(faulty, broken) -> None:
    for done in (faulty, broken):
        files = [
            str(path)
            for path in done.landing.rglob("*.parquet")
            if path.read_bytes()[:4] == b"PAR1"
        ]
        numbers = {LIKE_A_PERSON}
        with duckdb.connect() as connection:
            for file in files:
                sql = f"select distinct pnr from read_parquet('{file}')"
                numbers |= {pnr for (pnr,) in connection.execute(sql).fetchall() if pnr}
        assert len(numbers) > 1_000
        digits = re.compile(r"[0-9]{6,}")
        for name, text in {**done.pages, "the text": done.said}.items():
            assert not numbers & set(digits.findall(text)), f"a person in {name}"
            assert LIKE_A_PERSON not in text, name


def test_the_data_docs_fetch_nothing_and_run_nothing(sound, faulty) -> None:
    for done in (sound, faulty):
        for name, page in done.pages.items():
            assert name.endswith(".html")
            assert not re.search(
                r"""(src|srcset|href)\s*=\s*["']?\s*(https?:)?//""", page
            )
            assert not re.search(r"https?:", page), name
            assert not re.search(r"<(script|link|img|iframe)\b|@import|url\(", page)
            assert "<style>" in page


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ('<p onclick="x()">a&amp;b</p>', "<p>a&amp;b</p>"),
        ('<script src="https://a/b.js">if (1 < 2) {}</script><b>c</b>', "<b>c</b>"),
        ('<link rel="stylesheet" href="https://a/b.css"><i>d</i>', "<i>d</i>"),
        ('<img src="//a/b.png"><img src="b.png">e', "e"),
        ('<a href="https://a/">f</a>', "<a>f</a>"),
        ('<a href="../index.html#g">g</a>', '<a href="../index.html#g">g</a>'),
        ('<div style="background: url(//a)">h</div>', "<div>h</div>"),
        ("<style>@import 'https://a';</style>i", "i"),
        ('<a href="javascript:x()">j</a>', "<a>j</a>"),
    ],
)
def test_a_page_is_stripped_of_what_would_be_fetched_or_run(page, left) -> None:
    assert pages.offline(page) == left


def test_the_telemetry_is_off(sound) -> None:
    """It is set before Great Expectations is imported; `checked` blocks the network."""
    assert sound.outcome.as_of is not None
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_only_the_check_pays_for_great_expectations() -> None:
    code = (
        "import sys, labour_monitor.cli, labour_monitor.quality.checking; "
        "print([m for m in ('great_expectations', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def command(landing: Path, docs: Path, *options: str) -> int:
    return cli.main(["check", "--landing", str(landing), "--docs", str(docs), *options])


def test_a_fatal_finding_ends_with_1_and_the_place_of_the_docs(
    landing, tmp_path, capsys, judged_by_bounds
) -> None:
    (landing / "dream" / "delivered=2023-02-28" / "dream.parquet").unlink()
    docs = tmp_path / "docs"
    assert command(landing, docs) == 1
    said = capsys.readouterr().out
    assert "dream, delivered 2023-02-28" in said
    assert "an empty folder" in said
    assert said.endswith(f"Data Docs: {docs / 'index.html'}\n")


def test_an_advisory_finding_ends_with_0_and_so_does_a_sound_landing(
    landing, tmp_path, capsys, judged_by_bounds
) -> None:
    docs = tmp_path / "docs"
    assert command(landing, docs, "--as-of", "2021-02-25") == 0
    said = capsys.readouterr().out
    # The markers of the cohort were set in these months: more than ten times as many.
    assert "persongrupper, delivered 2021-02-25: rows: change in pct." in said
    assert "as of 2021-02-25" in said
    assert "Nothing fatal" in said
    first = (docs / "index.html").read_text()
    assert command(landing, docs) == 0
    assert "Sound" in capsys.readouterr().out
    assert (docs / "index.html").read_text() != first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("as_of", ["yesterday", "2019-12-31"])
def test_without_an_as_of_date_there_is_one_fatal_finding(
    registers, tmp_path, as_of, judged_by_bounds
) -> None:
    outcome = checking.check(registers, tmp_path / "docs", as_of)
    (finding,) = outcome.findings
    assert finding.is_fatal
    assert as_of in finding.check.found
    assert outcome.as_of is None
    assert (tmp_path / "docs/index.html").exists()


@pytest.mark.parametrize("is_given", [False, True])
def test_the_pages_of_another_landing_are_beside_the_database(
    only, tmp_path, monkeypatch, is_given
) -> None:
    """As a build of it leaves them: those of the project's own are not replaced."""
    landing, database = only("bopael"), tmp_path / "elsewhere/monitoring.duckdb"
    monkeypatch.setenv("MONITORING_DUCKDB_PATH", str(database))
    given = tmp_path / "given"
    wanted = given if is_given else database.parent / "quality"
    asked = []

    def check(of: Path, docs: Path, *_: object, **__: object) -> SimpleNamespace:
        asked.append((of, docs))
        return SimpleNamespace(fatal=[])

    monkeypatch.setattr(checking, "check", check)
    monkeypatch.setattr(findings, "text", lambda _: "")
    options = ["--docs", str(given)] if is_given else []
    assert cli.main(["check", "--landing", str(landing), *options]) == 0
    assert asked == [(landing, wanted)]


def test_a_folder_of_something_else_is_never_replaced(
    registers, tmp_path, capsys
) -> None:
    docs = tmp_path / "mine"
    docs.mkdir()
    (docs / "thesis.txt").write_text("years of work")
    assert command(registers, docs) == 1
    assert "give another folder with --docs" in capsys.readouterr().err
    assert (docs / "thesis.txt").read_text() == "years of work"


def test_the_check_and_staging_agree_on_the_rows_that_are_set_aside(built) -> None:
    """Both follow the contract, each in its own words: staging's reason of a row, and
    the rows of which some expectation fails or that differ under one identity."""
    rejected = dict(
        ((source, str(delivered)), n)
        for source, delivered, n in built.query("""
            select source, delivered, count(*)
            from marts.dq_rejected_row
            group by all
        """)
    )
    examined = opening.examine(str(built.landing), None, "notat")
    counted = {}
    with duckdb.connect() as connection:
        for name, source in contract.sources().items():
            read, limits = examined.read[name], thresholds(name)
            found = figures(connection, source, read, limits)
            for delivered, of_delivery in found.items():
                counted[name, str(delivered)] = of_delivery.n_set_aside
    assert sum(counted.values()) > 100
    assert {key: n for key, n in counted.items() if n} == rejected
