"""What lies in a landing and is not read is known junk, or a fault that names it
(sources.md, Landing): a delivery is never read in part, or not at all, in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from labour_monitor import building, fingerprints
from labour_monitor.landing import layout, manifest
from labour_monitor.landing.opening import wanted_digest
from labour_monitor.runs import Known

from .conftest import faults_of, opened, table_of, the_fault, write

DELIVERY = "delivered=2020-09-28"
PLACES = {
    "the landing": ".",
    "a register's folder": "ydelser",
    "a delivery": f"ydelser/{DELIVERY}",
}
JUNK = [
    *("._a.parquet", "._x", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini"),
    *("_SUCCESS", ".a.parquet.crc", "a.crc", "~$a.xlsx", ".~lock.a.csv#", ".nfs0001"),
    *("_committed_17", "_started_17", "_metadata", ".gitkeep", ".a.swp"),
]
UNREAD = [
    *("B.PARQUET", "b.parq", "b.Parquet", "b.csv", "b.parquet.gz", "b.parquet "),
    *("b.sas7bdat", "Manifest.json", "README.txt", ".b.parquet.Ab12Cd", "b.tmp"),
    *("b.parquet.filepart", "b\nparquet", "b"),
]


def touch(path: Path) -> None:
    path.write_bytes(b"")


def mkdir(path: Path) -> None:
    path.mkdir()


def spark(path: Path) -> None:
    path.mkdir()
    pq.write_table(table_of("ydelser"), path / "part-0.parquet")


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("place", PLACES)
def test_known_junk_is_ignored(landing, place) -> None:
    for name in JUNK:
        (landing / PLACES[place] / name).write_bytes(b"\0\5\x16\7")
    for name in ("__MACOSX", "@eaDir", ".Spotlight-V100"):
        (landing / PLACES[place] / name).mkdir()
    assert opened(landing).as_of == date(2020, 9, 28)


@pytest.mark.parametrize("place", PLACES)
def test_every_file_that_is_not_read_is_a_fault_that_names_it(landing, place) -> None:
    for name in UNREAD if place != "the landing" else set(UNREAD) - {"README.txt"}:
        touch(landing / PLACES[place] / name)
        told = f"'{name}'" if name.endswith(" ") else name.replace("\n", "\\n")
        the_fault(landing, f"file {told}: ", "found a file, which nobody would read")
        (landing / PLACES[place] / name).unlink()


@pytest.mark.parametrize(
    ("name", "make", "what"),
    [
        ("b.parquet", spark, "b.parquet/: expected Parquet files alone"),
        ("b.parquet", mkdir, "found a folder"),
        ("part=1", spark, "part=1/"),
        ("_delta_log", mkdir, "_delta_log/"),
        ("_temporary", mkdir, "_temporary/"),
        ("b.parquet", dangling, "a link that leads nowhere"),
        ("b.parquet", loop, "a link that leads nowhere"),
    ],
)
@pytest.mark.parametrize("has_manifest", [False, True])
def test_what_is_no_file_beside_the_files_of_a_delivery_is_a_fault(
    landing, name, make: Callable[[Path], None], what, has_manifest
) -> None:
    folder = landing / PLACES["a delivery"]
    if has_manifest:
        part = folder / "part.parquet"
        facts = part.name, 1, part.stat().st_size, fingerprints.of_file(part)
        listed = [manifest.LandedFile(*facts)]
        made = manifest.Manifest("ydelser", "2020-09-28", "", "", listed, [])
        manifest.write(folder, made)
    make(folder / name)
    the_fault(landing, "source ydelser, delivery 2020-09-28, file ", what)


@pytest.mark.parametrize(
    "name",
    [
        *("Delivered=2021-01-01", "DELIVERED=2021-01-01", "delivered=2021-1-01"),
        *("delivered=2021-01-1", "delivered=20210101", "delivered=01-01-2021"),
        *("delivered=2020-09-28 ", "delivered=2020-09-28 (1)", " delivered=2021-01-01"),
        *(
            "delivered=2021-01-01T00",
            "delivered-2021-01-01",
            "2021-01-01",
            "delivered=",
        ),
        *(
            "delivered=\uff12\uff10\uff12\uff11-01-01",
            "leveret=2021-01-01",
            "tmp",
            "old",
        ),
    ],
)
def test_a_folder_that_may_be_a_delivery_is_a_fault_that_names_it(
    landing, name
) -> None:
    spark(landing / "ydelser" / name)
    told = f"'{name}'" if name != name.strip() else name
    the_fault(landing, f"source ydelser, file {told}/: ", "delivered=YYYY-MM-DD")


@pytest.mark.parametrize("make", [touch, dangling, loop])
@pytest.mark.parametrize("name", ["ydelser", "ydelser/delivered=2021-01-01"])
def test_a_file_or_a_link_to_nowhere_in_place_of_a_folder_is_a_fault(
    landing, name, make
) -> None:
    if (landing / name).exists():
        (landing / name).rename(landing.with_name(f"{landing.name}-away"))
    make(landing / name)
    fault = faults_of(landing)[0]
    assert f"file {Path(name).name}: " in fault
    assert "nobody would read" in fault


def test_a_link_to_a_delivery_is_one(landing) -> None:
    away = landing.with_name(f"{landing.name}-away")
    (landing / "ydelser").rename(away)
    (landing / "ydelser").symlink_to(away)
    (away / "delivered=2020-09-29").symlink_to(away / DELIVERY)
    assert opened(landing).as_of == date(2020, 9, 29)


@pytest.mark.parametrize("name", ["README.md", "readme.txt", "Log.json", "list.pdf"])
def test_a_note_beside_the_registers_is_ignored_and_told(landing, name) -> None:
    touch(landing / name)
    (told,) = (text for text in opened(landing).messages if name in text)
    assert "nobody would read" in told
    pq.write_table(table_of("ydelser"), landing / name)
    the_fault(landing, f"file {name}: ")


def test_a_day_that_no_calendar_has_is_ignored_and_told(landing) -> None:
    mkdir(landing / "ydelser" / "delivered=2021-02-30")
    opening = opened(landing)
    assert opening.as_of == date(2020, 9, 28)
    (told,) = (text for text in opening.messages if "2021-02-30" in text)
    assert "source ydelser, file delivered=2021-02-30/" in told
    assert "no calendar has" in told


@pytest.mark.parametrize(
    ("name", "near"), [("eindkomts", "eindkomst"), ("Dream", "dream"), ("x", "")]
)
def test_a_folder_of_no_register_is_a_fault_that_names_it(landing, name, near) -> None:
    spark(landing / name)
    the_fault(landing, f"file {name}/: ", f"({near}?)" if near else "nobody would read")


def test_what_the_project_itself_puts_into_a_landing_is_known(landing) -> None:
    for name in ("cohort_lock.json.x", "Landing.json"):
        touch(landing / name)
        the_fault(landing, f"file {name}: ")
        (landing / name).unlink()
    opened(landing)
    assert (landing / "landing.json").is_file()
    for name in (
        "cohort_lock.20210228T000000000000Z.json",
        "cohort_lock.20210228T000000000000Z.reason.json",
        ".landing.json.0123abcd",
    ):
        touch(landing / name)
    for name in (".ydelser.partial", "ydelser/.delivered=2021-01-01.partial"):
        mkdir(landing / name)
    (landing / "monitoring.db").write_bytes(b"\0" * 8 + b"DUCK")
    touch(landing / "monitoring.db.wal")
    mkdir(landing / "quality")
    touch(landing / "quality" / "index.html")
    assert opened(landing)


@pytest.mark.parametrize("name", ["landing.json", "cohort_lock.json"])
@pytest.mark.parametrize("make", [mkdir, dangling, loop])
def test_a_file_of_the_project_that_is_none_is_a_fault(landing, name, make) -> None:
    make(landing / name)
    assert any(f"file {name}" in fault for fault in faults_of(landing))


def test_a_manifest_that_leads_nowhere_is_a_fault(landing) -> None:
    dangling(landing / PLACES["a delivery"] / "manifest.json")
    the_fault(landing, "file manifest.json: expected the manifest of the delivery")


def test_junk_that_is_parquet_is_no_junk(landing) -> None:
    folder = landing / PLACES["a delivery"]
    pq.write_table(table_of("ydelser"), folder / "._b.parquet")
    assert [f.name for f in layout.parquet_files(folder)] == [
        "._b.parquet",
        "part.parquet",
    ]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date.today() + timedelta(days=1), "yet to come"),
        (date(2206, 2, 28), "yet to come"),
        (date(206, 2, 28), "an earlier one"),
    ],
)
def test_a_delivery_of_a_day_on_which_none_can_have_come_is_a_fault(
    landing, day, found
) -> None:
    write(landing, "eindkomst", day.isoformat(), table_of("eindkomst"))
    the_fault(landing, f"source eindkomst, delivery {day}", found)


def test_a_landing_with_anything_in_it_gets_no_synthetic_registers(tmp_path) -> None:
    assert building.is_empty(tmp_path / "new")
    assert building.is_empty(tmp_path)
    for name in ("cohort_lock.json", ".DS_Store"):
        touch(tmp_path / name)
    mkdir(tmp_path / "ydelser")
    assert building.is_empty(tmp_path)
    mkdir(tmp_path / "ydelser" / "Delivered=2021-01-01")
    assert not building.is_empty(tmp_path)
    faults = faults_of(tmp_path)
    assert any("none in" in fault for fault in faults)
    assert any("file Delivered=2021-01-01/" in fault for fault in faults)
    assert not building.is_empty(tmp_path / "cohort_lock.json")


def test_what_is_not_read_is_a_reason_to_build_again(landing) -> None:
    """Else a build would say that nothing has changed."""
    assert wanted_digest(landing, None, Known())
    touch(landing / PLACES["a delivery"] / "B.PARQUET")
    assert wanted_digest(landing, None, Known()) is None


def test_a_file_that_may_not_be_read_is_a_fault(landing, monkeypatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(fingerprints, "of_file", refuse)
    the_fault(landing, "part.parquet", "Permission denied")


def test_a_folder_that_may_not_be_read_is_a_fault(landing, monkeypatch) -> None:
    listed = Path.iterdir

    def iterdir(folder: Path):
        if folder.name == DELIVERY and folder.parent.name == "ydelser":
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    faults = faults_of(landing)
    assert any("delivery 2020-09-28" in f and "Permission denied" in f for f in faults)
