"""The landing obeys the contract, and the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import identity
from labour_monitor.synthetic import canaries, generate, landing
from labour_monitor.synthetic.calendar import DELIVERY_DATES, week_label
from labour_monitor.synthetic.contract import REGISTERS
from labour_monitor.synthetic.faults import in_order
from labour_monitor.synthetic.population import draw_population
from labour_monitor.synthetic.writing import delivery_file, whole_or_nothing

TEXT, DATE, WHOLE, YES_NO = pa.string(), pa.date32(), pa.int32(), pa.bool_()
MONEY = pa.decimal128(18, 2)

# Word by word from the source contract, not from the generator's own list.
CONTRACT: dict[str, dict[str, pa.DataType]] = {
    "personer": {"pnr": TEXT, "foed_dag": DATE, "doddato": DATE},
    "bopael": {"pnr": TEXT, "kom": TEXT, "bop_vfra": DATE, "bop_vtil": DATE},
    "visitation": {
        "pnr": TEXT,
        "personkategori_kode": WHOLE,
        "fra_dato": DATE,
        "til_dato": DATE,
    },
    "integrationsprogram": {
        "pnr": TEXT,
        "program_kode": TEXT,
        "fra_dato": DATE,
        "til_dato": DATE,
    },
    "ydelser": {"pnr": TEXT, "ydelse_kode": TEXT, "fra_dato": DATE, "til_dato": DATE},
    "fritagelser": {
        "pnr": TEXT,
        "fritagelse_kode": TEXT,
        "fra_dato": DATE,
        "til_dato": DATE,
    },
    "aktivering": {
        "pnr": TEXT,
        "tilbud_kode": TEXT,
        "start_dato": DATE,
        "slut_dato": DATE,
        "publiceret": YES_NO,
    },
    "uddannelse": {
        "pnr": TEXT,
        "udd": TEXT,
        "su_berettiget": YES_NO,
        "elev3_vfra": DATE,
        "elev3_vtil": DATE,
    },
    "persongrupper": {
        "pnr": TEXT,
        "persongruppe": TEXT,
        "start_dato": DATE,
        "slut_dato": DATE,
    },
    "eindkomst": {
        "indberetning_id": TEXT,
        "pnr": TEXT,
        "ajo_cvr_nr": TEXT,
        "vmo_basis_aar": WHOLE,
        "vmo_basis_maaned": WHOLE,
        "vmo_indkomst_type_kode": TEXT,
        "ajo_loentimer": MONEY,
        "ajo_smalt_loenbeloeb": MONEY,
        "ansaettelse_kode": TEXT,
        "vmo_tilbagefoersel_kode": TEXT,
    },
    "socialt_frikort": {
        "indberetning_id": TEXT,
        "pnr": TEXT,
        "cvr": TEXT,
        "aar": WHOLE,
        "maaned": WHOLE,
        "timer": MONEY,
        "beloeb": MONEY,
    },
}


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_faults_in_any_order_go_into_columns_by_their_names(tmp_path) -> None:
    given = ["personer-file-truncated", "personer-mixed-case-names"]
    given += ["dream-upper-case-names", "dream-extra-columns"]
    given += ["dream-column-missing", "dream-invalid-pnr", "personer-invalid-pnr"]
    assert in_order(given)[-3:] == [given[2], given[1], given[0]]
    made = [
        generate(tmp_path / name, citizens=1000, faults=faults)
        for name, faults in (("one", given), ("other", given[::-1]))
    ]
    assert digest(made[0].landing) == digest(made[1].landing)


def test_faults_that_cannot_be_together_are_refused_and_nothing_is_left(
    tmp_path,
) -> None:
    faults = ("dream-column-missing", "dream-pnr-wrong-type")
    with pytest.raises(ValueError, match="'dream-pnr-wrong-type' cannot be in dream"):
        generate(tmp_path / "landing", citizens=1000, faults=faults)
    assert not (tmp_path / "landing").exists()


def test_a_fault_that_is_wrong_by_itself_is_not_laid_to_others(
    tmp_path, monkeypatch
) -> None:
    def wrong(*_: object) -> None:
        raise KeyError("pnr")

    monkeypatch.setattr(landing, "inject", wrong)
    faults = ("dream-invalid-pnr", "personer-invalid-pnr")
    with pytest.raises(KeyError):
        generate(tmp_path / "landing", citizens=1000, faults=faults)


def test_every_source_has_every_delivery_and_nothing_else(small_landing: Path) -> None:
    expected = {
        delivery_file(small_landing, source, delivered)
        for source in REGISTERS
        for delivered in DELIVERY_DATES
    }
    assert len(expected) == 12 * len(DELIVERY_DATES)
    found = {path for path in small_landing.rglob("*") if path.is_file()}
    assert found == {*expected, small_landing / identity.FILE_NAME}


@pytest.mark.parametrize("source", sorted(CONTRACT))
def test_columns_have_the_names_and_types_of_the_contract(
    small_landing: Path, source: str
) -> None:
    for delivered in DELIVERY_DATES:
        schema = pq.read_schema(delivery_file(small_landing, source, delivered))
        types = dict(zip(schema.names, schema.types, strict=True))
        assert types == CONTRACT[source]


def test_dream_has_every_week_in_order_and_enough_of_them(small_landing: Path) -> None:
    needed = {  # the week of F of the newest month of FSM2 that is reportable
        date(2020, 9, 28): "y_2031",
        date(2020, 11, 27): "y_2031",
        date(2021, 2, 25): "y_2049",
        date(2021, 8, 30): "y_2122",
        date(2022, 2, 24): "y_2148",
        date(2022, 8, 30): "y_2148",
        date(2023, 2, 28): "y_2148",
    }
    monday = date(2010, 8, 2).toordinal()
    for delivered in DELIVERY_DATES:
        schema = pq.read_schema(delivery_file(small_landing, "dream", delivered))
        weeks = [
            f"y_{week_label(date.fromordinal(monday + 7 * i))}"
            for i in range(len(schema.names) - 1)
        ]
        assert schema.names == ["pnr", *weeks]
        assert set(schema.types) == {pa.string()}
        if delivered in needed:
            assert needed[delivered] in weeks
    assert {"y_1553", "y_2053"} <= set(weeks)


def test_dream_ends_before_it_is_delivered(small_landing: Path) -> None:
    for delivered in DELIVERY_DATES:
        path = delivery_file(small_landing, "dream", delivered)
        last = pq.read_schema(path).names[-1]
        sunday = date.fromisocalendar(2000 + int(last[2:4]), int(last[4:]), 7)
        assert 54 <= (delivered - sunday).days <= 61


def test_a_person_has_one_number_of_ten_digits_that_is_nobodys(
    small_landing: Path,
) -> None:
    path = delivery_file(small_landing, "personer", DELIVERY_DATES[-1])
    rows = pq.read_table(path).to_pylist()
    sound = {row["pnr"]: row for row in rows if len(row["pnr"]) == 10}
    assert all(pnr.isdigit() and 61 <= int(pnr[:2]) <= 91 for pnr in sound)
    otherwise = [
        pnr
        for pnr, row in sound.items()
        if row["foed_dag"] is not None
        and pnr not in canaries.NUMBERS
        and f"{row['foed_dag'].day + 60:02d}{row['foed_dag']:%m%y}" != pnr[:6]
    ]
    assert len(otherwise) <= 1, "the row in conflict alone"
    assert len(sound) >= 2_000 - 1  # one named citizen is not in the register


def test_nothing_is_known_before_it_happened(small_landing: Path) -> None:
    for source, start, end in (
        ("bopael", "bop_vfra", "bop_vtil"),
        ("ydelser", "fra_dato", "til_dato"),
        ("visitation", "fra_dato", "til_dato"),
    ):
        for delivered in DELIVERY_DATES:
            table = pq.read_table(delivery_file(small_landing, source, delivered))
            starts = [d for d in table[start].to_pylist() if d is not None]
            ends = [d for d in table[end].to_pylist() if d is not None]
            assert max(starts) <= delivered
            assert max(ends) <= delivered


def test_an_increment_holds_no_month_that_was_not_over(small_landing: Path) -> None:
    for delivered in DELIVERY_DATES:
        table = pq.read_table(delivery_file(small_landing, "eindkomst", delivered))
        months = zip(
            table["vmo_basis_aar"].to_pylist(),
            table["vmo_basis_maaned"].to_pylist(),
            strict=True,
        )
        sound = {month for month in months if 1 <= month[1] <= 12}
        assert max(sound) < (delivered.year, delivered.month)
        assert min(sound) >= (2019, 12)


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path / "one", 1_000, seed=7)
    monkeypatch.setattr(landing, "WRITING_THREADS", 1)
    generate(tmp_path / "two", 1_000, seed=7)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_another_seed_gives_other_people() -> None:
    births = [draw_population(1_000, seed).birth.tolist() for seed in (7, 8)]
    assert births[0] != births[1]


def test_blocks_of_another_size_still_cover_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "BLOCK", 300)
    summary = generate(tmp_path / "landing", 1_000)
    path = delivery_file(tmp_path / "landing", "dream", DELIVERY_DATES[0])
    numbers = pq.read_table(path, columns=["pnr"])["pnr"].to_pylist()
    sound = {number for number in numbers if len(number) == 10}
    assert len(sound) == summary.citizens == 1_000


def test_a_landing_with_deliveries_is_refused(small_landing: Path) -> None:
    before = digest(small_landing)
    with pytest.raises(FileExistsError, match="already has deliveries"):
        generate(small_landing, 1_000)
    assert digest(small_landing) == before


def test_too_few_citizens_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least"):
        generate(tmp_path / "landing", 999)


def test_a_run_that_fails_leaves_no_landing(tmp_path: Path) -> None:
    def killed_run() -> None:
        with whole_or_nothing(tmp_path / "landing") as folder:
            (folder / "dream").mkdir()
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed_run()
    assert list(tmp_path.iterdir()) == []


def test_faults_can_be_asked_for_at_once(tmp_path: Path) -> None:
    said: list[str] = []
    summary = generate(
        tmp_path / "landing",
        1_000,
        faults=["dream-week-gap", "ydelser-exact-duplicate"],
        progress=said.append,
    )
    assert summary.faults == ("dream-week-gap", "ydelser-exact-duplicate")
    assert "Week 53 of 2020 is missing." in said
    path = delivery_file(tmp_path / "landing", "dream", DELIVERY_DATES[-1])
    assert "y_2053" not in pq.read_schema(path).names
