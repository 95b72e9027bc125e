"""What a check has found is true for the very files that were checked, under the rules
and the code that they were checked by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from labour_monitor import fingerprints
from labour_monitor.landing import checked, contract
from labour_monitor.landing.checked import NOTHING, Checked, Passed
from labour_monitor.landing.deliveries import deliveries_read
from labour_monitor.landing.inputs import DeliveredFile, delivered_files
from labour_monitor.landing.row_rules import form_name, row_rules, suspect_form

from .conftest import faults_of, opened, table_of, write

DELIVERED = date(2020, 9, 28)
"""When the landing of the tests was delivered."""
DAY, OTHER_DAY = date(2022, 1, 1), date(2022, 2, 1)
FILE = DeliveredFile("bopael", DAY, "part-0.parquet", 10, 1, "a" * 64)
PASSED = Passed("bopael", DAY, frozenset({"listed kom"}), is_each_once=True)


def found(files=(FILE,), passed=(PASSED,)) -> Checked:
    return Checked(checked.basis(), tuple(files), tuple(passed))


def test_it_is_true_of_the_files_that_were_checked() -> None:
    written_later = replace(FILE, modified_ns=2)
    for files in ([FILE], [FILE, replace(FILE, source="ydelser")], [written_later]):
        assert found().still_true(files) == {("bopael", DAY): PASSED}


@pytest.mark.parametrize(
    "files",
    [
        [replace(FILE, digest="b" * 64)],
        [FILE, replace(FILE, name="part-1.parquet")],
        [replace(FILE, name="part-1.parquet")],
        [replace(FILE, delivered=OTHER_DAY)],
        [replace(FILE, source="personer")],
        [],
    ],
)
def test_it_is_true_of_no_other_files(files) -> None:
    assert found().still_true(files) == {}


def test_of_a_delivery_that_was_not_counted_nothing_is_true() -> None:
    assert found(passed=()).still_true([FILE]) == {}
    assert found(files=()).still_true([FILE]) == {}


@pytest.mark.parametrize("what", ["of_rules", "of_code"])
def test_under_other_rules_and_code_it_is_of_another_time(monkeypatch, what) -> None:
    before = found()
    assert before.is_of_now
    files = getattr(fingerprints, what)()
    other = [replace(files[0], digest="0" * 64), *files[1:]]
    monkeypatch.setattr(fingerprints, what, lambda: other)
    assert not before.is_of_now
    assert not NOTHING.is_of_now


def test_it_is_the_same_after_it_was_written_down() -> None:
    several = found([FILE, replace(FILE, delivered=OTHER_DAY)])
    for each in (several, NOTHING):
        assert Checked.of_data(json.loads(json.dumps(each.as_data()))) == each


def test_each_check_of_a_row_has_a_name_of_its_own() -> None:
    for source in contract.sources().values():
        forms = [form_name(c) for c in source.columns if suspect_form(c)]
        names = [*forms, *(rule.name for rule in row_rules(source))]
        assert len(names) == len({*names})


def checked_landing(landing: Path) -> Checked:
    """What a check has found of a landing: all is in order."""
    deliveries, _ = deliveries_read(landing, contract.sources(), DELIVERED, [])
    return Checked(
        checked.basis(),
        tuple(delivered_files(deliveries, [])),
        tuple(Passed(d.source, d.delivered, frozenset(), True) for d in deliveries),
    )


def test_a_run_reads_no_sound_file_again(landing, monkeypatch) -> None:
    """It believes what the check has found, by the same rules and code."""
    unreadable = table_of("eindkomst", ajo_loentimer=pa.array([1e30]))
    write(landing, "eindkomst", str(DELIVERED), unreadable)
    found = checked_landing(landing)
    digested: list[Path] = []
    of_file = fingerprints.of_file

    def of_each(path: Path) -> str:
        digested.append(path)
        return of_file(path)

    monkeypatch.setattr(fingerprints, "of_file", of_each)
    opening = opened(landing, checked=found)
    assert digested == []
    assert {source for source, _ in opening.found} == {*contract.sources()}
    (suspects,) = (s for s in opening.statements if "landing.bopael_suspects as" in s)
    assert suspects.endswith("as delivered_rows where false")

    by_others = replace(found, rests_on="other rules")
    (fault,) = faults_of(landing, checked=by_others)
    assert "ajo_loentimer" in fault
    write(landing, "eindkomst", str(DELIVERED), table_of("eindkomst"))
    by_others = replace(checked_landing(landing), rests_on="other rules")
    opening = opened(landing, checked=by_others)
    assert opening.found == {}
    assert not [s for s in opening.statements if "delivered_rows" in s]


def test_of_another_file_a_run_believes_nothing(landing) -> None:
    found = checked_landing(landing)
    write(landing, "bopael", str(DELIVERED), table_of("bopael", kom=pa.array(["101"])))
    opening = opened(landing, checked=found)
    assert {source for source, _ in opening.found} == {
        *contract.sources().keys() - {"bopael"}
    }
