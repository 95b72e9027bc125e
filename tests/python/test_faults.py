"""The fault catalogue of the generator against the project: what should stop a run
stops it, what spoils a row sets just that row aside. That nothing else stops a run is
seen where each fault goes through the models (`test_fault_effects`)."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import open_landing
from labour_monitor.runs import Known, Selection
from labour_monitor.synthetic import FAULTS, STOP_MESSAGES, inject

STOPS = [name for name, fault in FAULTS.items() if fault.expected == "stop"]
TOO_SMALL = {"integrationsprogram", "socialt_frikort"}
"""Registers with so few rows at this size that two faults may meet in one of them."""
REJECTS = [n for n, fault in FAULTS.items() if fault.expected.startswith("reject:")]


@pytest.fixture
def landing(registers, tmp_path) -> Path:
    return shutil.copytree(registers, tmp_path / "landing")


def opened(landing: Path) -> None:
    open_landing(
        *(str(landing), None, "notat", ["y_2031"], {}),
        *(Known(), Selection({}, frozenset())),
    )


@pytest.mark.parametrize("name", STOPS)
def test_a_structural_fault_stops_the_run_and_says_where(landing, name) -> None:
    injected = inject(landing, name)
    with pytest.raises(LandingError) as error:
        opened(landing)
    message = str(error.value)
    assert f"source {injected.source}" in message
    assert "Nothing was built or changed" in message
    (fault,) = error.value.faults
    assert fault.source == injected.source
    assert (fault.column, fault.expected) == STOP_MESSAGES[name]
    if fault.file and fault.file != "tmp/":
        assert fault.delivered == date.fromisoformat(injected.delivered)


def test_a_broken_delivery_of_the_cohort_must_not_be_replaced_by_an_older_one(
    landing,
) -> None:
    inject(landing, "bopael-file-unreadable-at-the-lock")
    with pytest.raises(LandingError, match="do not build without it"):
        opened(landing)


def test_every_fault_that_stops_the_run_has_its_message_in_the_catalogue() -> None:
    assert set(STOP_MESSAGES) == set(STOPS)


def rejected(workshop) -> Counter:
    assert workshop.dbt("run", "--select", "+stg_registers__exceptions"), (
        workshop.output
    )
    return Counter(
        dict(
            ((source, reason), n)
            for source, reason, n in workshop.query("""
                select source, reject_reason, count(*)
                from staging.stg_registers__exceptions
                where exception = 'rejected'
                group by all
            """)
        )
    )


def test_every_spoiled_row_is_set_aside_under_its_reason_and_no_other(workshop) -> None:
    before = rejected(workshop)
    wanted = Counter()
    for name in REJECTS:
        injected = inject(workshop.landing, name)
        if injected.source not in TOO_SMALL:
            reason = FAULTS[name].expected.removeprefix("reject:")
            # Of rows that conflict the sound ones are set aside with the others.
            each = 2 if reason.startswith("conflicting") else 1
            wanted[injected.source, reason] += each * injected.rows
    found = rejected(workshop) - before
    assert wanted.total() > 100
    assert {key: n for key, n in found.items() if key[0] not in TOO_SMALL} == wanted
