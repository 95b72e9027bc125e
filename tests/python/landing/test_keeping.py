"""A delivery is looked at once: what makes it new again, and nothing else does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from labour_monitor import compiled, fingerprints, project, rule_data, runs
from labour_monitor.landing import contract, layout, relations
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.keeping import Keeping
from labour_monitor.landing.opening import open_landing
from labour_monitor.runs import Known, Node

AS_OF = "2021-02-28"
SOURCES = contract.sources()
CODE_LISTS = {
    name: {column.codes.split(".")[0] for column in source.columns if column.codes}
    for name, source in SOURCES.items()
}
CODE_LISTS["dream"] |= {"dream_codes", "benefit_groups", "iso_weeks"}


@pytest.fixture(scope="module")
def landing(registers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(registers, tmp_path_factory.mktemp("keeping") / "landing")


@pytest.fixture(scope="module")
def first(landing: Path) -> Keeping:
    return opened(landing, Known())


@pytest.fixture(scope="module")
def known(first: Keeping) -> Known:
    """What a database knows after a run that made everything."""
    pairs = {(table, key): 7 for table, keys in first.wanted.items() for key in keys}
    return Known(
        kept=pairs,
        keeping_number=first.number,
        tables_kept=frozenset(first.wanted),
    )


@cache
def nodes() -> dict[str, Node]:
    return compiled._nodes(compiled.manifest("monitoring"))


def opened(
    landing: Path,
    known: Known,
    as_of: str = AS_OF,
    of: Callable[[], dict[str, Node]] = nodes,
) -> Keeping:
    """What a run of everything finds kept."""
    values = project.variables()
    return open_landing(
        landing_path=str(landing),
        as_of=as_of,
        exemption_list=values["exemption_list"],
        weeks_read=[],
        parameters={name: str(values[name]) for name in project.PARAMETERS},
        known=known,
        selection=runs.whole(of()),
    ).keeping


def new_sources(found: Keeping) -> set[str]:
    return {name for (name, _), d in found.deliveries.items() if d.is_new}


def with_digest(monkeypatch, function: str, is_changed: Callable[[str], bool]) -> None:
    """Files of the project with other content."""
    whole = getattr(fingerprints, function)

    def changed(*arguments: str):
        prints = whole(*arguments)
        if isinstance(prints, list):
            return [replace(p, digest="0") if is_changed(p.name) else p for p in prints]
        return replace(prints, digest="0") if is_changed(prints.name) else prints

    monkeypatch.setattr(fingerprints, function, changed)


def test_all_is_new_at_first_and_nothing_after(landing, first, known) -> None:
    assert new_sources(first) == set(SOURCES)
    assert first.entries == {}
    again = opened(landing, known)
    assert new_sources(again) == set()
    assert again.unfinished == set()
    assert again.number == first.number + 1


def test_nothing_is_new_where_dbt_has_the_models_in_another_order(
    landing, known
) -> None:
    """As it has in a retry, and where it parsed again what somebody has edited."""
    again = opened(landing, known, of=lambda: dict(reversed(nodes().items())))
    assert new_sources(again) == set()


@pytest.mark.parametrize("seed", sorted(set().union(*CODE_LISTS.values())))
def test_a_changed_code_list_makes_the_registers_new_that_rest_on_it(
    landing, known, monkeypatch, seed
) -> None:
    path = f"seeds/code_lists/{seed}.csv"
    with_digest(monkeypatch, "of_rules", lambda name: name == path)
    resting = {name for name, seeds in CODE_LISTS.items() if seed in seeds}
    assert resting
    assert new_sources(opened(landing, known)) == resting


@pytest.mark.parametrize(
    ("day", "n"), [("reference_date", -1), ("window_start_date", 1)]
)
def test_a_cohort_of_other_weeks_has_its_dream_read_again(
    landing, known, monkeypatch, day, n
) -> None:
    """The codes of the reference week are kept (C1), and the weeks that count (C6)."""
    cohorts = [
        replace(cohort, **{day: getattr(cohort, day) + timedelta(weeks=n)})
        for cohort in rule_data.locked_cohorts()
    ]
    monkeypatch.setattr(rule_data, "locked_cohorts", lambda: cohorts)
    found = opened(landing, known)
    is_new = {key for key, delivery in found.deliveries.items() if delivery.is_new}
    drawn_from = min(day for name, day in found.deliveries if name == "dream")
    assert is_new == {("dream", drawn_from)}


def test_a_changed_rule_seed_makes_no_register_new(landing, known, monkeypatch) -> None:
    """Rules are applied after staging."""
    with_digest(monkeypatch, "of_rules", lambda name: name.startswith("seeds/rules/"))
    assert new_sources(opened(landing, known)) == set()


@pytest.mark.parametrize("name", ["bopael", "dream", "eindkomst"])
def test_a_changed_model_makes_its_register_new(
    landing, known, monkeypatch, name
) -> None:
    folder = f"models/staging/{name}"
    with_digest(monkeypatch, "of_tree", lambda path: path.startswith(folder))
    assert new_sources(opened(landing, known)) == {name}


def test_a_changed_model_of_the_cohorts_weeks_makes_dream_new(
    landing, known, monkeypatch
) -> None:
    file = "models/intermediate/cohort/int_cohort_benefit_weeks.sql"
    with_digest(monkeypatch, "of_tree", lambda path: path == file)
    assert new_sources(opened(landing, known)) == {"dream"}


@pytest.mark.parametrize(
    "part",
    [
        *("macros", "requirements.lock"),
        *("src/labour_monitor/landing", "src/labour_monitor/quality"),
    ],
)
def test_changed_code_that_all_share_makes_everything_new(
    landing, known, monkeypatch, part
) -> None:
    with_digest(monkeypatch, "of_code", lambda name: name == part)
    assert new_sources(opened(landing, known)) == set(SOURCES)


def test_a_changed_contract_makes_its_register_new(landing, known, monkeypatch) -> None:
    other = dict(SOURCES)
    other["ydelser"] = replace(SOURCES["ydelser"], identity="pnr")
    monkeypatch.setattr(contract, "sources", lambda *_: other)
    assert new_sources(opened(landing, known)) == {"ydelser"}


def test_another_secret_makes_everything_new(landing, known, monkeypatch) -> None:
    monkeypatch.setenv("CITIZEN_KEY_SECRET", "another secret of a test, which is long")
    assert new_sources(opened(landing, known)) == set(SOURCES)


def test_a_delivery_with_other_content_is_new_and_no_other(
    landing, known, tmp_path
) -> None:
    other = shutil.copytree(landing, tmp_path / "landing")
    file = min(other.glob("eindkomst/*/*.parquet"))
    pq.write_table(pq.read_table(file).slice(0, 100), file)
    found = opened(other, known)
    assert [of for of, d in found.deliveries.items() if d.is_new] == [
        ("eindkomst", layout.day_of(file.parent.name))
    ]
    assert found.unfinished == {"stg_eindkomst__kept_rows"}


def test_a_register_is_kept_as_a_whole(landing, known) -> None:
    """A table that is gone, or that a run did not make, makes the others of its
    register anew too."""
    gone = replace(known, tables_kept=known.tables_kept - {"stg_bopael__overlaps"})
    assert new_sources(opened(landing, gone)) == {"bopael"}
    pairs = {of: n for of, n in known.kept.items() if of[0] != "stg_dream__weeks_read"}
    not_made = replace(known, kept=pairs)
    found = opened(landing, not_made)
    assert new_sources(found) == {"dream"}
    assert found.emptied == [
        "intermediate.int_cohort_benefit_weeks",
        "staging.stg_dream__exceptions",
        "staging.stg_dream__weeks_read",
    ]


def test_what_a_run_has_not_made_is_not_kept(first) -> None:
    *_, last = first.statements_at_end(["stg_bopael__exceptions", "fct_area_month"])
    assert "stg_bopael__exceptions" in last
    assert "stg_bopael__overlaps" not in last


def test_more_files_than_rows_can_be_numbered_by_are_a_fault(
    landing, tmp_path, monkeypatch
) -> None:
    """What is kept is joined by the number of a row, that of its file and place."""
    monkeypatch.setattr(relations, "FILES_OF_A_DELIVERY", 1)
    other = shutil.copytree(landing, tmp_path / "landing")
    file = min(other.glob("eindkomst/*/*.parquet"))
    shutil.copy(file, file.with_name("again.parquet"))
    with pytest.raises(LandingError, match="at most 1 files; found 2"):
        opened(other, Known())
