"""Each fault of the catalogue, alone and in pairs, through the models: what should
happen happens, to as many rows as were spoiled, and no other row is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labour_monitor.compiled import CompiledProject
from labour_monitor.landing.faults import LandingError
from labour_monitor.synthetic import FAULTS, STOP_MESSAGES, generate, inject

STOPS = sorted(name for name, fault in FAULTS.items() if fault.expected == "stop")
OTHERS = sorted(set(FAULTS) - set(STOPS))
CITIZENS = 3_000
"""So many that each register has rows enough for every fault."""
MARTS = (
    *("dq_row_account", "dq_rejected_row", "dq_finding"),
    *("fct_area_month", "fct_area_month_status"),
)
_PROPERTY = settings(deadline=None, derandomize=True, database=None)
FEW_EXAMPLES = settings(_PROPERTY, max_examples=40)
PAIRS_THROUGH_THE_MODELS = settings(_PROPERTY, max_examples=25)

_FIGURES = """
select md5(string_agg(figure, '' order by figure)) from (
    select to_json(t)::varchar as figure from marts.fct_area_month as t
    union all
    select to_json(t)::varchar from marts.fct_area_month_status as t
)
"""


@dataclass(frozen=True)
class Outcome:
    """What a run made of the deliveries: rows by account and reason, findings, and a
    digest of all figures. The accepted are counted, not computed from the others."""

    delivered: Counter
    accepted: Counter
    duplicates: Counter
    rejected: Counter
    findings: Counter
    figures: str


def difference(after: Counter, before: Counter) -> dict:
    """Where two counts differ, and by how much."""
    changes = Counter(after)
    changes.subtract(before)
    return {key: n for key, n in changes.items() if n}


class Laboratory:
    """A landing, built once, in which faults are put and from which they are taken."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "landing"
        generate(self.landing, citizens=CITIZENS)
        self.project = CompiledProject(
            folder / "laboratory.duckdb",
            self.landing,
            "2023-02-28",
            select=[f"+{mart}" for mart in MARTS],
        )
        self.sound = self.run()

    @contextmanager
    def spoiled(self, *names: str) -> Iterator[list]:
        """The landing with faults in it, and what was injected."""
        sources = {FAULTS[name].source for name in names}
        kept = Path(tempfile.mkdtemp(dir=self.landing.parent))
        for source in sources:
            shutil.copytree(self.landing / source, kept / source)
        try:
            yield [inject(self.landing, name) for name in names]
        finally:
            for source in sources:
                shutil.rmtree(self.landing / source, ignore_errors=True)
                (kept / source).rename(self.landing / source)
            kept.rmdir()

    def run(self) -> Outcome:
        """The models, those of them that read something new."""
        self.project.run("2023-02-28")
        with duckdb.connect(str(self.project.database), read_only=True) as connection:

            def counted(sql: str) -> Counter:
                rows = connection.execute(sql).fetchall()
                return Counter({tuple(row[:-1]): row[-1] for row in rows})

            account = "select source, delivered::varchar, {} from marts.dq_row_account"
            return Outcome(
                delivered=counted(account.format("n_delivered")),
                accepted=counted(account.format("n_accepted")),
                duplicates=counted(account.format("n_duplicate")),
                rejected=counted(
                    "select source, delivered::varchar, reason, count(*) "
                    "from marts.dq_rejected_row group by all"
                ),
                findings=counted("select finding, source, n from marts.dq_finding"),
                figures=connection.execute(_FIGURES).fetchall()[0][0],
            )


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CITIZEN_KEY_SECRET", raising=False)
        yield Laboratory(tmp_path_factory.mktemp("laboratory"))


def is_reject(name: str) -> bool:
    return FAULTS[name].expected.startswith("reject:")


def rejects_of(injected) -> Counter:
    """The rows that a fault should set aside, by source, delivery and reason."""
    reason = FAULTS[injected.fault].expected.removeprefix("reject:")
    # Of rows that conflict the sound one is set aside with the other.
    each = 2 if reason.startswith("conflicting") else 1
    return Counter(
        {(injected.source, injected.delivered, reason): each * injected.rows}
    )


def test_the_catalogue_has_a_fault_of_every_kind_for_every_source() -> None:
    assert len(FAULTS) >= 60
    kinds = Counter((fault.source, fault.kind) for fault in FAULTS.values())
    sources = {fault.source for fault in FAULTS.values()}
    assert len(sources) == 12
    assert all(kinds[s, kind] for s in sources for kind in ("structure", "row"))


