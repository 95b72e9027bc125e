"""The glossary of dbt's documentation has every Danish name of the tables and seeds."""

from __future__ import annotations

import csv
import re

import pytest

from labour_monitor import project
from labour_monitor.editions import contracts
from labour_monitor.landing import contract

ROOT = project.root()
PAGE = (ROOT / "models/docs/glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| name |")
]
NAMES = [name for row in ROWS for name in re.findall(r"`(\w+)`", row[0])]
SEEDS = {
    "rules/initiatives": ("initiative",),
    "code_lists/statuses": ("status",),
    "code_lists/categories": ("category",),
    "code_lists/signals": ("signal",),
    "code_lists/pooled_areas": ("area_code",),
    "code_lists/benefit_groups": ("benefit_group",),
    "code_lists/ydelse_codes": ("ydelse_kode",),
    "code_lists/tilbud_codes": ("tilbud_kode",),
    "code_lists/program_codes": ("program_kode",),
}
"""Where Danish names are values of the tables."""
VISITATION = ("indsatsgruppe", "rehabiliteringsgruppe", "fritagelsesgruppe")
ENGLISH = set(
    re.findall(
        r"\w+",
        """
    accepted age area as at benefit both bytes category cause change citizen citizens
    code cohort count counts data date delivered digest disclosure duplicate example
    exempt finding first fulfilled full group has initiative is json key kind last left
    locked lower mean measure measured meets met missing month municipalities
    municipality n name new of overlap overview participating participation pct previous
    protects publication published rank reached reason receipt region rejected report
    reportable requirement revision row rows self signal solved source state status
    still supporting table target there trend type value weeks account marker difference
    other exits by list exemption participants dim fct rpt dq
    """,
    )
)
"""The words in the names of the marts and their columns that are no Danish."""


def of_seeds() -> set[str]:
    return {
        row[column]
        for seed, columns in SEEDS.items()
        for row in csv.DictReader((ROOT / f"seeds/{seed}.csv").open(encoding="utf-8"))
        for column in columns
    }


def test_every_danish_value_of_the_seeds_is_explained() -> None:
    assert of_seeds() - set(NAMES) == set()


def test_every_register_and_visitation_category_is_explained() -> None:
    assert {*contract.sources(), *VISITATION} - set(NAMES) == set()


@pytest.mark.parametrize("table", contracts.marts(), ids=lambda table: table.name)
def test_every_danish_word_of_a_mart_is_explained(table) -> None:
    """A word in the name of the table or of a column is English, or in a name of the
    glossary, or has a row of its own."""
    explained = {word for name in NAMES for word in name.split("_")}
    explained |= {row[0] for row in ROWS}
    words = {word for name in (table.name, *table.names) for word in name.split("_")}
    assert words - ENGLISH - explained == set()


def test_a_name_is_explained_once() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))
    assert all(len(row) == 3 and all(row) for row in ROWS)
