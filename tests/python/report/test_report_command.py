"""`labour-monitor report` makes the reports of an edition again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

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
            "publications": [
                {
                    "initiative": "afklaringspuljen",
                    "publicationDate": "2032-01-31",
                    "exemptionList": "faq",
                    "hasExampleParticipants": False,
                }
            ],
            "sources": [
                {
                    "register": "dream",
                    "deliveries": [
                        {
                            "initiative": "afklaringspuljen",
                            "publicationDate": "2032-01-31",
                            "delivered": ["2032-01-29"],
                        }
                    ],
                }
            ],
        }
        (folder / part / shelf.PACKAGE).write_text(json.dumps(about))
        shelf.write_checksums(folder / part)
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
    for part in ("public", "house"):
        delivered = into / part / "datakilder.html"
        assert "29. januar 2032" in delivered.read_text(encoding="utf-8")
        for initiative, expected in (("afklaringspuljen", True), ("fsm2", False)):
            page = into / part / initiative / "2032-01-31/index.html"
            said = page.read_text(encoding="utf-8")
            assert ("listen i FAQ om visitation (X2, V2)" in said) is expected
            assert "er et eksempel" not in said
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
    given = ("--edition", tmp_path / "given", "--into", into, "--municipality")
    for code, name in ((made_part.BIG, "København"), (made_part.SMALL, "Læsø")):
        # The second takes the place of the first.
        assert run(*given, code) == 0
        page = f"public/kommuner/{code}.html"
        assert contents(into).keys() == {page, "public/report.css", "checksums.txt"}
        assert name in (into / page).read_text(encoding="utf-8")
    assert shelf.changed(into) == []


TABLE = "rpt_fsm2_requirement.parquet"


def cut(part: Path) -> None:
    file = part / TABLE
    file.write_bytes(file.read_bytes()[:-40])


def of_another_table(part: Path) -> None:
    shutil.copy(part / "dim_month.parquet", part / TABLE)


def with_another_cell(part: Path) -> None:
    table = parquet.read_table(part / TABLE)
    column = table.schema.get_field_index("n_measured")
    cells = [*table["n_measured"].to_pylist()[:-1], 1_000_000]
    parquet.write_table(
        table.set_column(column, "n_measured", pyarrow.array(cells)), part / TABLE
    )


def missing(part: Path) -> None:
    (part / TABLE).unlink()


def more(part: Path) -> None:
    (part / "a.txt").write_text("")


def without_checksums(part: Path) -> None:
    (part / "checksums.txt").unlink()


def with_other_checksums(part: Path) -> None:
    (part / "checksums.txt").write_bytes(b"\xff")


@pytest.mark.parametrize("parts", [["public"], ["public", "house"]])
@pytest.mark.parametrize(
    ("change", "name"),
    [
        (cut, TABLE),
        (of_another_table, TABLE),
        (with_another_cell, TABLE),
        (missing, TABLE),
        (more, "a.txt"),
        (without_checksums, "checksums.txt"),
        (with_other_checksums, "checksums.txt"),
    ],
)
def test_an_edition_that_is_not_as_it_was_published_has_no_report(
    edition, tmp_path, capsys, parts, change, name
) -> None:
    given = tmp_path / edition.name
    for part in parts:
        shutil.copytree(edition / part, given / part)
    changed = parts[-1]
    change(given / changed)
    assert run("--edition", given, "--into", tmp_path / "into") == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith(f"No report was made. File {given}: expected the edition")
    assert f"{changed}/{name} has changed, is gone or is new" in error
    assert "or name another one with --edition" in error
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    ("table", "municipality"),
    [("dim_month", ()), ("dim_municipality", ("--municipality", "101"))],
)
def test_a_table_that_cannot_be_read_is_one_line(
    edition, tmp_path, capsys, table, municipality
) -> None:
    """With checksums that are those of the broken file."""
    given = Path(shutil.copytree(edition, tmp_path / "given"))
    file = given / "public" / f"{table}.parquet"
    file.write_bytes(file.read_bytes()[:100])
    shelf.write_checksums(given / "public")
    asked = ("--edition", given, "--into", tmp_path / "into", *municipality)
    assert run(*asked) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith("No report was made. ")
    assert "cannot be read" in error


def test_parts_of_two_editions_are_no_edition(edition, tmp_path, capsys) -> None:
    given = Path(shutil.copytree(edition, tmp_path / "given"))
    package = given / "house" / shelf.PACKAGE
    another = json.loads(package.read_text()) | {"edition": "another"}
    package.write_text(json.dumps(another))
    shelf.write_checksums(given / "house")
    assert run("--edition", given, "--into", tmp_path / "into") == 1
    assert "of one edition; found those of two" in capsys.readouterr().err


def changed_page(into: Path) -> None:
    (into / "public/index.html").write_text("changed")


def own_file(into: Path) -> None:
    (into / "public/mine.xlsx").write_text("")


def own_folder(into: Path) -> None:
    (into / "mine").mkdir()


def no_checksums(into: Path) -> None:
    (into / "checksums.txt").unlink()


def in_an_edition(into: Path) -> None:
    (into / "public/datapackage.json").write_text("{}")
    (into / "public/checksums.txt").write_text("")
    shelf.write_checksums(into)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (changed_page, "something else in it: public/index.html"),
        (own_file, "something else in it: public/mine.xlsx"),
        (own_folder, "something else in it: mine"),
        (no_checksums, "something else in it: public"),
        (in_an_edition, "one in an edition"),
    ],
)
def test_only_reports_that_the_command_made_are_replaced(
    edition, tmp_path, capsys, change, found
) -> None:
    into = tmp_path / "into"
    (into / "public").mkdir(parents=True)
    (into / "public/index.html").write_text("made before")
    shelf.write_checksums(into)
    change(into)
    before = contents(into)
    assert run("--edition", edition, "--into", into) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert "or one with reports that this command made; found" in error
    assert found in error
    assert contents(into) == before


def test_reports_are_not_made_in_the_place_of_a_part_of_an_edition(
    edition, tmp_path, capsys
) -> None:
    given = Path(shutil.copytree(edition, tmp_path / "given"))
    before = contents(given)
    for into in (given, given / "public", given / "public/report", given / "new"):
        assert run("--edition", edition, "--into", into) == 1
        assert "found one in an edition" in capsys.readouterr().err
    assert contents(given) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--edition", "{none}"], "expected an edition.*found no such folder"),
        (["--edition", "{empty}"], "expected an edition.*found another folder"),
        (
            ["--municipality", "999"],
            "the code of a municipality; found '999'.*give one of 4, from",
        ),
        (
            ["--into", "{full}"],
            "a new folder, an empty one, or .*; found one with some",
        ),
        (["--into", "{full}/a"], "a new folder, an empty one, or .*; found a file"),
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
