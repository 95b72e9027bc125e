"""Every fault of the catalogue can be put into a landing, and does what it says."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.synthetic import FAULTS, inject
from labour_monitor.synthetic.contract import REGISTERS

REASONS = {
    "invalid_pnr",
    "missing_start",
    "end_before_start",
    "unknown_code",
    "unknown_municipality",
    "invalid_period",
    "missing_value",
    "conflicting_person",
    "conflicting_report",
}


@pytest.fixture
def copy_of(small_landing: Path, tmp_path: Path):
    """A copy of one source's deliveries, to be spoiled."""

    def copy(source: str) -> Path:
        shutil.copytree(small_landing / source, tmp_path / source)
        return tmp_path

    return copy


def test_the_catalogue_covers_all_sources_and_reasons() -> None:
    assert len(FAULTS) >= 60
    assert {fault.source for fault in FAULTS.values()} == set(REGISTERS)
    expected = {fault.expected for fault in FAULTS.values()}
    assert {f"reject:{reason}" for reason in REASONS} <= expected
    assert {"stop", "tolerated", "duplicate"} <= expected
    kinds = {fault.kind for fault in FAULTS.values()}
    assert kinds == {"structure", "row", "variant"}
    stops = Counter(f.source for f in FAULTS.values() if f.expected == "stop")
    assert set(stops) == set(REGISTERS)


@pytest.mark.parametrize("fault_id", sorted(FAULTS))
def test_fault_can_be_injected(fault_id: str, copy_of, small_landing: Path) -> None:
    fault = FAULTS[fault_id]
    landing = copy_of(fault.source)
    injected = inject(landing, fault_id)
    assert injected.source == fault.source
    assert injected.path.parent.name == f"delivered={injected.delivered}"
    assert (injected.rows > 0) == (fault.kind == "row") or fault.kind == "variant"
    before = _content(small_landing / fault.source)
    after = _content(landing / fault.source)
    assert before != after


def _content(folder: Path) -> dict[str, bytes]:
    if not folder.exists():
        return {}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "fault_id",
    [
        "bopael-unknown-municipality",
        "socialt_frikort-replaced-report",
        "dream-case-duplicate-week",
    ],
)
def test_a_fault_is_the_same_each_time(
    fault_id: str, small_landing: Path, tmp_path: Path
) -> None:
    source = FAULTS[fault_id].source
    contents = []
    for name in ("one", "two"):
        shutil.copytree(small_landing / source, tmp_path / name / source)
        inject(tmp_path / name, fault_id)
        contents.append(_content(tmp_path / name))
    assert contents[0] == contents[1]


def test_spoiled_rows_come_on_top_of_the_sound_ones(
    copy_of, small_landing: Path
) -> None:
    landing = copy_of("ydelser")
    injected = inject(landing, "ydelser-end-before-start")
    relative = injected.path.relative_to(landing)
    before = pq.read_table(small_landing / relative)
    after = pq.read_table(injected.path)
    assert after.slice(0, before.num_rows).equals(before)
    extra = after.slice(before.num_rows).to_pylist()
    assert len(extra) == injected.rows
    assert all(row["til_dato"] < row["fra_dato"] for row in extra)


def test_nulls_apart_lose_no_row(copy_of, small_landing: Path) -> None:
    landing = copy_of("eindkomst")
    injected = inject(landing, "eindkomst-all-null-column-of-another-type")
    relative = injected.path.relative_to(landing)
    second = pq.read_table(injected.path.with_name("part-2.parquet"))
    assert second.schema.field("vmo_tilbagefoersel_kode").type == pa.int32()
    total = pq.read_metadata(injected.path).num_rows + second.num_rows
    assert total == pq.read_metadata(small_landing / relative).num_rows


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        inject(tmp_path, "no-such-fault")
