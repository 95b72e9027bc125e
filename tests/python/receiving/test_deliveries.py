"""A landed delivery is whole or not there, never changes, and is held to its manifest
by the in-door."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from labour_monitor import cli, project
from labour_monitor.landing import contract, manifest
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.faults import LandingError
from labour_monitor.receiving import land as landing_module
from labour_monitor.receiving import writing
from labour_monitor.receiving.land import land

from .conftest import DAY, STAR, STATISTICS_DENMARK, rows, write_csv

FILES = Path(__file__).parent / "files"
HEADER = "pnr;ydelse_kode;fra_dato;til_dato\n"
ROW = "6101701234;kontanthjaelp;2020-01-01;2020-02-29\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "STAR_ydelser.csv"
    path.write_text(HEADER + ROW, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the delivery of `file` is landed."""
    return tmp_path / "landing" / "ydelser" / f"delivered={DAY}"


def landed(file: Path, folder: Path):
    return land(folder.parent.parent, "ydelser", [file], DAY)


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below the landing, hidden ones too, with the time it was written."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.parent.parent.rglob("*")
        if path.is_file()
    }


def the_fault(call, *parts: str) -> None:
    with pytest.raises(LandingError) as error:
        call()
    faults = [str(fault) for fault in error.value.faults]
    assert len(faults) == 1, faults
    for part in (f"source ydelser, delivery {DAY}", *parts):
        assert part in faults[0]


def test_the_command_says_what_was_landed_and_what_comes_next(
    file, folder, capsys
) -> None:
    arguments = ["land", "ydelser", str(file), "--delivered", DAY]
    arguments += ["--landing", str(folder.parent.parent)]
    assert cli.main(arguments) == 0
    told = capsys.readouterr().out
    assert f"ydelser, delivery {DAY}: 1 row landed" in told
    assert "STAR_ydelser.csv: CSV, delimiter semicolon, encoding UTF-8" in told
    assert "fra_dato, til_dato as YYYY-MM-DD" in told
    assert "labour-monitor build" in told
    before = state(folder)
    assert cli.main(arguments) == 0
    assert "there already with this content (1 row); nothing" in capsys.readouterr().out
    assert state(folder) == before


def test_the_same_file_under_another_name_changes_nothing(file, folder) -> None:
    assert landed(file, folder).is_new
    before = state(folder)
    assert not landed(file.rename(file.with_name("other.csv")), folder).is_new
    assert state(folder) == before


def test_other_content_is_refused(file, folder) -> None:
    landed(file, folder)
    before = state(folder)
    file.write_text(HEADER + ROW * 2, encoding="utf-8")
    the_fault(
        lambda: landed(file, folder),
        "one of 1 rows with other content, landed from other files (STAR_ydelser.csv, ",
        "here are 2 rows",
        "a delivery never changes: land a correction as a new delivery",
    )
    assert state(folder) == before


def test_the_same_rows_in_another_file_change_nothing(file, folder) -> None:
    first = landed(file, folder)
    before = state(folder)
    file.write_bytes((HEADER + ROW).replace("\n", "\r\n").encode())
    again = landed(file, folder)
    assert (again.is_new, again.manifest) == (False, first.manifest)
    assert state(folder) == before


def test_as_many_other_rows_are_refused(file, folder) -> None:
    landed(file, folder)
    file.write_text(HEADER + ROW.replace("02-29", "02-28"), encoding="utf-8")
    the_fault(lambda: landed(file, folder), "with other content", "here are 1 rows")


def test_rows_are_counted_in_a_delivery_that_is_there_too(file, folder) -> None:
    landing = folder.parent.parent
    landed(file, folder)
    assert not land(landing, "ydelser", [file], DAY, n_rows=1).is_new
    the_fault(
        lambda: land(landing, "ydelser", [file], DAY, n_rows=2),
        "expected 2 rows, as --rows says; found 1.",
    )
    file.write_bytes((HEADER + ROW).replace("\n", "\r\n").encode())
    the_fault(
        lambda: land(landing, "ydelser", [file], DAY, n_rows=2),
        "expected 2 rows, as --rows says; found 1.",
    )


def test_whom_to_ask_is_told_where_it_is_about_the_delivery(file, folder) -> None:
    asks = f" Ask: {contract.sources()['ydelser'].owner}."
    landing = folder.parent.parent
    landed(file, folder)
    the_fault(lambda: land(landing, "ydelser", [file], DAY, n_rows=2), asks)
    with pytest.raises(LandingError) as error:
        land(landing, "ydelser", [file.with_name("none.csv")], DAY)
    assert error.value.faults[0].source == "ydelser"
    assert "Ask:" not in str(error.value)
    with pytest.raises(LandingError) as error:
        land(landing, "ydelse", [file], DAY)
    assert "Ask:" not in str(error.value)


