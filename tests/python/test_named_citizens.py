"""Named citizens through the whole build: one for every branch and boundary of the
rules, with the months that the spec gives them."""

from __future__ import annotations

from collections import defaultdict

import pytest

from labour_monitor import project
from labour_monitor.cohort import proofs
from labour_monitor.synthetic.named import NamedCitizen, named_citizens

INITIATIVES = ("afklaringspuljen", "fsm2")


def citizen_key(pnr: str) -> str:
    return proofs.citizen_key(pnr, project.citizen_key_secret())


@pytest.fixture(scope="module")
def shown(built) -> dict[tuple[str, str], dict]:
    """What the marts show of each citizen and initiative, by data month."""
    months = defaultdict(dict)
    columns = [row[0] for row in built.query("describe table marts.fct_citizen_month")]
    for values in built.query("select * from marts.fct_citizen_month"):
        row = dict(zip(columns, values, strict=True))
        months[row["citizen_key"], row["initiative"]][row["data_month"]] = row
    return months


@pytest.fixture(scope="module")
def cohort(built) -> dict[str, str]:
    rows = built.query("select citizen_key, municipality_code from marts.fct_cohort")
    return dict(rows)


@pytest.mark.parametrize("citizen", named_citizens(), ids=lambda c: c.name)
def test_a_named_citizen_is_shown_as_the_rules_say(
    citizen: NamedCitizen, cohort, shown
) -> None:
    key = citizen_key(citizen.pnr)
    assert cohort.get(key) == citizen.cohort_municipality, citizen.story
    wrong = []
    for initiative in INITIATIVES:
        for month, expected in citizen.expected(initiative).items():
            row = shown[key, initiative].get(month)
            if row is None or not expected.in_target_group:
                if (row is not None) != expected.in_target_group:
                    wrong.append((initiative, f"{month:%Y-%m}", "in", row is not None))
                continue
            pairs = {
                name: (row[name], getattr(expected, name))
                for name in (
                    "municipality_code",
                    "visitation_category",
                    "is_measured",
                    "status",
                    "is_fulfilled",
                )
            }
            if expected.is_exempt_straksafklaring is not None:
                pairs["is_exempt_straksafklaring"] = (
                    row["is_exempt_straksafklaring"],
                    expected.is_exempt_straksafklaring,
                )
            if expected.signals is not None:
                true = {k.removeprefix("has_") for k in row if k.startswith("has_")}
                true = {signal for signal in true if row[f"has_{signal}"]}
                pairs["signals"] = (true, set(expected.signals))
            wrong += [
                (initiative, f"{month:%Y-%m}", name, is_, wanted)
                for name, (is_, wanted) in pairs.items()
                if is_ != wanted
            ]
    assert not wrong, f"{citizen.rules}: {citizen.story}"


def test_every_rule_has_a_named_citizen() -> None:
    """Of the rules about one citizen; the others are about figures and runs."""
    about_a_citizen = {
        *("T2", "T4", "T5", "C2", "C3", "C4", "C5", "C6", "C7", "C9", "C10", "E1"),
        "E2",
        *("E3", "X1", "X2", "X4", "S1", "S2", "S3", "S4", "S5", "R1", "R2", "F1"),
        *("F2", "F3", "V1", "V2", "V3", "V4", "V5"),
    }
    named = {rule for citizen in named_citizens() for rule in citizen.rules}
    assert about_a_citizen - named == set()
