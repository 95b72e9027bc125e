"""The named citizens are sound data: their records, their months, their coverage."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from labour_monitor.synthetic.calendar import DELIVERY_DATES
from labour_monitor.synthetic.contract import SPELL_COLUMNS
from labour_monitor.synthetic.named import NamedCitizen, Record, named_citizens
from labour_monitor.synthetic.writing import delivery_file

SEEDS = Path(__file__).parents[3] / "seeds"

NUMBER_OF_RULES = {"T": 5, "C": 10, "E": 3, "X": 4, "S": 5, "F": 4, "V": 5}
RULES_WITH_A_CITIZEN = {
    f"{family}{number + 1}"
    for family, numbers in NUMBER_OF_RULES.items()
    for number in range(numbers)
} | {"R1", "R2", "R3", "R5"}
"""The other rules are about areas, reports and publications, not about a citizen."""


def codes(name: str) -> set[str]:
    with (SEEDS / "code_lists" / f"{name}.csv").open(encoding="utf-8") as file:
        return {row[0] for row in list(csv.reader(file))[1:]}


def participants(initiative: str) -> set[str]:
    with (SEEDS / "rules" / "participation.csv").open(encoding="utf-8") as file:
        return {
            row["municipality_code"]
            for row in csv.DictReader(file)
            if row["initiative"] == initiative
        }


@pytest.fixture(scope="module")
def citizens() -> list[NamedCitizen]:
    return named_citizens()


def test_names_and_person_numbers_are_unique(citizens: list[NamedCitizen]) -> None:
    assert len({c.name for c in citizens}) == len(citizens) >= 200
    assert len({c.pnr for c in citizens}) == len(citizens)
    for citizen in citizens:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", citizen.name)
        assert citizen.story.endswith(".")
        assert int(citizen.pnr[6:]) >= 9000


def test_person_number_and_birth_date_agree(citizens: list[NamedCitizen]) -> None:
    for citizen in citizens:
        for row in citizen.delivered("personer", DELIVERY_DATES[-1]):
            born = row["foed_dag"]
            if born is not None:
                text = f"{born.day + 60:02d}{born.month:02d}{born.year % 100:02d}"
                assert citizen.pnr[:6] == text, citizen.name


def test_every_rule_has_a_citizen(citizens: list[NamedCitizen]) -> None:
    named = {rule for citizen in citizens for rule in citizen.rules}
    assert named >= RULES_WITH_A_CITIZEN


def test_expectations_cover_all_months(citizens: list[NamedCitizen]) -> None:
    for citizen in citizens:
        for initiative, first in (
            ("afklaringspuljen", date(2020, 12, 1)),
            ("fsm2", date(2019, 12, 1)),
        ):
            months = list(citizen.expected(initiative))
            assert len(months) == 25
            assert months[0] == first
            assert all(a < b for a, b in pairwise(months))


def test_expectations_are_possible(citizens: list[NamedCitizen]) -> None:
    fsm2 = participants("fsm2")
    for citizen in citizens:
        months = citizen.expected("afklaringspuljen").values()
        present = [m.in_target_group for m in months]
        assert citizen.cohort_municipality or not any(present), citizen.name
        back = [b and not a for a, b in pairwise(present)]
        assert not any(back), f"{citizen.name} comes back after an exit for good"
        for month in months:
            if month.in_target_group:
                assert month.municipality_code == citizen.cohort_municipality
                assert month.visitation_category != "rehabiliteringsgruppe"
        for month in citizen.expected("fsm2").values():
            assert not month.in_target_group or month.municipality_code in fsm2


def test_every_status_is_expected_in_both_initiatives(
    citizens: list[NamedCitizen],
) -> None:
    with (SEEDS / "rules" / "result_schemes.csv").open(encoding="utf-8") as file:
        scheme = {(row["initiative"], row["status"]) for row in csv.DictReader(file)}
    expected = {
        (initiative, month.status)
        for citizen in citizens
        for initiative in ("afklaringspuljen", "fsm2")
        for month in citizen.expected(initiative).values()
        if month.is_measured
    }
    assert scheme <= expected


def test_every_visitation_category_is_expected(citizens: list[NamedCitizen]) -> None:
    seen = {
        month.visitation_category
        for citizen in citizens
        for month in citizen.expected("fsm2").values()
    }
    assert {"indsatsgruppe", "rehabiliteringsgruppe", "fritagelsesgruppe"} <= seen


def test_the_faq_list_differs_for_the_two_reasons_it_lacks(
    citizens: list[NamedCitizen],
) -> None:
    differing = {
        citizen.name
        for citizen in citizens
        if citizen.expected("afklaringspuljen")
        != citizen.expected("afklaringspuljen", "faq")
    }
    assert differing == {"sentenced-to-placement", "exempt-for-special-reasons"}


def test_records_are_sound_or_say_why_not(citizens: list[NamedCitizen]) -> None:
    for citizen in citizens:
        for record in citizen.records:
            if record.rejected != "conflicting_report":
                assert reason(record) == record.rejected, (citizen.name, record.row)


def test_reports_in_conflict_share_id_and_delivery(
    citizens: list[NamedCitizen],
) -> None:
    conflicts = [
        record
        for citizen in citizens
        for record in citizen.records
        if record.rejected == "conflicting_report"
    ]
    keys = Counter((r.row["indberetning_id"], r.delivered_from) for r in conflicts)
    assert keys
    assert min(keys.values()) == 2
    assert len({str(r.row) for r in conflicts}) == len(conflicts)


def test_an_id_comes_once_in_a_delivery_unless_in_conflict(
    citizens: list[NamedCitizen],
) -> None:
    keys = Counter(
        (record.source, record.row["indberetning_id"], record.delivered_from)
        for citizen in citizens
        for record in citizen.records
        if "indberetning_id" in record.row and record.rejected is None
    )
    assert max(keys.values()) == 1


def test_the_same_records_in_every_landing(
    citizens: list[NamedCitizen], small_landing: Path
) -> None:
    for source in ("personer", "ydelser", "eindkomst", "persongrupper"):
        for delivered in DELIVERY_DATES:
            table = pq.read_table(delivery_file(small_landing, source, delivered))
            own = {citizen.pnr for citizen in citizens}
            found = Counter(
                str(list(plain(row).items()))
                for row in table.to_pylist()
                if row["pnr"] in own
            )
            expected = Counter(
                str([(name, plain(row)[name]) for name in table.column_names])
                for citizen in citizens
                for row in citizen.delivered(source, delivered)
            )
            assert found == expected, (source, delivered)


def plain(row: dict) -> dict:
    """Numbers in one form, so that rows can be compared as text."""
    return {
        name: float(value)
        if name in ("ajo_loentimer", "ajo_smalt_loenbeloeb") and value is not None
        else value
        for name, value in row.items()
    }


def test_a_spell_that_still_runs_has_no_end_yet(citizens: list[NamedCitizen]) -> None:
    by_name = {citizen.name: citizen for citizen in citizens}
    praktik = by_name["praktik-from-15-january-to-15-february"]
    assert praktik.delivered("aktivering", date(2020, 11, 27)) == []
    ends = [
        praktik.delivered("aktivering", delivered)[0]["slut_dato"]
        for delivered in DELIVERY_DATES[3:]
    ]
    assert set(ends) == {date(2021, 2, 15)}
    rehab = by_name["cohort-member-with-rehab-marker"]
    assert all(
        row["slut_dato"] is None
        for row in rehab.delivered("persongrupper", DELIVERY_DATES[3])
    )


CODE_LISTS = {
    "bopael": ("kom", "municipalities"),
    "integrationsprogram": ("program_kode", "program_codes"),
    "ydelser": ("ydelse_kode", "ydelse_codes"),
    "fritagelser": ("fritagelse_kode", "fritagelse_codes"),
    "aktivering": ("tilbud_kode", "tilbud_codes"),
    "visitation": ("personkategori_kode", "personkategori_codes"),
    "eindkomst": ("ansaettelse_kode", "ansaettelse_codes"),
}
MAY_BE_NULL = {
    "doddato",
    "ajo_loentimer",
    "ajo_smalt_loenbeloeb",
    "vmo_tilbagefoersel_kode",
}


def reason(record: Record) -> str | None:
    """Why the source contract would reject a record, the first reason in its order."""
    if record.source == "dream":
        return None
    row = record.row
    if not re.fullmatch(r"\d{10}", row["pnr"]):
        return "invalid_pnr"
    optional = set(MAY_BE_NULL)
    if record.source in SPELL_COLUMNS:
        start, end = SPELL_COLUMNS[record.source]
        optional.add(end)
        if row[start] is None:
            return "missing_start"
        if row[end] is not None and row[end] < row[start]:
            return "end_before_start"
    if record.source in CODE_LISTS:
        column, name = CODE_LISTS[record.source]
        if row[column] is not None and str(row[column]) not in codes(name):
            is_place = record.source == "bopael"
            return "unknown_municipality" if is_place else "unknown_code"
    month = row.get("vmo_basis_maaned", row.get("maaned", 1))
    if not 1 <= month <= 12:
        return "invalid_period"
    if any(value is None for name, value in row.items() if name not in optional):
        return "missing_value"
    if record.source == "eindkomst" and (
        row["ajo_loentimer"] is None and row["ajo_smalt_loenbeloeb"] is None
    ):
        return "missing_value"
    return None