def test_a_delivery_without_manifest_is_compared_by_its_rows(
    original, tmp_path
) -> None:
    source, landing = "socialt_frikort", tmp_path / "landing"
    folder = landing / source / f"delivered={DAY}"
    folder.mkdir(parents=True)
    duckdb.execute(
        f"copy (select * from '{original(source)}' order by timer) "
        f"to '{folder}/part.parquet'"
    )
    file = write_csv(source, original(source), tmp_path / "file.csv", STAR)
    before = state(folder)
    assert not land(landing, source, [file], DAY).is_new
    assert state(folder) == before
    text = file.read_text(encoding="cp1252")
    file.write_text(text + text.splitlines()[-1] + "\n", encoding="cp1252")
    with pytest.raises(LandingError, match="rows with other content"):
        land(landing, source, [file], DAY)
    assert state(folder) == before


def test_a_folder_with_something_else_in_it_is_left_alone(file, folder) -> None:
    folder.mkdir(parents=True)
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    the_fault(lambda: landed(file, folder), "a folder with something in it")
    assert [path.name for path in folder.iterdir()] == ["note.txt"]


def test_an_empty_folder_is_filled(file, folder) -> None:
    folder.mkdir(parents=True)
    assert landed(file, folder).is_new


@pytest.mark.parametrize(
    ("module", "step"), [(writing, "_write_raw"), (landing_module, "_put_in_place")]
)
def test_a_run_that_fails_leaves_nothing(
    file, folder, monkeypatch, module, step
) -> None:
    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, fail)
        with pytest.raises(KeyboardInterrupt):
            landed(file, folder)
    assert state(folder) == {}
    assert landed(file, folder).is_new


def test_a_run_that_is_killed_leaves_no_delivery_and_the_next_one_clears_up(
    file, folder
) -> None:
    waiting = (
        "import sys, time; from pathlib import Path\n"
        "from labour_monitor.receiving import land as module\n"
        "def wait(aside, *_):\n"
        "    print(aside, flush=True); time.sleep(600)\n"
        "module._put_in_place = wait\n"
        "module.land(Path(sys.argv[1]), 'ydelser', [Path(sys.argv[2])], sys.argv[3])\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", waiting, str(folder.parent.parent), str(file), DAY],
        stdout=subprocess.PIPE,
        text=True,
        cwd=project.root(),
        env=os.environ | {"PYTHONPATH": str(project.root() / "src")},
    )
    aside = Path(run.stdout.readline().strip())
    the_fault(lambda: landed(file, folder), "another run that does so")
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert not folder.exists()
    assert aside.name == f".{folder.name}.partial"
    assert (aside / "ydelser.parquet").exists()
    assert landed(file, folder).is_new
    assert not aside.exists()
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["manifest.json", "ydelser.parquet"]


