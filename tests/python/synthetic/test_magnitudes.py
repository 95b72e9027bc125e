"""The lives have the published proportions: checked on one block, before writing."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from labour_monitor.synthetic.calendar import (
    N_WAGE_MONTHS,
    OPEN,
    REFERENCE_DAY,
    REFERENCE_WEEK,
    day,
)
from labour_monitor.synthetic.landing import DEFAULT, DEMONSTRATION, NATION
from labour_monitor.synthetic.lives import YEAR, draw_block
from labour_monitor.synthetic.places import places
from labour_monitor.synthetic.population import draw_population, person_numbers
from labour_monitor.synthetic.registers.casework import draw_offers, fritagelser
from labour_monitor.synthetic.registers.contact import AKTIVITETSPARAT, visitation
from labour_monitor.synthetic.registers.dream import CODES, draw_dream
from labour_monitor.synthetic.registers.markers import (
    COHORT,
    GROUPS,
    persongrupper,
)
from labour_monitor.synthetic.registers.people import bopael
from labour_monitor.synthetic.registers.wages import draw_frikort, eindkomst
from labour_monitor.synthetic.states import CASH_LIKE, INDEX

CITIZENS = 50_000


@pytest.fixture(scope="module")
def world() -> SimpleNamespace:
    block = draw_block(draw_population(CITIZENS, 2020), 0, slice(0, CITIZENS), 2020)
    offers = draw_offers(block)
    dream = draw_dream(block, offers)
    visits = visitation(block)
    return SimpleNamespace(
        block=block,
        offers=offers,
        dream=dream,
        visitation=visits,
        markers=persongrupper(block, dream, visits),
        reports=eindkomst(block, offers, draw_frikort(block)),
    )


def national(count: int) -> float:
    return count * NATION / CITIZENS


def in_state(world: SimpleNamespace, *names: str, on: int = REFERENCE_DAY) -> int:
    states = world.block.states
    now = (states.start <= on) & (states.end >= on)
    return int(np.isin(states.kind[now], [INDEX[name] for name in names]).sum())


def test_one_state_at_a_time(world: SimpleNamespace) -> None:
    states = world.block.states
    same = states.person[1:] == states.person[:-1]
    assert (states.start <= states.end).all()
    assert (states.start[1:][same] > states.end[:-1][same]).all()


@pytest.mark.parametrize(
    ("names", "low", "high"),
    [
        (("kth_jobparat", "kth_aktivitetsparat"), 75_000, 125_000),
        (("uddannelseshjaelp",), 25_000, 45_000),
        (("foertidspension",), 185_000, 245_000),
        (("sygedagpenge",), 50_000, 95_000),
        (("su",), 270_000, 390_000),
        (("ressourceforloeb",), 30_000, 60_000),
        (("ledighedsydelse",), 12_000, 28_000),
        (("folkepension",), 950_000, 1_200_000),
    ],
)
def test_stocks_of_august_2020(
    world: SimpleNamespace, names: tuple[str, ...], low: int, high: int
) -> None:
    assert low < national(in_state(world, *names)) < high


def test_three_million_wage_records_a_month(world: SimpleNamespace) -> None:
    months = np.bincount(world.reports.month, minlength=N_WAGE_MONTHS)
    assert 2.9e6 < national(int(np.median(months))) < 3.4e6


def test_the_national_cohort_is_almost_twenty_thousand(world: SimpleNamespace) -> None:
    group = world.markers.columns["persongruppe"]
    assert group.values == GROUPS
    assert 15_000 < national(int((group.index == COHORT).sum())) < 25_000


def test_the_target_group_of_fsm2_is_about_36_thousand(world: SimpleNamespace) -> None:
    first = day(2019, 12, 1)
    block, visits = world.block, world.visitation
    week = REFERENCE_WEEK - 35
    cash = np.isin([code[:2] for code in CODES], ["13", "70", "71", "73"])
    eligible = cash[world.dream.codes[week]] & (first - block.birth >= 30 * YEAR)
    now = (visits.start <= first) & (visits.end >= first)
    category = visits.columns["personkategori_kode"]
    ready = np.zeros(len(block), dtype=bool)
    ready[visits.person[now & (category == AKTIVITETSPARAT)]] = True
    lives_there = places().has_fsm2_markers[block.home]
    assert 27_000 < national(int((eligible & ready & lives_there).sum())) < 45_000


def test_the_cohort_is_clarified_month_by_month(world: SimpleNamespace) -> None:
    group = world.markers.columns["persongruppe"]
    cohort = np.unique(world.markers.person[group.index == COHORT])
    shares = []
    for year, month in ((2020, 12), (2021, 12), (2022, 10)):
        first, last = day(year, month, 1), day(year, month, 28)
        states = world.block.states
        other = [
            INDEX[name]
            for name in (
                "foertidspension",
                "ressourceforloeb",
                "fleksjob",
                "ledighedsydelse",
                "revalidering",
            )
        ]
        moved = np.isin(states.kind, other)
        moved &= (states.start <= last) & (states.end >= first)
        praktik = (world.offers.kind == 0) & (world.offers.start <= last)
        praktik &= world.offers.end >= first
        number = (year - 2019) * 12 + month - 12
        wage = (world.reports.month == number) & (world.reports.income_type == 0)
        positive = np.unique(
            np.concatenate(
                [
                    states.person[moved],
                    world.offers.person[praktik],
                    world.reports.person[wage],
                ]
            )
        )
        shares.append(np.isin(cohort, positive).mean())
    assert 0.15 < shares[0] < 0.40
    assert shares[0] < shares[1] < shares[2]
    assert 0.50 < shares[2] < 0.80


def test_all_municipalities_and_the_weights_of_the_big_ones(
    world: SimpleNamespace,
) -> None:
    states = world.block.states
    now = (states.start <= REFERENCE_DAY) & (states.end >= REFERENCE_DAY)
    cash = states.person[now & np.isin(states.kind, CASH_LIKE)]
    share = np.bincount(world.block.home[cash], minlength=98) / cash.size
    codes = places().codes
    assert len(codes) == 98
    for code, expected in (("101", 0.17), ("751", 0.08), ("461", 0.06), ("851", 0.04)):
        assert share[codes.index(code)] == pytest.approx(expected, abs=0.025)
    assert set(np.bincount(bopael(world.block).columns["kom"].index) > 0) == {True}


def test_about_a_tenth_of_the_ready_are_exempt_at_a_time(
    world: SimpleNamespace,
) -> None:
    first, last = day(2020, 12, 1), day(2020, 12, 31)
    rows = fritagelser(world.block)
    exempt = np.unique(rows.person[(rows.start <= last) & (rows.end >= first)])
    states = world.block.states
    now = (states.start <= last) & (states.end >= first)
    ready = states.person[now & (states.kind == INDEX["kth_aktivitetsparat"])]
    assert 0.07 < np.isin(ready, exempt).mean() < 0.20


def test_registers_agree_with_one_another(world: SimpleNamespace) -> None:
    block, codes = world.block, np.array(CODES)[world.dream.codes[REFERENCE_WEEK]]
    alive_pensioner = (block.pension < REFERENCE_DAY - 7) & (block.death == OPEN)
    at_home = block.abroad_from == OPEN
    assert (codes[alive_pensioner & at_home] == "998").mean() > 0.999
    dead = block.death < REFERENCE_DAY - 7
    assert (codes[dead] == "999").mean() > 0.999


def test_person_numbers_are_unique() -> None:
    population = draw_population(200_000, 1)
    numbers = person_numbers(population.birth, population.number)
    assert len(np.unique(numbers)) == 200_000


def test_the_default_registers_have_target_groups_of_national_size() -> None:
    """About 20,000 in the cohort, and 36,000 in the municipalities of Flere skal med 2,
    beside fewer others; every municipality has members."""
    population = draw_population(DEFAULT, 2020, DEMONSTRATION)
    block = draw_block(population, 0, slice(0, DEFAULT), 2020)
    assert 19_000 < block.is_long_term.sum() < 23_000
    assert len(np.unique(block.home[block.is_long_term])) == len(places().codes)
    states = block.states
    now = (states.start <= REFERENCE_DAY) & (states.end >= REFERENCE_DAY)
    ready = states.person[now & (states.kind == INDEX["kth_aktivitetsparat"])]
    in_fsm2 = places().has_fsm2_markers[block.home[ready]]
    assert 34_000 < in_fsm2.sum() < 38_000
    assert ready.size > 0.7 * DEFAULT


def test_nobody_is_drawn_for_a_target_group_in_a_sample_of_the_nation() -> None:
    assert not draw_population(CITIZENS, 2020).drawn_as.any()