@pytest.mark.parametrize("name", OTHERS)
def test_a_fault_alone_does_what_the_catalogue_says_and_nothing_else(
    laboratory: Laboratory, name: str
) -> None:
    sound = laboratory.sound
    with laboratory.spoiled(name) as (injected,):
        found = laboratory.run()
    assert injected.rows or FAULTS[name].kind != "row"
    key = injected.source, injected.delivered
    kind, _, what = FAULTS[name].expected.partition(":")
    rejected = difference(found.rejected, sound.rejected)
    delivered = difference(found.delivered, sound.delivered)
    accepted = difference(found.accepted, sound.accepted)
    duplicates = difference(found.duplicates, sound.duplicates)
    findings = difference(found.findings, sound.findings)
    assert set(delivered) <= {key}
    match kind:
        case "reject":
            wanted = rejects_of(injected)
            assert rejected == wanted
            assert duplicates == {}
            lost = delivered.get(key, 0) - wanted.total()
            assert accepted == ({key: lost} if lost else {})
            if not lost:  # all that is set aside was extra
                assert found.figures == sound.figures
                assert findings == {}
        case "duplicate":
            assert duplicates == {key: injected.rows}
            assert (rejected, accepted, findings) == ({}, {}, {})
            assert found.figures == sound.figures
        case "finding":
            assert findings == {(what, injected.source): injected.rows}
            assert rejected == {}
            replaced = sum(duplicates.values())
            assert replaced == (injected.rows if what == "replaced_report" else 0)
            assert sum(accepted.values()) == sum(delivered.values()) - replaced
        case "tolerated":
            assert (rejected, duplicates, findings) == ({}, {}, {})
            assert accepted == delivered
            assert found.figures == sound.figures


@FEW_EXAMPLES
@given(pair=st.lists(st.sampled_from(STOPS), min_size=2, max_size=2, unique=True))
def test_of_two_faults_that_stop_the_run_both_are_named(
    laboratory: Laboratory, pair: list[str]
) -> None:
    sources = [FAULTS[name].source for name in pair]
    if len(set(sources)) < 2:
        pair = pair[:1]  # what one of them does to the file may hide the other
    with laboratory.spoiled(*pair), pytest.raises(LandingError) as error:
        laboratory.project.run("2023-02-28")
    assert {(f.source, f.column, f.expected) for f in error.value.faults} == {
        (FAULTS[name].source, *STOP_MESSAGES[name]) for name in pair
    }


@FEW_EXAMPLES
@given(stop=st.sampled_from(STOPS), other=st.sampled_from(OTHERS))
def test_a_fault_that_stops_the_run_does_so_whatever_else_is_wrong(
    laboratory: Laboratory, stop: str, other: str
) -> None:
    pair = [other, stop] if FAULTS[stop].source != FAULTS[other].source else [stop]
    with laboratory.spoiled(*pair), pytest.raises(LandingError) as error:
        laboratory.project.run("2023-02-28")
    (fault,) = error.value.faults
    assert fault.source == FAULTS[stop].source
    assert (fault.column, fault.expected) == STOP_MESSAGES[stop]


@PAIRS_THROUGH_THE_MODELS
@given(pair=st.lists(st.sampled_from(OTHERS), min_size=2, max_size=2, unique=True))
def test_two_faults_of_rows_do_what_each_of_them_does(
    laboratory: Laboratory, pair: list[str]
) -> None:
    sound = laboratory.sound
    with laboratory.spoiled(*pair) as injected:
        found = laboratory.run()
    wanted = sum(
        (rejects_of(i) for i in injected if is_reject(i.fault)), start=Counter()
    )
    rejected = difference(found.rejected, sound.rejected)
    copies = Counter()
    for i in injected:
        if FAULTS[i.fault].expected == "duplicate":
            copies[i.source, i.delivered] += i.rows
    if injected[0].source != injected[1].source:
        assert rejected == wanted
        duplicates = difference(found.duplicates, sound.duplicates)
        replaced = [i for i in injected if "replaced" in FAULTS[i.fault].expected]
        assert sum(duplicates.values()) == copies.total() + sum(
            i.rows for i in replaced
        )
    else:  # they may meet in a row, which is set aside once and under one reason
        assert set(rejected) <= set(wanted)
        assert sum(rejected.values()) <= 2 * wanted.total()
    for key, n_delivered in found.delivered.items():
        set_aside = sum(n for k, n in found.rejected.items() if k[:2] == key)
        assert n_delivered == (found.accepted[key] + set_aside + found.duplicates[key])
