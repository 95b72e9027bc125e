"""`labour-monitor report` makes the reports of an edition again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from labour_monitor import cli, project
from labour_monitor.editions import reports, shelf

from ..editions.made import contents
from . import made_part


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    """A folder as an edition of made-up tables is, without a report."""
    folder = tmp_path_factory.mktemp("edition") / "2032-04-30-0123456789ab"
    for part in ("house", "public"):
        made_part.make(folder / part, is_internal=part == "house", publications=1)
        about = {
            "format": shelf.FORMAT,
            "edition": folder.name,
            "asOf": "2032-04-30",
            "disclosureLimit": 5,
            "isSynthetic": True,
            "hasExampleParticipants": True,
        }
        (folder / part / shelf.PACKAGE).write_text(json.dumps(about))
    return folder


def run(*arguments: object) -> int:
    return cli.main(["report", *map(str, arguments)])


def test_a_report_is_made_again_in_both_parts(edition, tmp_path, capsys) -> None:
    into = tmp_path / "report"
    assert run("--edition", edition, "--into", into) == 0
    pages = [into / part / "index.html" for part in ("public", "house")]
    assert capsys.readouterr().out.splitlines()[-2:] == [str(page) for page in pages]
    assert "Til intern brug" in pages[1].read_text(encoding="utf-8")
    assert "Til intern brug" not in pages[0].read_text(encoding="utf-8")
    assert {file.parent.name for file in into.rglob("*.pdf")} == {"2032-01-31"}
    as_edition = tmp_path / "edition"
    for part in ("house", "public"):
        shutil.copytree(into / part, as_edition / part / "report")
        for file in (edition / part).glob("*.parquet"):
            shutil.copy(file, as_edition / part)
    reports.audit(as_edition)


def test_the_page_of_one_municipality_is_made_alone(edition, tmp_path, capsys) -> None:
    into = tmp_path / "one"
    into.mkdir()
    shutil.copytree(edition / "public", tmp_path / "given/public")
    given = ("--edition", tmp_path / "given")
    assert run(*given, "--into", into, "--municipality", made_part.SMALL) == 0
    page = f"public/kommuner/{made_part.SMALL}.html"
    assert contents(into).keys() == {page, "public/report.css"}
    assert "Læsø" in (into / page).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--edition", "{none}"], "expected an edition.*found no such folder"),
        (["--edition", "{empty}"], "expected an edition.*found another folder"),
        (
            ["--municipality", "999"],
            "the code of a municipality; found '999'.*give one of 4, from",
        ),
        (["--into", "{full}"], "an empty folder, or a new one; found one with some"),
        (["--into", "{full}/a"], "an empty folder, or a new one; found a file"),
        (["--edition", "{newer}"], "one in the form 2.*with the version that made it"),
        (["--edition", "{spoilt}"], "expected datapackage.json of an edition"),
    ],
)
def test_what_stands_in_the_way_is_one_line(
    edition, tmp_path, capsys, arguments, message
) -> None:
    places = {
        name: tmp_path / name for name in ("none", "empty", "full", "newer", "spoilt")
    }
    for name in ("empty", "full"):
        places[name].mkdir()
    (places["full"] / "a").write_text("")
    for name in ("newer", "spoilt"):
        shutil.copytree(edition, places[name])
    package = places["newer"] / "public" / shelf.PACKAGE
    newer = json.loads(package.read_text()) | {"format": shelf.FORMAT + 1}
    package.write_text(json.dumps(newer))
    (places["spoilt"] / "house" / shelf.PACKAGE).write_text("{}")
    given = [argument.format(**places) for argument in arguments]
    given += ["--edition", str(edition)] * ("--edition" not in given)
    given += ["--into", str(tmp_path / "into")] * ("--into" not in given)
    before = contents(tmp_path)
    assert run(*given) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("No report was made. ")
    assert re.search(message, error)
    assert contents(tmp_path) == before


def test_without_a_published_edition_there_is_no_report(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(project, "database_path", lambda: tmp_path / "x.duckdb")
    assert run("--into", tmp_path / "report") == 1
    error = capsys.readouterr().err
    assert "expected a published edition; found none" in error
    assert "labour-monitor publish" in error