def test_two_runs_do_not_land_the_same_delivery(file, folder) -> None:
    aside = folder.with_name(f".{folder.name}.partial")
    aside.mkdir(parents=True)
    handle = os.open(aside, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        the_fault(lambda: landed(file, folder), "another run that does so", "wait")
    finally:
        os.close(handle)
    assert landed(file, folder).is_new


def test_a_long_work_says_how_far_it_has_come(file, folder, monkeypatch) -> None:
    monkeypatch.setattr("labour_monitor.receiving.reading.SECONDS_BETWEEN_MESSAGES", 0)
    said: list[str] = []
    land(folder.parent.parent, "ydelser", [file], DAY, say=said.append)
    assert "STAR_ydelser.csv: read: 1 of 1 rows" in said


def test_the_manifest_says_what_was_landed_and_from_what(file, folder) -> None:
    before = time.time()
    landed(file, folder)
    made = manifest.read(folder)
    assert (made.source, made.delivered) == ("ydelser", DAY)
    assert made.made_by.startswith("labour-monitor ")
    assert made.landed_at.endswith("+00:00")
    assert made.landed_at[:4] >= str(date.fromtimestamp(before).year)
    parquet = (folder / "ydelser.parquet").read_bytes()
    assert [(f.name, f.rows, f.bytes) for f in made.files] == [
        ("ydelser.parquet", 1, len(parquet))
    ]
    assert made.files[0].sha256 == _sha256(parquet)
    (origin,) = made.origins
    assert (origin.name, origin.rows) == ("STAR_ydelser.csv", 1)
    assert origin.sha256 == _sha256(file.read_bytes())
    assert origin.columns_read == ["pnr", "ydelse_kode", "fra_dato", "til_dato"]
    assert str(file.parent) not in (folder / "manifest.json").read_text("utf-8")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _drop(folder: Path) -> None:
    (folder / "ydelser.parquet").unlink()


def _grow(folder: Path) -> None:
    with (folder / "ydelser.parquet").open("ab") as file:
        file.write(b"x")


def _add(folder: Path) -> None:
    (folder / "more.parquet").write_bytes((folder / "ydelser.parquet").read_bytes())


def _rewrite(folder: Path) -> None:
    path = folder / "ydelser.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _edit(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["files"][0] |= values
    path.write_text(json.dumps(document), encoding="utf-8")


def _another_count(folder: Path) -> None:
    _edit(folder, rows=2)


def _no_count(folder: Path) -> None:
    _edit(folder, bytes="many")


def _garble(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"files": 1}', encoding="utf-8")


def _of_another(folder: Path) -> None:
    path = folder / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8")) | {"source": "dream"}
    path.write_text(json.dumps(document), encoding="utf-8")


CHANGES = {
    "a file missing": (_drop, "file ydelser.parquet: expected this file, which the"),
    "a file of another size": (_grow, "bytes, as the manifest says; found "),
    "a file not listed": (_add, "file more.parquet: expected only files that the man"),
    "a garbled manifest": (_garble, "file manifest.json: expected the manifest of"),
    "a manifest of other types": (_no_count, "file manifest.json: expected the mani"),
    "another manifest": (_of_another, "found that of dream, delivery 2023-02-28"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_delivery_is_a_fault_of_the_in_door_and_of_land(
    file, folder, name
) -> None:
    change, part = CHANGES[name]
    landed(file, folder)
    assert manifest.faults("ydelser", date.fromisoformat(DAY), folder) == []
    change(folder)
    (fault,) = manifest.faults("ydelser", date.fromisoformat(DAY), folder)
    assert part in str(fault)
    assert "half-written or changed delivery" in str(fault)
    assert "move the folder away and land the delivery again" in str(fault)
    the_fault(lambda: landed(file, folder), part)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (_rewrite, "expected the content that was landed, SHA-256 "),
        (_another_count, "expected 2 rows, as the manifest says; found 1 rows: a half"),
    ],
    ids=["other content of the same size", "another number of rows"],
)
def test_a_delivery_of_other_content_is_not_there_already(
    file, folder, change, part
) -> None:
    landed(file, folder)
    change(folder)
    before = state(folder)
    the_fault(lambda: landed(file, folder), "file ydelser.parquet", part)
    assert state(folder) == before


def a_source_of(name: str, *columns: tuple[str, str]) -> Source:
    return Source(
        name=name,
        kind="snapshot",
        identity="row",
        is_cohort_source=False,
        columns=tuple(Column(c, kind, None, True, None) for c, kind in columns),
        owner="whoever wrote the example",
    )


def test_a_data_set_that_sas_wrote(tmp_path, monkeypatch) -> None:
    lorem = a_source_of(
        "lorem",
        ("integer_row", "integer"),
        ("text_row", "varchar"),
        ("float_row", "decimal(18,2)"),
        ("date_row", "date"),
    )
    monkeypatch.setattr(
        "labour_monitor.landing.contract.sources", lambda: {"lorem": lorem}
    )
    made = land(tmp_path, "lorem", [FILES / "file1.sas7bdat"], DAY, n_rows=5)
    assert made.manifest.origins[0].format == {
        "kind": "SAS data set (.sas7bdat)",
        "encoding": "WINDOWS-1252",
    }
    found = rows("lorem", made.folder / "lorem.parquet")
    shown = [(day.isoformat(), str(number), whole) for day, number, whole, _ in found]
    assert shown[:3] == [
        ("2018-01-02", "2.50", 1),
        ("2018-02-05", "17.23", 2),
        ("2017-11-21", "3.21", 3),
    ]
    assert found[0][3] == "Some text"


@pytest.mark.parametrize("cut", [1, 65_536, 130_000, 131_072 - 100])
def test_a_data_set_of_sas_that_was_cut_off_is_refused(
    tmp_path, monkeypatch, cut
) -> None:
    lorem = a_source_of("lorem", ("text_row", "varchar"))
    monkeypatch.setattr(
        "labour_monitor.landing.contract.sources", lambda: {"lorem": lorem}
    )
    file = tmp_path / "file.sas7bdat"
    file.write_bytes((FILES / "file1.sas7bdat").read_bytes()[:-cut])
    with pytest.raises(LandingError, match="ask the sender for the whole file again"):
        land(tmp_path, "lorem", [file], DAY)


def test_columns_and_dialects_of_two_senders_give_the_same_delivery(
    original, tmp_path
) -> None:
    source = "aktivering"
    parts = [
        write_csv(source, original(source), tmp_path / "star.csv", STAR),
        write_csv(source, original(source), tmp_path / "dst.csv", STATISTICS_DENMARK),
    ]
    made = [
        land(tmp_path / file.stem, source, [file], DAY).manifest.files for file in parts
    ]
    assert made[0] == made[1]
