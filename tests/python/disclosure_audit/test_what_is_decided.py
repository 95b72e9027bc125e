"""What is decided to be hidden holds before the audit (D2): small made-up publications,
one after the other, each decided with the editions before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labour_monitor.disclosure import decide, deciding
from labour_monitor.disclosure.description import read_description
from labour_monitor.disclosure_audit import attack, audit, months
from labour_monitor.disclosure_audit.history import History
from labour_monitor.disclosure_audit.months import Step
from labour_monitor.disclosure_audit.relations import Rows

from ..disclosure import made_up
from ..disclosure.made_up import House, Said

LIMIT = 5
FIRST = {"afklaringspuljen": date(2021, 12, 1), "fsm2": date(2019, 12, 1)}
"""The months of the one begin before its requirement, those of the other with it."""
NAMES = {
    "afklaringspuljen": (
        *("n_exempt", "status:uddannelse", "status:fleksjob"),
        *("status:revalidering", "status:kontanthjaelp_jobparat"),
    ),
    "fsm2": (
        *("n_exempt", "n_rehab", "status:uddannelse", "status:loennede_timer"),
        *("status:virksomhedspraktik", "status:sygedagpenge"),
    ),
}
COUNTS = st.sampled_from([0, 0, 1, 2, 4, 5, 7, 12, 30, 90])
REVISIONS = st.sampled_from([0, 0, 0, 0, 0, 1, 3])


@st.composite
def published(draw) -> list[Said]:
    """One to three publications of an initiative, each with some months revised."""
    initiative = draw(st.sampled_from(sorted(NAMES)))
    areas = [str(101 + i) for i in range(draw(st.integers(1, 4)))]
    n_outside = 0
    if initiative == "afklaringspuljen":
        n_outside = draw(st.integers(0, len(areas) - 1))
    participants = areas[: len(areas) - n_outside]
    counts = st.fixed_dictionaries(dict.fromkeys(NAMES[initiative], COUNTS))
    revision = st.fixed_dictionaries(dict.fromkeys(NAMES[initiative], REVISIONS))
    months: list[date] = []
    known: dict[tuple[date, str], dict[str, int]] = {}
    said = []
    for step in range(draw(st.integers(1, 3))):
        months.append(made_up.month_after(FIRST[initiative], step))
        for area in areas:
            for earlier in months[:-1]:
                more = draw(revision)
                known[earlier, area] = {
                    name: value + more[name]
                    for name, value in known[earlier, area].items()
                }
            known[months[-1], area] = draw(counts)
        made_up.nobody_comes_in(known, initiative, months, areas)
        said.append(made_up.publish(initiative, months, areas, participants, known))
    return said


@given(published())
@settings(deadline=None, derandomize=True, max_examples=25)
def test_what_is_decided_passes_the_audit(said: list[Said]) -> None:
    with TemporaryDirectory() as folder:
        editions: list[Path] = []
        for number in range(1, len(said) + 1):
            house = House(said[:number]).connect()
            decided = decide(house, editions, LIMIT)
            edition = Path(folder) / str(number)
            made_up.write_edition(edition, house, decided)
            assert audit(edition, editions, LIMIT) == []
            editions.append(edition)


def test_a_nation_passes_the_audit(tmp_path: Path) -> None:
    house = made_up.national(months=2).connect()
    decided = decide(house, [], LIMIT)
    edition = made_up.write_edition(tmp_path / "1", house, decided)
    assert audit(edition, [], LIMIT) == []


def test_a_locked_cohort_is_judged_by_month_as_among_all_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8, E1: where too little is hidden, whoever looks at one month at a time finds
    what the attacker finds who looks at all."""
    open_cohorts = replace(read_description(), locked=())
    monkeypatch.setattr(deciding, "read_description", lambda: open_cohorts)
    house = made_up.small(0, "afklaringspuljen", 4, 1, 3, 15).connect()
    decided = decide(house, [], LIMIT)
    edition = made_up.write_edition(tmp_path / "1", house, decided)
    found = audit(edition, [], LIMIT)
    assert found

    def among_all_months(history: History, rows: Rows, *_known: object) -> object:
        nobody, all_counts = np.zeros(history.size, bool), np.ones(history.size, bool)
        yield iter([Step(nobody, all_counts, rows)])

    monkeypatch.setattr(attack, "attackers", among_all_months)
    assert audit(edition, [], LIMIT) == found


def test_the_months_around_are_enough_for_what_was_revised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8, E1: no count is left to who looks at all months of a locked cohort at once,
    which takes long at the nation's size."""
    house = made_up.small(1, "afklaringspuljen", 6, 1, 4, 150, revised=0.1).connect()
    decided = decide(house, [], LIMIT)
    edition = made_up.write_edition(tmp_path / "1", house, decided)

    def all_but_the_last(*known: object) -> object:
        yield from [*months.attackers(*known)][:-1]

    monkeypatch.setattr(attack, "attackers", all_but_the_last)
    assert audit(edition, [], LIMIT) == []
