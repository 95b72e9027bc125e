"""The municipalities' case systems: ``aktivering`` and ``fritagelser``."""

from __future__ import annotations

import numpy as np

from labour_monitor.synthetic.calendar import WINDOW_END, WINDOW_START, day
from labour_monitor.synthetic.lives import Block, Spells, episodes
from labour_monitor.synthetic.rows import Coded, SpellRows, pick, spell_rows
from labour_monitor.synthetic.states import INDEX, N_STATES

STREAM_OFFERS, STREAM_EXEMPTIONS = 40, 41

OFFER_CODES = (
    "virksomhedspraktik",
    "loentilskud_privat",
    "loentilskud_offentlig",
    "nytteindsats",
    "vejledning_opkvalificering",
)
PRAKTIK, LOENTILSKUD_PRIVAT, LOENTILSKUD_OFFENTLIG, NYTTEINDSATS, VEJLEDNING = range(5)
MEAN_OFFER_DAYS = (75, 120, 120, 60, 90)
IN_CASE_SYSTEM_SINCE = day(2019, 1, 1)
SHARE_PUBLISHED = 0.93

OFFER_RATES: dict[str, tuple[float, float, float, float, float]] = {
    "kth_jobparat": (0.35, 0.06, 0.03, 0.25, 0.7),
    "kth_aktivitetsparat": (0.32, 0.015, 0.01, 0.02, 0.4),
    "uddannelseshjaelp": (0.25, 0.03, 0.02, 0.12, 0.6),
    "sho_ydelse": (0.4, 0.04, 0.02, 0.06, 0.6),
    "overgangsydelse": (0.35, 0.04, 0.02, 0.06, 0.5),
    "kth_integrationsloven": (0.35, 0.04, 0.02, 0.06, 0.5),
    "ressourceforloeb": (0.3, 0.02, 0.02, 0, 0.4),
    "ledighedsydelse": (0.25, 0.04, 0.04, 0, 0.3),
    "forrevalidering": (0.5, 0.05, 0.05, 0, 0.3),
    "revalidering": (0.2, 0.05, 0.05, 0, 0.4),
    "sygedagpenge": (0.1, 0.02, 0.02, 0, 0.1),
    "dagpenge": (0.12, 0.06, 0.03, 0, 0.5),
    "jobafklaring": (0.25, 0.03, 0.03, 0, 0.3),
}
"""Offers a year in each state, in the order of OFFER_CODES."""

PRAKTIK_GROWTH = ((day(2021, 1, 1), 1.5), (day(2022, 1, 1), 2.8))
"""How much more praktik the aktivitetsparate got once the initiatives ran."""

EXEMPTION_WEIGHTS: dict[str, float] = {
    "sygdom": 0.42,
    "standby": 0.12,
    "barsel": 0.06,
    "barsel_inden_6_uger": 0.03,
    "broekpension": 0.05,
    "paa_vej_i_job": 0.06,
    "paa_vej_paa_pension": 0.04,
    "paa_vej_paa_efterloen": 0.02,
    "dom": 0.02,
    "saerlig_oevrige": 0.06,
    "arbejdsfordeling_op_til_6_uger": 0.01,
    "arbejdsfordeling_over_6_uger": 0.01,
    "vejrlig": 0.01,
    "ferie": 0.04,
    "midlertidigt_arbejde": 0.02,
    "borgerligt_ombud": 0.01,
    "uddannelse": 0.01,
    "friperiode": 0.01,
}
EXEMPTIONS_PER_YEAR = {
    "kth_aktivitetsparat": 0.27,
    "kth_jobparat": 0.15,
    "uddannelseshjaelp": 0.2,
    "sho_ydelse": 0.15,
    "overgangsydelse": 0.15,
    "kth_integrationsloven": 0.15,
    "ressourceforloeb": 0.05,
    "ledighedsydelse": 0.05,
    "sygedagpenge": 0.02,
}
MEAN_EXEMPTION_DAYS = 130


def by_state(rates: dict[str, float]) -> np.ndarray:
    """A rate for every state, 0 where none is given."""
    table = np.zeros(N_STATES)
    for name, rate in rates.items():
        table[INDEX[name]] = rate
    return table


def draw_offers(block: Block) -> Spells:
    """All offers since 2010, by position in OFFER_CODES; DREAM shows them too."""
    rng = block.rng(STREAM_OFFERS)
    states = block.states
    parts = []
    pace = block.effort[states.person]
    is_ready = states.kind == INDEX["kth_aktivitetsparat"]
    for kind, mean_days in enumerate(MEAN_OFFER_DAYS):
        rates = by_state({name: rate[kind] for name, rate in OFFER_RATES.items()})
        rate = rates[states.kind] * np.where(is_ready, pace, 1)
        starts = [(WINDOW_START, WINDOW_END, np.ones(len(states)))]
        if kind == PRAKTIK:
            starts = _growing(is_ready)
        for first, last, factor in starts:
            within = states.where(states.start <= last)
            spell, start, end = episodes(
                rng, within, (rate * factor)[states.start <= last], mean_days, first, 6
            )
            keep = start <= last
            person = within.person[spell[keep]]
            codes = np.full(person.size, kind, dtype=np.int8)
            parts.append((person, codes, start[keep], end[keep]))
    person, kind, start, end = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Spells(person, kind, start, end).sorted()


def _growing(is_ready: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
    """Periods of praktik with the factor of each spell in the period."""
    bounds = [WINDOW_START, *(start for start, _ in PRAKTIK_GROWTH), WINDOW_END]
    factors = [1.0, *(factor for _, factor in PRAKTIK_GROWTH)]
    return [
        (first, last - 1, np.where(is_ready, factor, 1.0))
        for first, last, factor in zip(bounds, bounds[1:], factors, strict=False)
    ]


def aktivering(block: Block, offers: Spells) -> SpellRows:
    """Offers in the case systems; most are published."""
    rng = block.rng(STREAM_OFFERS + 100)
    spells = offers.where(offers.end >= IN_CASE_SYSTEM_SINCE)
    published = rng.random(len(spells)) < SHARE_PUBLISHED
    return spell_rows(
        "aktivering",
        rng,
        spells.person,
        spells.start,
        spells.end,
        {
            "tilbud_kode": Coded(OFFER_CODES, spells.kind.astype(np.int32)),
            "publiceret": published,
        },
        ends_are_planned=True,
    )


def fritagelser(block: Block) -> SpellRows:
    """Exemptions of listed and of other reasons."""
    rng = block.rng(STREAM_EXEMPTIONS)
    rate = by_state(EXEMPTIONS_PER_YEAR)[block.states.kind]
    spell, start, end = episodes(
        rng, block.states, rate, MEAN_EXEMPTION_DAYS, IN_CASE_SYSTEM_SINCE
    )
    return spell_rows(
        "fritagelser",
        rng,
        block.states.person[spell],
        start,
        end,
        {"fritagelse_kode": pick(rng, EXEMPTION_WEIGHTS, spell.size)},
    )
