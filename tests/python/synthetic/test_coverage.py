"""Whatever a rule or a check may meet occurs in the small landing at least once."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from labour_monitor.synthetic.calendar import DELIVERY_DATES
from labour_monitor.synthetic.contract import REGISTERS, SPELL_COLUMNS
from labour_monitor.synthetic.dirt import spoils
from labour_monitor.synthetic.registers.dream import KNOWN_CODES, UNKNOWN_CODES
from labour_monitor.synthetic.writing import delivery_file

LISTS = Path(__file__).parents[3] / "seeds" / "code_lists"


def values(landing: Path, source: str, column: str) -> set[object]:
    found: set[object] = set()
    for delivered in DELIVERY_DATES:
        path = delivery_file(landing, source, delivered)
        found |= set(pq.read_table(path, columns=[column])[column].to_pylist())
    return found


def rows(
    landing: Path, source: str, delivered: date = DELIVERY_DATES[-1]
) -> list[dict]:
    columns = ["pnr", "y_1052"] if source == "dream" else None
    path = delivery_file(landing, source, delivered)
    return pq.read_table(path, columns=columns).to_pylist()


def code_list(name: str) -> list[str]:
    with (LISTS / f"{name}.csv").open(encoding="utf-8") as file:
        return [row[0] for row in list(csv.reader(file))[1:]]


def test_every_code_of_dream_and_unknown_ones(small_landing: Path) -> None:
    assert list(KNOWN_CODES) == code_list("dream_codes")
    table = pq.read_table(delivery_file(small_landing, "dream", DELIVERY_DATES[-1]))
    seen: set[object] = set()
    for name in table.column_names[1:]:
        seen |= set(pc.unique(table[name]).to_pylist())
    assert set(KNOWN_CODES) | set(UNKNOWN_CODES) | {None} <= seen


@pytest.mark.parametrize(
    ("source", "column", "codes"),
    [
        ("bopael", "kom", "municipalities"),
        ("integrationsprogram", "program_kode", "program_codes"),
        ("ydelser", "ydelse_kode", "ydelse_codes"),
        ("fritagelser", "fritagelse_kode", "fritagelse_codes"),
        ("aktivering", "tilbud_kode", "tilbud_codes"),
        ("eindkomst", "ansaettelse_kode", "ansaettelse_codes"),
    ],
)
def test_every_code_of_every_list(
    small_landing: Path, source: str, column: str, codes: str
) -> None:
    assert set(code_list(codes)) <= values(small_landing, source, column)


def test_every_visitation_and_every_income_type(small_landing: Path) -> None:
    kinds = values(small_landing, "visitation", "personkategori_kode")
    assert {4, 5, 6, 7, 8} <= kinds
    types = values(small_landing, "eindkomst", "vmo_indkomst_type_kode")
    assert {"00", "01", "03", "04", "06", "07", "08", "09", "24"} <= types


def test_every_marker_and_others(small_landing: Path) -> None:
    groups = values(small_landing, "persongrupper", "persongruppe")
    assert {
        "Afklaringspuljen",
        "FSM 2: Rehab (Gr. 2)",
        "FSM 2: Step-up",
        "Flere skal med 1",
    } <= groups


def test_offers_published_and_not(small_landing: Path) -> None:
    assert {True, False} <= values(small_landing, "aktivering", "publiceret")
    assert {True, False} <= values(small_landing, "uddannelse", "su_berettiget")


@pytest.mark.parametrize(
    ("source", "start"), [("bopael", "bop_vfra"), ("visitation", "fra_dato")]
)
def test_spells_that_overlap_and_spells_of_the_same_day(
    small_landing: Path, source: str, start: str
) -> None:
    end = SPELL_COLUMNS[source][1]
    found = [r for r in rows(small_landing, source) if r[start] is not None]
    found.sort(key=lambda r: (r["pnr"], r[start]))
    pairs = [(a, b) for a, b in pairwise(found) if a["pnr"] == b["pnr"] and a != b]
    assert any(a[start] == b[start] for a, b in pairs)
    assert any(a[start] < b[start] and a[end] is None for a, b in pairs)
    assert any(a[start] < b[start] and a[end] and a[end] >= b[start] for a, b in pairs)


def test_reversals_redeliveries_and_late_reports(small_landing: Path) -> None:
    deliveries = [rows(small_landing, "eindkomst", d) for d in DELIVERY_DATES]
    assert any(r["vmo_tilbagefoersel_kode"] == "1" for d in deliveries for r in d)
    first_seen: dict[str, int] = {}
    again = 0
    for number, delivery in enumerate(deliveries):
        for row in delivery:
            seen = first_seen.setdefault(row["indberetning_id"], number)
            again += seen < number
    assert again > 10
    late = [
        row
        for delivered, delivery in zip(DELIVERY_DATES[2:], deliveries[2:], strict=True)
        for row in delivery
        if (row["vmo_basis_aar"], row["vmo_basis_maaned"])
        < (delivered.year - 1, delivered.month)
    ]
    assert late


def test_corrections_after_the_lock(small_landing: Path) -> None:
    weeks = []
    for delivered in DELIVERY_DATES[1:3]:
        path = delivery_file(small_landing, "dream", delivered)
        table = pq.read_table(path, columns=["pnr", "y_2031"]).to_pylist()
        weeks.append({r["pnr"]: r["y_2031"] for r in table})
    changed = [pnr for pnr, code in weeks[0].items() if weeks[1][pnr] != code]
    assert any(weeks[0][pnr] is None for pnr in changed)
    assert any(weeks[1][pnr] is None for pnr in changed)


@pytest.mark.parametrize("source", sorted(REGISTERS))
def test_every_reject_reason_and_an_exact_duplicate(
    small_landing: Path, source: str
) -> None:
    """Rows that cannot be right are in every source, in one delivery or another."""
    reasons: set[str] = set()
    has_duplicate = False
    for delivered in DELIVERY_DATES:
        found = rows(small_landing, source, delivered)
        counts = Counter(tuple(row.items()) for row in found)
        has_duplicate |= any(n > 1 for n in counts.values())
        reasons |= {reason for row in found for reason in _reasons(source, row)}
        by_key = Counter(key[0][1] for key in counts)
        if source in ("dream", "personer") and max(by_key.values()) > 1:
            reasons.add("conflicting_person")
        if REGISTERS[source].is_increment and max(by_key.values(), default=0) > 1:
            reasons.add("conflicting_report")
    expected = set(spoils(source))
    if source in ("dream", "personer"):
        expected.add("conflicting_person")
    if REGISTERS[source].is_increment:
        expected.add("conflicting_report")
    assert expected <= reasons
    assert has_duplicate


def _reasons(source: str, row: dict) -> set[str]:
    """Reasons for which a row would be rejected, read off the row alone."""
    found = set()
    if len(row["pnr"]) != 10:
        found.add("invalid_pnr")
    if source in SPELL_COLUMNS:
        start, end = (row[name] for name in SPELL_COLUMNS[source])
        if start is None:
            found.add("missing_start")
        elif end is not None and end < start:
            found.add("end_before_start")
    if "UKENDT" in row.values() or row.get("personkategori_kode") == 3:
        found.add("unknown_code")
    if row.get("kom") == "999":
        found.add("unknown_municipality")
    if 13 in (row.get("vmo_basis_maaned"), row.get("maaned")):
        found.add("invalid_period")
    required = set(row) - {
        "doddato",
        *(SPELL_COLUMNS.get(source, ())),
        "ajo_loentimer",
        "ajo_smalt_loenbeloeb",
        "vmo_tilbagefoersel_kode",
    }
    if source != "dream" and any(row[name] is None for name in required):
        found.add("missing_value")
    return found
