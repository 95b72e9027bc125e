"""The path of a file or of the landing is never data, and names no other file: what is
landed is what is in the files that were named."""

from __future__ import annotations

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli
from labour_monitor.landing import contract
from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving.land import land

from .conftest import DAY, STAR, rows, write_csv

CODES = {"lev [1]": "101", "lev 1": "147"}
HEADER = "pnr;kom;bop_vfra;bop_vtil\n"


def residences(file: Path, code: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{HEADER}6101701234;{code};2020-01-31;\n", encoding="utf-8")
    return file


def codes(landing: Path, tmp_path: Path) -> list[tuple]:
    """The municipalities of a delivery, read from a copy at a plain path."""
    (file,) = (landing / "bopael" / f"delivered={DAY}").glob("*.parquet")
    shutil.copy(file, tmp_path / "copy.parquet")
    return duckdb.sql(
        f"select kom from '{tmp_path}/copy.parquet' order by 1"
    ).fetchall()


@pytest.mark.parametrize("source", contract.sources())
def test_a_folder_that_is_named_as_a_column_is_no_data(
    original, tmp_path, source
) -> None:
    """Every column of the register at once, above the file and above the landing."""
    columns = contract.sources()[source].named_columns
    value = {"date": "2001-01-01", "boolean": "true"}
    above = Path(*(f"{c.name}={value.get(c.data_type, '101')}" for c in columns))
    (tmp_path / above).mkdir(parents=True)
    parquet = shutil.copy(original(source), tmp_path / above / "file.parquet")
    csv = write_csv(source, original(source), tmp_path / "file.csv", STAR)
    landing = tmp_path / above / "landing"
    made = land(landing, source, [csv], DAY)
    (file,) = made.folder.glob("*.parquet")
    shutil.copy(file, tmp_path / "copy.parquet")
    landed = rows(source, tmp_path / "copy.parquet")
    assert sorted(map(repr, landed)) == sorted(
        map(repr, rows(source, original(source)))
    )
    assert not land(landing, source, [parquet], DAY).is_new


@pytest.mark.parametrize("name", CODES)
def test_a_landing_is_not_the_one_beside_it(tmp_path, name) -> None:
    for other, code in CODES.items():
        file = residences(tmp_path / other / "bopael.csv", code)
        land(tmp_path / other / "landing", "bopael", [file], DAY)
    assert codes(tmp_path / name / "landing", tmp_path) == [(CODES[name],)]
    again = residences(tmp_path / "again.csv", CODES[name])
    again.write_bytes(again.read_bytes().replace(b"\n", b"\r\n"))
    assert not land(tmp_path / name / "landing", "bopael", [again], DAY).is_new
    residences(again, "461")
    with pytest.raises(LandingError, match="other content"):
        land(tmp_path / name / "landing", "bopael", [again], DAY)


@pytest.mark.parametrize(
    "names",
    [
        ("y1.csv", "y[12].csv"),
        ("*.csv", "?.csv"),
        ("it's; a, b.csv", 'say "so".csv'),
        ("~.csv", "100 %41.csv"),
        ("æøå\\.csv", "new\nline.csv"),
        ("kom=461.CSV", " .csv"),
    ],
)
def test_each_file_that_is_named_is_read_once(tmp_path, capsys, names) -> None:
    files = [residences(tmp_path / name, f"10{i}") for i, name in enumerate(names, 1)]
    landing = tmp_path / "landing"
    command = ["land", "bopael", *map(str, files), "--delivered", DAY]
    assert cli.main([*command, "--landing", str(landing)]) == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 7
    parts = sorted((landing / "bopael" / f"delivered={DAY}").glob("*.parquet"))
    assert [duckdb.sql(f"select kom from '{p}'").fetchall() for p in parts] == [
        [("101",)],
        [("102",)],
    ]


def test_a_landing_that_duckdb_cannot_be_given_is_refused(tmp_path) -> None:
    file = residences(tmp_path / "file.csv", "101")
    with pytest.raises(LandingError, match="a backslash together with one of"):
        land(tmp_path / "a\\b[1]", "bopael", [file], DAY)
    assert not (tmp_path / "a\\b[1]").exists()


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (Path.mkdir, "found a folder"),
        (os.mkfifo, "found neither a file nor a folder"),
        (lambda path: path.symlink_to("nowhere"), "found a link that leads nowhere"),
        (lambda path: None, "found none of that name"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path, make, found) -> None:
    make(tmp_path / "bopael.csv")
    with pytest.raises(LandingError, match=found):
        land(tmp_path / "landing", "bopael", [tmp_path / "bopael.csv"], DAY)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("\udce5r.csv", "expected a path or text in UTF-8; found other bytes"),
        ("loop/x.csv", "is a link that leads to itself"),
    ],
)
def test_a_path_that_cannot_be_said_is_refused_in_one_line(
    tmp_path, capsys, name, found
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    command = ["land", "bopael", str(tmp_path / name), "--delivered", DAY]
    assert cli.main(command) == 2
    assert found in capsys.readouterr().err
    for command in ("verify", "check", "build", "replay"):
        assert cli.main([command, "--landing", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert found in said
        assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "day", ["0023-02-28", "1999-12-31", str(date.today() + timedelta(days=1))]
)
def test_a_day_on_which_nothing_can_have_come_is_refused(tmp_path, day) -> None:
    file = residences(tmp_path / "file.csv", "101")
    with pytest.raises(LandingError, match="from 2000-01-01 until today"):
        land(tmp_path / "landing", "bopael", [file], day)


def test_what_lies_beside_a_landed_file_is_told_by_the_next_landing(tmp_path) -> None:
    file = residences(tmp_path / "file.csv", "101")
    made = land(tmp_path / "landing", "bopael", [file], DAY)
    (made.folder / "B.PARQUET").write_bytes(b"")
    with pytest.raises(LandingError, match=r"file B\.PARQUET: .*nobody would read"):
        land(tmp_path / "landing", "bopael", [file], DAY)
