"""The contract of the landing is in one place; what must repeat it says the same."""

from __future__ import annotations

import re

import pytest
import yaml

from labour_monitor import project
from labour_monitor.landing import contract

EXCEPTIONS = sorted(
    (project.root() / "models/staging/exceptions").glob("*.yml"), key=lambda p: p.stem
)


@pytest.mark.parametrize("file", EXCEPTIONS, ids=lambda path: path.stem)
def test_the_copies_in_unit_tests_are_those_of_the_contract(file) -> None:
    """dbt's graph is empty in a unit test, so that each gives the contract itself."""
    source = contract.sources()[re.fullmatch(r"stg_(\w+)__exceptions", file.stem)[1]]
    wanted = {
        "kind": source.kind,
        "identity": source.identity,
        "columns": [
            (c.name, c.role, c.nullable, c.codes and c.codes.split(".")[1])
            for c in source.columns
        ],
    }
    copies = [
        test["overrides"]["macros"]["landing_contract"]
        for test in yaml.safe_load(file.read_text())["unit_tests"]
    ]
    assert copies
    for copy in copies:
        columns = [
            (
                column["name"],
                column["role"],
                bool(column["nullable"]),
                column["codes"] and column["codes"].split(".")[1],
            )
            for column in copy["columns"]
        ]
        assert copy | {"columns": columns} == wanted


def test_the_landing_has_the_twelve_sources() -> None:
    kinds = {source.name: source.kind for source in contract.sources().values()}
    assert len(kinds) == 12
    increments = {name for name, kind in kinds.items() if kind == "increment"}
    assert increments == {"eindkomst", "socialt_frikort"}
    cohort = {s.name for s in contract.sources().values() if s.is_cohort_source}
    assert cohort == {
        *("dream", "personer", "bopael", "visitation", "integrationsprogram"),
    }
