"""What a check has found is true for the very files that were checked, under the rules
and the code that they were checked by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from labour_monitor import fingerprints
from labour_monitor.landing import checked, contract
from labour_monitor.landing.checked import NOTHING, Checked, Passed
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.landing.row_rules import form_name, row_rules, suspect_form

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
