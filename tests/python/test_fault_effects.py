"""Each fault of the catalogue through the models: what should happen happens, to as
many rows as were spoiled, and no other row is lost.

Faults of different sources are tried together in one run, since accounts, reasons and
findings say which source they are of: a round holds at most one fault of each source.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labour_monitor.landing import identity
from labour_monitor.landing.faults import LandingError
from labour_monitor.synthetic import FAULTS, STOP_MESSAGES, generate, inject
from labour_monitor.synthetic.faults import Injected

from .conftest import Workshop

STOPS = sorted(name for name, fault in FAULTS.items() if fault.expected == "stop")
OTHERS = sorted(set(FAULTS) - set(STOPS))


def is_conflict(name: str) -> bool:
    return FAULTS[name].expected.startswith("reject:conflicting")


def is_finding(name: str) -> bool:
    return FAULTS[name].expected.startswith("finding:")


def is_counted(name: str) -> bool:
    """As a finding; what is set aside may be one too."""
    return bool(FAULTS[name].leads_to("finding"))


def moves_no_figure(name: str) -> bool:
    """All that is set aside was extra."""
    return not is_conflict(name) and not is_finding(name)


def rounds() -> list[tuple[str, ...]]:
    """Every fault once, with those of other sources that it is tried together with:
    faults that move no figure are by themselves, so that none may move."""
    found = []
    for is_alike in (moves_no_figure, is_finding, is_conflict):
        of_source = defaultdict(list)
        for name in filter(is_alike, OTHERS):
            of_source[FAULTS[name].source].append(name)
        found += [
            tuple(filter(None, names)) for names in zip_longest(*of_source.values())
        ]
    return found


ROUNDS = rounds()
ROUND_OF = {name: names for names in ROUNDS for name in names}
CITIZENS = 2_000
"""So many that each register has rows enough for every fault."""
MARTS = (
    *("dq_row_account", "dq_rejected_row", "dq_finding"),
    *("fct_area_month", "fct_area_month_status"),
)
_PROPERTY = settings(deadline=None, derandomize=True, database=None)
FEW_EXAMPLES = settings(_PROPERTY, max_examples=40)
PAIRS_THROUGH_THE_MODELS = settings(_PROPERTY, max_examples=4)

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

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self.landing, database = folder / "landing", folder / workshop.database.name
        generate(self.landing, citizens=CITIZENS)
        shutil.copy(workshop.pristine / identity.FILE_NAME, self.landing)
        workshop.forget()
        shutil.copy(workshop.database, database)
        self.project = workshop.compiled_for(database, self.landing)
        # While it is open, DuckDB does not write it anew at the end of each run.
        self.held = duckdb.connect(str(database))
        self.sound = self.run()
        self.tried = cache(self._tried)

    def _tried(self, names: tuple[str, ...]) -> tuple[dict[str, Injected], Outcome]:
        """What was injected for a round of faults, and what the run made of it."""
        with self.spoiled(*names) as injected:
            return {i.fault: i for i in injected}, self.run()

    def figures_with(self, name: str) -> str:
        """The digest of the figures with a fault: where the faults of its round move
        them together, with this one alone."""
        _, together = self.tried(ROUND_OF[name])
        if together.figures == self.sound.figures:
            return together.figures
        return self.tried((name,))[1].figures

    @contextmanager
    def spoiled(self, *names: str) -> Iterator[list[Injected]]:
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
        self.project.run("2023-02-28", until=MARTS)
        with self.held.cursor() as connection:

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
def laboratory(
    _workshop: Workshop,
    _february: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Laboratory]:
    laboratory = Laboratory(tmp_path_factory.mktemp("laboratory"), _workshop)
    with laboratory.held:
        yield laboratory


def rejects_of(injected: Injected) -> Counter:
    """The rows that a fault should set aside, by source, delivery and reason."""
    # Of rows that conflict the sound one is set aside with the other.
    each = 2 if is_conflict(injected.fault) else 1
    return Counter(
        {
            (injected.source, injected.delivered, reason): each * injected.rows
            for reason in FAULTS[injected.fault].leads_to("reject")
        }
    )


def test_the_catalogue_has_a_fault_of_every_kind_for_every_source() -> None:
    assert len(FAULTS) >= 60
    kinds = Counter((fault.source, fault.kind) for fault in FAULTS.values())
    sources = {fault.source for fault in FAULTS.values()}
    assert len(sources) == 12
    assert all(kinds[s, kind] for s in sources for kind in ("structure", "row"))


def of(source: str, counts: dict) -> dict:
    """What is about a source."""
    return {key: n for key, n in counts.items() if source in key}


@pytest.mark.parametrize("name", OTHERS)
def test_a_fault_does_what_the_catalogue_says_and_nothing_else(
    laboratory: Laboratory, name: str
) -> None:
    sound = laboratory.sound
    all_injected, found = laboratory.tried(ROUND_OF[name])
    injected = all_injected[name]
    assert injected.rows or FAULTS[name].kind != "row"
    source = injected.source
    key = source, injected.delivered
    kind, _, what = FAULTS[name].expected.partition(":")
    counted = {
        (finding, source): injected.rows for finding in FAULTS[name].leads_to("finding")
    }
    rejected = of(source, difference(found.rejected, sound.rejected))
    delivered = of(source, difference(found.delivered, sound.delivered))
    accepted = of(source, difference(found.accepted, sound.accepted))
    duplicates = of(source, difference(found.duplicates, sound.duplicates))
    findings = of(source, difference(found.findings, sound.findings))
    assert set(delivered) <= {key}
    match kind:
        case "reject":
            wanted = rejects_of(injected)
            assert rejected == wanted
            assert duplicates == {}
            lost = delivered.get(key, 0) - wanted.total()
            assert accepted == ({key: lost} if lost else {})
            assert bool(lost) == is_conflict(name)
            if not lost:
                assert laboratory.figures_with(name) == sound.figures
                assert findings == counted
        case "duplicate":
            assert duplicates == {key: injected.rows}
            assert (rejected, accepted, findings) == ({}, {}, {})
            assert laboratory.figures_with(name) == sound.figures
        case "finding":
            assert findings == counted
            assert rejected == rejects_of(injected)
            replaced = sum(duplicates.values())
            assert replaced == (injected.rows if what == "replaced_report" else 0)
            lost = replaced + sum(rejected.values())
            assert sum(accepted.values()) == sum(delivered.values()) - lost
        case "tolerated":
            assert (rejected, duplicates, findings) == ({}, {}, {})
            assert accepted == delivered
            assert laboratory.figures_with(name) == sound.figures


@pytest.mark.parametrize("names", ROUNDS, ids=lambda names: names[0])
def test_faults_do_nothing_to_other_sources(
    laboratory: Laboratory, names: tuple[str, ...]
) -> None:
    sound = laboratory.sound
    _, found = laboratory.tried(names)
    sources = {FAULTS[name].source for name in names}
    for counts, before in (
        (found.delivered, sound.delivered),
        (found.accepted, sound.accepted),
        (found.duplicates, sound.duplicates),
        (found.rejected, sound.rejected),
    ):
        assert {source for source, *_ in difference(counts, before)} <= sources
    if not any(map(is_conflict, names)):
        findings = difference(found.findings, sound.findings)
        assert {source for _, source in findings} == {
            FAULTS[name].source for name in filter(is_counted, names)
        }


@FEW_EXAMPLES
@given(pair=st.lists(st.sampled_from(STOPS), min_size=2, max_size=2, unique=True))
@example(pair=["persongrupper-folder-without-file", "dream-too-short"])
def test_of_two_faults_that_stop_the_run_both_are_named(
    laboratory: Laboratory, pair: list[str]
) -> None:
    sources = [FAULTS[name].source for name in pair]
    if len(set(sources)) < 2:
        pair = pair[:1]  # what one of them does to the file may hide the other
    with laboratory.spoiled(*pair), pytest.raises(LandingError) as error:
        laboratory.project.run("2023-02-28", until=MARTS)
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
        laboratory.project.run("2023-02-28", until=MARTS)
    (fault,) = error.value.faults
    assert fault.source == FAULTS[stop].source
    assert (fault.column, fault.expected) == STOP_MESSAGES[stop]


def two_of_each_source() -> st.SearchStrategy[list[str]]:
    """Two faults of every source, of which one at least is of rows: a file that was
    turned round as a whole need not take a second such turn."""
    pairs = []
    for source in sorted({fault.source for fault in FAULTS.values()}):
        others = [name for name in OTHERS if FAULTS[name].source == source]
        of_rows = [name for name in others if FAULTS[name].kind == "row"]
        pairs.append(
            st.tuples(st.sampled_from(of_rows), st.sampled_from(others)).filter(
                lambda pair: pair[0] != pair[1]
            )
        )
    return st.tuples(*pairs).map(
        lambda pairs: [name for pair in pairs for name in pair]
    )


@PAIRS_THROUGH_THE_MODELS
@given(names=two_of_each_source())
def test_two_faults_of_a_source_lose_no_row(
    laboratory: Laboratory, names: list[str]
) -> None:
    """They may meet in a row, which is set aside once and under one reason."""
    sound = laboratory.sound
    with laboratory.spoiled(*names) as injected:
        found = laboratory.run()
    wanted = sum(map(rejects_of, injected), start=Counter())
    rejected = difference(found.rejected, sound.rejected)
    assert set(rejected) <= set(wanted)
    for source in {key[0] for key in wanted}:
        n_wanted = sum(of(source, wanted).values())
        assert sum(of(source, rejected).values()) <= 2 * n_wanted
    for key, n_delivered in found.delivered.items():
        set_aside = sum(n for k, n in found.rejected.items() if k[:2] == key)
        assert n_delivered == (found.accepted[key] + set_aside + found.duplicates[key])
