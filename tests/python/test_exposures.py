"""Who reads the marts, as dbt knows it: the exposures."""

from __future__ import annotations

import pytest

from labour_monitor import compiled
from labour_monitor.editions import contracts

MARTS = contracts.marts()
EDITIONS = {"house": contracts.house(MARTS), "public": contracts.public(MARTS)}


@pytest.fixture(scope="module")
def exposures() -> dict[str, set[str]]:
    """Each exposure with the models that it rests on."""
    exposures = compiled.manifest("monitoring").exposures.values()
    return {
        exposure.name: {key.rsplit(".", 1)[-1] for key in exposure.depends_on.nodes}
        for exposure in exposures
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_rests_on_the_tables_that_are_in_it(exposures, edition) -> None:
    tables = {table.name for table in EDITIONS[edition]}
    assert exposures[f"edition_{edition}"] == tables


def test_every_report_table_is_in_the_report_of_its_initiative(exposures) -> None:
    for table in (table.name for table in MARTS if table.is_report):
        initiative = table.split("_")[1]
        assert table in exposures[f"report_{initiative}"], table


def test_a_report_rests_on_tables_of_an_edition_alone(exposures) -> None:
    """So it can be made from the edition that it belongs to, and shows no person."""
    reports = [name for name in exposures if name.startswith("report_")]
    assert reports
    for name in reports:
        assert exposures[name] <= exposures["edition_house"], name
        of_the_public = exposures[name] & exposures["edition_public"]
        assert of_the_public >= set(contracts.PUBLIC_DIMENSIONS), name
