"""Employers' reports: ``eindkomst`` and ``socialt_frikort``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from labour_monitor.synthetic.calendar import (
    DELIVERY_DATES,
    FIRST_WAGE_MONTH_NUMBER,
    MONTH_STARTS,
    N_WAGE_MONTHS,
    REPORTING_DAYS,
    WINDOW_END,
    day,
    first_delivery_from,
    wage_month_of,
)
from labour_monitor.synthetic.lives import Block, Spells, episodes
from labour_monitor.synthetic.registers.casework import (
    LOENTILSKUD_OFFENTLIG,
    LOENTILSKUD_PRIVAT,
    by_state,
)
from labour_monitor.synthetic.rows import Coded, person_column
from labour_monitor.synthetic.states import CASH_LIKE, INDEX, STATES

STREAM_JOBS, STREAM_REPORTS, STREAM_FRIKORT = 80, 81, 82

INCOME_TYPES = ("00", "01", "03", "04", "06", "07", "08", "09", "24")
EMPLOYMENT = ("O", "E", "L", "V")
ORDINARY, PUPIL, APPRENTICE, ADULT_APPRENTICE = range(4)

FIRST_REPORTED_DAY = int(MONTH_STARTS[0])
N_EMPLOYERS = 9000
FIRST_CVR = 20_000_000
PUBLIC_CVR = 65_000_000

SHARE_EMPLOYEES = 0.945
"""Share of jobs that are employment; the others work for themselves."""

SHARE_SECOND_JOB = 0.09
COVERAGE = {
    "su": 0.6,
    "foertidspension": 0.10,
    "folkepension": 0.075,
    "efterloen": 0.15,
    "fleksjob": 0.97,
    "elev": 0.98,
    "uddannelseshjaelp": 0.06,
    "sygedagpenge": 0.35,
    "barsel": 0.25,
    "dagpenge": 0.2,
}
"""Share of the spells of a state with wage beside it all the time."""

JOB_EPISODES = {
    "kth_jobparat": 0.55,
    "kth_aktivitetsparat": 0.30,
    "uddannelseshjaelp": 0.5,
    "sho_ydelse": 0.5,
    "overgangsydelse": 0.5,
    "kth_integrationsloven": 0.5,
    "ressourceforloeb": 0.15,
    "ledighedsydelse": 0.2,
    "selvforsoergelse": 0.08,
    "revalidering": 0.2,
}
"""Short jobs a year beside a benefit or without one."""

JOB_GROWTH = ((day(2021, 1, 1), 1.6), (day(2022, 1, 1), 2.4))
MEAN_EPISODE_DAYS = 75

MONTHLY_HOURS = {
    "job": (150.0, 22.0),
    "su": (38.0, 18.0),
    "elev": (155.0, 8.0),
    "fleksjob": (62.0, 25.0),
    "dagpenge": (45.0, 20.0),
}
OTHER_HOURS = (24.0, 16.0)
HOURLY_WAGE = (195.0, 45.0)

SHARE_LATE = 0.015
SHARE_CORRECTED = 0.006
SHARE_REVERSED = 0.004
SHARE_HOURS_UNKNOWN = 0.03

BENEFIT_INCOME: dict[str, tuple[str, float, float]] = {
    "kontanthjaelp": ("06", 0.30, 11800),
    "kontanthjaelp_integrationsloven": ("06", 0.30, 11500),
    "uddannelseshjaelp": ("06", 0.25, 7600),
    "sho_ydelse": ("06", 0.25, 6300),
    "overgangsydelse": ("06", 0.25, 6300),
    "ressourceforloebsydelse": ("04", 0.2, 11900),
    "sygedagpenge": ("07", 0.15, 17500),
    "dagpenge": ("04", 0.12, 18800),
    "su": ("01", 0.10, 6300),
    "foertidspension": ("04", 0.06, 19000),
    "fleksloentilskud": ("04", 0.2, 15000),
    "ledighedsydelse": ("24", 0.2, 16900),
    "folkepension": ("04", 0.04, 13000),
}
"""Income type, share of the spells that are in the register, kroner a month."""

FRIKORT_SINCE = day(2019, 12, 1)
FRIKORT_PER_YEAR = {"kth_aktivitetsparat": 0.08, "kth_jobparat": 0.05}
SHARE_FRIKORT_IN_EINDKOMST = 0.5
"""The known error that wage under a frikort is reported to eIndkomst as well."""

REPORTS_PER_BLOCK = 10**8


@dataclass(frozen=True)
class Jobs:
    """Times with income, one employer each; money in whole kroner a month."""

    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    cvr: np.ndarray
    hours: np.ndarray
    amount: np.ndarray
    income_type: np.ndarray
    employment: np.ndarray


@dataclass(frozen=True)
class Reports:
    """Rows of ``eindkomst`` with the delivery in which each arrives."""

    identity: np.ndarray
    person: np.ndarray
    cvr: np.ndarray
    month: np.ndarray
    income_type: np.ndarray
    hours: np.ndarray
    hours_unknown: np.ndarray
    amount: np.ndarray
    employment: np.ndarray
    is_reversal: np.ndarray
    delivery: np.ndarray

    def take(self, rows: np.ndarray) -> Reports:
        return Reports(**{name: column[rows] for name, column in vars(self).items()})

    def __len__(self) -> int:
        return len(self.person)


def eindkomst(block: Block, offers: Spells, frikort: Frikort) -> Reports:
    """All reports of a block, in a random order."""
    jobs = _draw_jobs(block, offers, frikort)
    rng = block.rng(STREAM_REPORTS)
    first = np.maximum(wage_month_of(jobs.start), 0)
    last = np.minimum(wage_month_of(jobs.end), N_WAGE_MONTHS - 1)
    count = np.maximum(last - first + 1, 0)
    job = np.repeat(np.arange(count.size), count)
    step = np.arange(job.size) - np.repeat(np.cumsum(count) - count, count)
    month = (first[job] + step).astype(np.int32)
    n = job.size
    month_start, month_end = MONTH_STARTS[month], MONTH_STARTS[month + 1]
    worked = np.minimum(jobs.end[job], month_end - 1)
    worked = worked - np.maximum(jobs.start[job], month_start) + 1
    share = worked / (month_end - month_start)
    wobble = share * rng.uniform(0.9, 1.1, n)
    hours = np.round(jobs.hours[job] * wobble * 4) * 25
    amount = np.maximum(np.round(jobs.amount[job] * wobble) * 100, 100)
    due = month_end + REPORTING_DAYS
    late = rng.random(n) < SHARE_LATE
    due = due + np.where(late, rng.exponential(150, n), 0).astype(np.int32)
    hours_unknown = (jobs.hours[job] == 0) | (rng.random(n) < SHARE_HOURS_UNKNOWN)
    reports = Reports(
        identity=np.arange(n, dtype=np.int64) + block.number * REPORTS_PER_BLOCK,
        person=jobs.person[job],
        cvr=jobs.cvr[job],
        month=month,
        income_type=jobs.income_type[job],
        hours=hours.astype(np.int64),
        hours_unknown=hours_unknown,
        amount=amount.astype(np.int64),
        employment=jobs.employment[job],
        is_reversal=np.zeros(n, dtype=bool),
        delivery=first_delivery_from(due).astype(np.int8),
    )
    reports = _with_corrections(reports, block, rng)
    arrives = np.flatnonzero(reports.delivery < len(DELIVERY_DATES))
    return reports.take(rng.permutation(arrives))


def _with_corrections(
    reports: Reports, block: Block, rng: np.random.Generator
) -> Reports:
    """Add redeliveries under the same id, and reversals, most with a new report."""
    n = len(reports)
    later = reports.delivery + 1 + rng.geometric(0.6, n) - 1
    again = np.flatnonzero(rng.random(n) < SHARE_CORRECTED)
    changed = reports.take(again)
    factor = rng.choice([0, 0.5, 0.9, 1.1, 1.5], again.size)
    changed = Reports(
        **{
            **vars(changed),
            "hours": (changed.hours * factor).astype(np.int64),
            "amount": (changed.amount * factor).astype(np.int64),
            "delivery": later[again].astype(np.int8),
        }
    )
    undone = np.flatnonzero(rng.random(n) < SHARE_REVERSED)
    back = reports.take(undone)
    next_id = block.number * REPORTS_PER_BLOCK + n
    sign = rng.choice([1, -1], undone.size)
    same_delivery = rng.random(undone.size) < 0.5
    back_delivery = np.where(same_delivery, back.delivery, later[undone])
    reversal = Reports(
        **{
            **vars(back),
            "identity": next_id + np.arange(undone.size),
            "hours": back.hours * sign,
            "amount": back.amount * sign,
            "is_reversal": np.ones(undone.size, dtype=bool),
            "delivery": back_delivery.astype(np.int8),
        }
    )
    replaced = np.flatnonzero(rng.random(undone.size) < 0.6)
    renewed = reversal.take(replaced)
    renewed = Reports(
        **{
            **vars(renewed),
            "identity": next_id + undone.size + np.arange(replaced.size),
            "hours": np.abs(renewed.hours) * 9 // 10,
            "amount": np.abs(renewed.amount) * 9 // 10,
            "is_reversal": np.zeros(replaced.size, dtype=bool),
        }
    )
    parts = [reports, changed, reversal, renewed]
    return Reports(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in vars(reports)
        }
    )


def _draw_jobs(block: Block, offers: Spells, frikort: Frikort) -> Jobs:
    rng = block.rng(STREAM_JOBS)
    living = block.states.where(block.states.end >= FIRST_REPORTED_DAY)
    parts = [
        _whole_spells(rng, living),
        _short_jobs(rng, living, block),
        _subsidised(rng, offers),
        _benefit_income(rng, living),
        frikort.reported_twice(rng),
    ]
    return Jobs(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in vars(parts[0])
        }
    )


def employer(rng: np.random.Generator, size: int) -> np.ndarray:
    """Employers of very different size."""
    return FIRST_CVR + (N_EMPLOYERS * rng.random(size) ** 3).astype(np.int64) * 7


def _jobs(
    rng: np.random.Generator,
    spells: Spells,
    hours: np.ndarray,
    employment: np.ndarray | int = ORDINARY,
) -> Jobs:
    """Ordinary wage for the whole of each spell."""
    n = len(spells)
    wage = np.maximum(rng.normal(*HOURLY_WAGE, n), 90)
    income = rng.choice(
        [INCOME_TYPES.index(code) for code in ("00", "03", "08", "09")],
        n,
        p=[0.985, 0.003, 0.006, 0.006],
    )
    hours = np.maximum(hours, 2.0)
    return Jobs(
        person=spells.person,
        start=spells.start,
        end=np.minimum(spells.end, WINDOW_END),
        cvr=employer(rng, n),
        hours=hours,
        amount=hours * wage,
        income_type=income,
        employment=np.broadcast_to(employment, n).astype(np.int64),
    )


def _whole_spells(rng: np.random.Generator, living: Spells) -> Jobs:
    """Jobs, and wage that goes on beside a benefit; a few have a second employer."""
    share = by_state({"job": SHARE_EMPLOYEES, **COVERAGE})
    working = living.where(rng.random(len(living)) < share[living.kind])
    is_job = working.kind == INDEX["job"]
    second = np.flatnonzero(is_job & (rng.random(len(working)) < SHARE_SECOND_JOB))
    chosen = np.concatenate([np.arange(len(working)), second])
    spells = working.where(chosen)
    mean = np.full(len(STATES), OTHER_HOURS[0])
    spread = np.full(len(STATES), OTHER_HOURS[1])
    for name, (hours, deviation) in MONTHLY_HOURS.items():
        mean[INDEX[name]], spread[INDEX[name]] = hours, deviation
    hours = rng.normal(mean[spells.kind], spread[spells.kind])
    hours[len(working) :] *= 0.2
    in_training = spells.kind == INDEX["elev"]
    kind_of_training = rng.choice(
        [PUPIL, APPRENTICE, ADULT_APPRENTICE], len(spells), p=[0.5, 0.38, 0.12]
    )
    return _jobs(rng, spells, hours, np.where(in_training, kind_of_training, ORDINARY))


def _short_jobs(rng: np.random.Generator, living: Spells, block: Block) -> Jobs:
    """Short jobs beside benefits, more of them for the aktivitetsparate from 2021."""
    rate = by_state(JOB_EPISODES)[living.kind]
    is_ready = living.kind == INDEX["kth_aktivitetsparat"]
    rate = rate * np.where(is_ready, block.effort[living.person], 1)
    bounds = [FIRST_REPORTED_DAY, *(start for start, _ in JOB_GROWTH), WINDOW_END]
    factors = [1.0, *(factor for _, factor in JOB_GROWTH)]
    found = []
    for first, last, factor in zip(bounds, bounds[1:], factors, strict=False):
        per_year = rate * np.where(is_ready, factor, 1)
        spell, start, end = episodes(rng, living, per_year, MEAN_EPISODE_DAYS, first)
        keep = start < last
        found.append((living.person[spell[keep]], start[keep], end[keep]))
    person, start, end = (np.concatenate(c) for c in zip(*found, strict=True))
    spells = Spells(person, np.zeros(person.size, dtype=np.int8), start, end)
    hours = rng.gamma(1.6, 16, person.size)
    training = np.where(rng.random(person.size) < 0.02, PUPIL, ORDINARY)
    return _jobs(rng, spells, hours, training)


def _subsidised(rng: np.random.Generator, offers: Spells) -> Jobs:
    """Wage during loentilskud is ordinary wage in eIndkomst."""
    subsidised = (offers.kind == LOENTILSKUD_PRIVAT) | (
        offers.kind == LOENTILSKUD_OFFENTLIG
    )
    spells = offers.where(subsidised & (offers.end >= FIRST_REPORTED_DAY))
    return _jobs(rng, spells, rng.normal(120, 25, len(spells)))


def _benefit_income(rng: np.random.Generator, living: Spells) -> Jobs:
    """Benefits that their payers report, for a share of those who get them."""
    share = np.zeros(len(STATES))
    income = np.zeros(len(STATES), dtype=np.int64)
    kroner = np.zeros(len(STATES))
    for state in STATES:
        if state.benefit in BENEFIT_INCOME:
            code, part, amount = BENEFIT_INCOME[state.benefit]
            position = INDEX[state.name]
            share[position], kroner[position] = part, amount
            income[position] = INCOME_TYPES.index(code)
    spells = living.where(rng.random(len(living)) < share[living.kind])
    n = len(spells)
    return Jobs(
        person=spells.person,
        start=spells.start,
        end=np.minimum(spells.end, WINDOW_END),
        cvr=PUBLIC_CVR + rng.integers(0, 98, n) * 11,
        hours=np.zeros(n),
        amount=kroner[spells.kind] * rng.uniform(0.8, 1.1, n),
        income_type=income[spells.kind],
        employment=np.zeros(n, dtype=np.int64),
    )


@dataclass(frozen=True)
class Frikort:
    """Jobs under socialt frikort."""

    spells: Spells
    cvr: np.ndarray
    hours: np.ndarray

    def reported_twice(self, rng: np.random.Generator) -> Jobs:
        """The part whose employers reported to eIndkomst too; a few by another firm."""
        twice = rng.random(len(self.spells)) < SHARE_FRIKORT_IN_EINDKOMST
        jobs = _jobs(rng, self.spells.where(twice), self.hours[twice])
        same = rng.random(int(twice.sum())) < 0.85
        return Jobs(**{**vars(jobs), "cvr": np.where(same, self.cvr[twice], jobs.cvr)})


def draw_frikort(block: Block) -> Frikort:
    """Short jobs under a frikort during kontanthjaelp."""
    rng = block.rng(STREAM_FRIKORT)
    states = block.states.where(np.isin(block.states.kind, CASH_LIKE))
    rate = by_state(FRIKORT_PER_YEAR)[states.kind]
    spell, start, end = episodes(rng, states, rate, 90, FRIKORT_SINCE)
    spells = Spells(states.person[spell], states.kind[spell], start, end)
    return Frikort(spells, employer(rng, spell.size), rng.gamma(1.5, 9, spell.size))


def socialt_frikort(block: Block, frikort: Frikort) -> Reports:
    """Monthly reports under the frikort; a few arrive late or are corrected."""
    rng = block.rng(STREAM_FRIKORT + 100)
    spells = frikort.spells
    first = np.maximum(wage_month_of(spells.start), 0)
    last = np.minimum(
        wage_month_of(np.minimum(spells.end, WINDOW_END)), N_WAGE_MONTHS - 1
    )
    count = np.maximum(last - first + 1, 0)
    job = np.repeat(np.arange(count.size), count)
    step = np.arange(job.size) - np.repeat(np.cumsum(count) - count, count)
    month = (first[job] + step).astype(np.int32)
    n = job.size
    hours = np.round(frikort.hours[job] * rng.uniform(0.5, 1.5, n)) * 100
    hours[rng.random(n) < 0.02] = 0
    due = MONTH_STARTS[month + 1] + REPORTING_DAYS
    due = due + np.where(rng.random(n) < 0.05, rng.exponential(120, n), 0)
    zeros = np.zeros(n, dtype=np.int64)
    reports = Reports(
        identity=np.arange(n, dtype=np.int64) + block.number * REPORTS_PER_BLOCK,
        person=spells.person[job],
        cvr=frikort.cvr[job],
        month=month,
        income_type=zeros,
        hours=hours.astype(np.int64),
        hours_unknown=zeros.astype(bool),
        amount=(hours * 170).astype(np.int64),
        employment=zeros,
        is_reversal=zeros.astype(bool),
        delivery=first_delivery_from(due).astype(np.int8),
    )
    again = np.flatnonzero(rng.random(n) < 0.02)
    changed = reports.take(again)
    changed = Reports(
        **{
            **vars(changed),
            "hours": changed.hours // 2,
            "amount": changed.amount // 2,
            "delivery": (changed.delivery + 1).astype(np.int8),
        }
    )
    reports = Reports(
        **{
            name: np.concatenate([column, vars(changed)[name]])
            for name, column in vars(reports).items()
        }
    )
    arrives = np.flatnonzero(reports.delivery < len(DELIVERY_DATES))
    return reports.take(rng.permutation(arrives))


def decimals(hundredths: np.ndarray, is_null: np.ndarray | None = None) -> pa.Array:
    """DECIMAL(18,2) from whole hundredths, without a detour over text."""
    words = np.empty((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    words[:, 1] = np.where(words[:, 0] < 0, -1, 0)
    validity = None
    if is_null is not None and is_null.any():
        packed = np.packbits(~is_null, bitorder="little")
        validity = pa.py_buffer(packed.tobytes())
    return pa.Array.from_buffers(
        pa.decimal128(18, 2), len(hundredths), [validity, pa.py_buffer(words.tobytes())]
    )


def _period(month: np.ndarray) -> tuple[pa.Array, pa.Array]:
    number = month + FIRST_WAGE_MONTH_NUMBER
    year = (number // 12).astype(np.int32)
    return pa.array(year), pa.array((number % 12 + 1).astype(np.int32))


def _identities(identity: np.ndarray, first: int) -> pa.Array:
    return pa.array(identity + first).cast(pa.string())


def eindkomst_table(reports: Reports, pnr: pa.Array) -> pa.Table:
    """Reports of one delivery as delivered."""
    year, month = _period(reports.month)
    reversal = np.where(reports.is_reversal, 0, -1)
    return pa.table(
        {
            "indberetning_id": _identities(reports.identity, 400_000_000_000),
            "pnr": person_column(pnr, reports.person),
            "ajo_cvr_nr": pa.array(reports.cvr).cast(pa.string()),
            "vmo_basis_aar": year,
            "vmo_basis_maaned": month,
            "vmo_indkomst_type_kode": Coded(
                INCOME_TYPES, reports.income_type
            ).to_arrow(),
            "ajo_loentimer": decimals(reports.hours, reports.hours_unknown),
            "ajo_smalt_loenbeloeb": decimals(reports.amount),
            "ansaettelse_kode": Coded(EMPLOYMENT, reports.employment).to_arrow(),
            "vmo_tilbagefoersel_kode": Coded(("1",), reversal).to_arrow(),
        }
    )


def socialt_frikort_table(reports: Reports, pnr: pa.Array) -> pa.Table:
    """Frikort reports of one delivery as delivered."""
    year, month = _period(reports.month)
    return pa.table(
        {
            "indberetning_id": _identities(reports.identity, 800_000_000_000),
            "pnr": person_column(pnr, reports.person),
            "cvr": pa.array(reports.cvr).cast(pa.string()),
            "aar": year,
            "maaned": month,
            "timer": decimals(reports.hours),
            "beloeb": decimals(reports.amount),
        }
    )
