"""The states of a life, how long they last and what follows them.

All numbers are the model's own, tuned so that the stocks of August 2020 come near the
published magnitudes (kontanthjaelp 69,300, uddannelseshjaelp 35,300, integrationsydelse
12,600 in September 2019; foertidspension 213,600, sygedagpenge 72,800, SU 315,600 in
2020; almost 20,000 aktivitetsparate with 8 of 10 years on benefit) and so that about a
quarter of the cohort is clarified in December 2020 and two thirds during 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class State:
    """A state of life.

    ``benefit`` is the code in the payment register (None: no payment); ``dream`` the
    weekly codes with their weights (blank: no benefit); ``stay`` the mean length of a
    spell in days, forwards and backwards from the reference date.
    """

    name: str
    benefit: str | None
    dream: dict[str, float]
    stay: tuple[float, float]


STATES: tuple[State, ...] = (
    State("job", None, {"": 1}, (1600, 1600)),
    State("selvforsoergelse", None, {"": 0.985, "412": 0.01, "413": 0.005}, (500, 500)),
    State("kth_jobparat", "kontanthjaelp", {"130": 1}, (320, 320)),
    State(
        "kth_aktivitetsparat", "kontanthjaelp", {"730": 0.99, "130": 0.01}, (800, 720)
    ),
    State(
        "uddannelseshjaelp", "uddannelseshjaelp", {"720": 0.8, "140": 0.2}, (420, 420)
    ),
    State("sho_ydelse", "sho_ydelse", {"700": 1}, (700, 900)),
    State("overgangsydelse", "overgangsydelse", {"700": 1}, (600, 800)),
    State(
        "kth_integrationsloven",
        "kontanthjaelp_integrationsloven",
        {"710": 1},
        (600, 800),
    ),
    State("ressourceforloeb", "ressourceforloebsydelse", {"810": 1}, (900, 700)),
    State(
        "foertidspension", "foertidspension", {"783": 0.96, "781": 0.04}, (9e5, 4500)
    ),
    State("fleksjob", "fleksloentilskud", {"771": 0.95, "774": 0.05}, (2500, 2000)),
    State("ledighedsydelse", "ledighedsydelse", {"740": 1}, (330, 330)),
    State("revalidering", "revalideringsydelse", {"760": 1}, (500, 400)),
    State(
        "revalidering_selvstaendig", "revalidering_selvstaendig", {"760": 1}, (300, 200)
    ),
    State("forrevalidering", "forrevalidering", {"750": 1}, (220, 150)),
    State("sygedagpenge", "sygedagpenge", {"890": 0.8, "899": 0.2}, (100, 70)),
    State(
        "dagpenge",
        "dagpenge",
        {
            "111": 0.60,
            "112": 0.05,
            "113": 0.05,
            "114": 0.03,
            "115": 0.06,
            "121": 0.02,
            "122": 0.02,
            "123": 0.02,
            "124": 0.02,
            "125": 0.02,
            "126": 0.02,
            "151": 0.01,
            "152": 0.01,
            "153": 0.01,
            "231": 0.02,
            "232": 0.02,
            "299": 0.02,
        },
        (140, 100),
    ),
    State("jobafklaring", "jobafklaring", {"870": 0.5, "785": 0.5}, (450, 300)),
    State("barsel", "barselsdagpenge", {"881": 1}, (270, 140)),
    State("efterloen", "efterloen", {"621": 0.97, "611": 0.03}, (9e5, 700)),
    State("fleksydelse", "fleksydelse", {"622": 1}, (9e5, 700)),
    State("tidlig_pension", "tidlig_pension", {"": 1}, (9e5, 200)),
    State("seniorpension", "seniorpension", {"": 1}, (9e5, 100)),
    State("folkepension", "folkepension", {"998": 1}, (9e5, 5000)),
    State("su", "su", {"652": 0.85, "651": 0.1, "661": 0.05}, (1000, 800)),
    State("elev", None, {"": 0.9, "521": 0.08, "511": 0.01, "522": 0.01}, (700, 500)),
)
"""Seniorpension and tidlig pension have no DREAM code that a public source names: their
weeks are blank here rather than invented."""

NAMES: tuple[str, ...] = tuple(state.name for state in STATES)
INDEX: dict[str, int] = {name: i for i, name in enumerate(NAMES)}
N_STATES = len(STATES)

CASH_LIKE = np.array(
    [
        INDEX[name]
        for name in (
            "kth_jobparat",
            "kth_aktivitetsparat",
            "uddannelseshjaelp",
            "sho_ydelse",
            "overgangsydelse",
            "kth_integrationsloven",
        )
    ]
)
INTEGRATION = np.array(
    [INDEX["sho_ydelse"], INDEX["overgangsydelse"], INDEX["kth_integrationsloven"]]
)

ORDINARY, LONG_TERM = 0, 1

FORWARD: dict[str, dict[str, float]] = {
    "job": {
        "job": 30,
        "dagpenge": 22,
        "sygedagpenge": 22,
        "selvforsoergelse": 12,
        "barsel": 8,
        "su": 3,
        "kth_jobparat": 2,
        "elev": 1,
    },
    "selvforsoergelse": {
        "job": 60,
        "kth_jobparat": 12,
        "kth_aktivitetsparat": 6,
        "su": 8,
        "dagpenge": 5,
        "sygedagpenge": 3,
        "uddannelseshjaelp": 6,
    },
    "kth_jobparat": {
        "job": 32,
        "selvforsoergelse": 11,
        "kth_aktivitetsparat": 40,
        "sygedagpenge": 5,
        "su": 5,
        "dagpenge": 3,
        "ressourceforloeb": 2,
        "elev": 2,
    },
    "kth_aktivitetsparat": {
        "ressourceforloeb": 21,
        "foertidspension": 23,
        "fleksjob": 8,
        "ledighedsydelse": 10,
        "job": 12,
        "selvforsoergelse": 7,
        "kth_jobparat": 9,
        "sygedagpenge": 2,
        "revalidering": 4,
        "revalidering_selvstaendig": 1,
        "forrevalidering": 2,
        "su": 2,
        "elev": 1,
    },
    "uddannelseshjaelp": {
        "su": 33,
        "job": 20,
        "elev": 10,
        "selvforsoergelse": 10,
        "kth_jobparat": 9,
        "kth_aktivitetsparat": 13,
        "ressourceforloeb": 5,
    },
    "sho_ydelse": {
        "job": 40,
        "overgangsydelse": 18,
        "selvforsoergelse": 10,
        "kth_aktivitetsparat": 18,
        "kth_jobparat": 12,
        "foertidspension": 2,
    },
    "overgangsydelse": {
        "job": 34,
        "kth_aktivitetsparat": 36,
        "selvforsoergelse": 14,
        "kth_jobparat": 12,
        "ressourceforloeb": 4,
    },
    "kth_integrationsloven": {
        "job": 42,
        "kth_aktivitetsparat": 30,
        "selvforsoergelse": 14,
        "kth_jobparat": 12,
        "ledighedsydelse": 2,
    },
    "ressourceforloeb": {
        "foertidspension": 44,
        "fleksjob": 12,
        "ledighedsydelse": 17,
        "kth_aktivitetsparat": 17,
        "job": 5,
        "selvforsoergelse": 3,
        "revalidering": 2,
    },
    "fleksjob": {
        "ledighedsydelse": 60,
        "sygedagpenge": 12,
        "foertidspension": 10,
        "fleksydelse": 8,
        "job": 10,
    },
    "ledighedsydelse": {
        "fleksjob": 78,
        "foertidspension": 10,
        "sygedagpenge": 6,
        "kth_aktivitetsparat": 6,
    },
    "revalidering": {
        "job": 50,
        "kth_aktivitetsparat": 20,
        "fleksjob": 12,
        "su": 8,
        "ledighedsydelse": 10,
    },
    "revalidering_selvstaendig": {
        "job": 40,
        "selvforsoergelse": 40,
        "kth_aktivitetsparat": 20,
    },
    "forrevalidering": {"revalidering": 55, "kth_aktivitetsparat": 38, "job": 7},
    "sygedagpenge": {
        "job": 75,
        "jobafklaring": 8,
        "kth_aktivitetsparat": 5,
        "dagpenge": 7,
        "ledighedsydelse": 2,
        "ressourceforloeb": 2,
        "foertidspension": 1,
    },
    "dagpenge": {
        "job": 80,
        "kth_jobparat": 7,
        "selvforsoergelse": 6,
        "sygedagpenge": 4,
        "su": 3,
    },
    "jobafklaring": {
        "job": 35,
        "sygedagpenge": 5,
        "foertidspension": 20,
        "ledighedsydelse": 20,
        "ressourceforloeb": 5,
        "kth_aktivitetsparat": 15,
    },
    "barsel": {
        "job": 85,
        "dagpenge": 5,
        "selvforsoergelse": 5,
        "kth_aktivitetsparat": 5,
    },
    "su": {
        "job": 62,
        "selvforsoergelse": 10,
        "dagpenge": 10,
        "su": 8,
        "uddannelseshjaelp": 5,
        "elev": 5,
    },
    "elev": {
        "job": 75,
        "dagpenge": 10,
        "selvforsoergelse": 5,
        "su": 5,
        "uddannelseshjaelp": 5,
    },
}
"""Weights of the next state. A state that is not named lasts for good."""

BACKWARD: dict[str, dict[str, float]] = {
    "job": {
        "job": 32,
        "dagpenge": 20,
        "sygedagpenge": 20,
        "barsel": 8,
        "selvforsoergelse": 8,
        "su": 10,
        "elev": 2,
    },
    "selvforsoergelse": {"job": 60, "kth_jobparat": 10, "su": 20, "dagpenge": 10},
    "kth_jobparat": {
        "job": 28,
        "dagpenge": 22,
        "selvforsoergelse": 25,
        "kth_aktivitetsparat": 10,
        "sygedagpenge": 10,
        "su": 5,
    },
    "kth_aktivitetsparat": {
        "kth_jobparat": 35,
        "selvforsoergelse": 16,
        "sygedagpenge": 18,
        "job": 14,
        "dagpenge": 12,
        "ressourceforloeb": 5,
    },
    "uddannelseshjaelp": {"selvforsoergelse": 40, "su": 40, "elev": 5, "job": 15},
    "sho_ydelse": {"selvforsoergelse": 80, "job": 20},
    "overgangsydelse": {"sho_ydelse": 70, "selvforsoergelse": 30},
    "kth_integrationsloven": {"sho_ydelse": 60, "selvforsoergelse": 40},
    "ressourceforloeb": {
        "kth_aktivitetsparat": 60,
        "jobafklaring": 15,
        "sygedagpenge": 25,
    },
    "foertidspension": {
        "kth_aktivitetsparat": 35,
        "ressourceforloeb": 30,
        "sygedagpenge": 20,
        "fleksjob": 15,
    },
    "fleksjob": {
        "ledighedsydelse": 60,
        "sygedagpenge": 20,
        "kth_aktivitetsparat": 10,
        "job": 10,
    },
    "ledighedsydelse": {
        "fleksjob": 50,
        "sygedagpenge": 15,
        "kth_aktivitetsparat": 20,
        "ressourceforloeb": 15,
    },
    "revalidering": {
        "forrevalidering": 50,
        "kth_aktivitetsparat": 20,
        "sygedagpenge": 30,
    },
    "revalidering_selvstaendig": {"kth_aktivitetsparat": 60, "sygedagpenge": 40},
    "forrevalidering": {"kth_aktivitetsparat": 60, "sygedagpenge": 40},
    "sygedagpenge": {"job": 85, "dagpenge": 10, "fleksjob": 5},
    "dagpenge": {"job": 75, "su": 15, "sygedagpenge": 5, "barsel": 5},
    "jobafklaring": {"sygedagpenge": 100},
    "barsel": {"job": 90, "dagpenge": 7, "selvforsoergelse": 3},
    "efterloen": {"job": 85, "dagpenge": 15},
    "fleksydelse": {"fleksjob": 80, "ledighedsydelse": 20},
    "tidlig_pension": {"job": 100},
    "seniorpension": {"job": 50, "kth_aktivitetsparat": 20, "sygedagpenge": 30},
    "folkepension": {"job": 70, "foertidspension": 20, "efterloen": 10},
    "su": {"su": 30, "job": 40, "selvforsoergelse": 30},
    "elev": {"su": 40, "job": 40, "selvforsoergelse": 20},
}
"""Weights of the state before."""

LONG_TERM_FORWARD: dict[str, dict[str, float]] = {
    "job": {
        "job": 15,
        "kth_aktivitetsparat": 45,
        "selvforsoergelse": 10,
        "sygedagpenge": 15,
        "dagpenge": 15,
    },
    "selvforsoergelse": {"kth_aktivitetsparat": 55, "job": 35, "sygedagpenge": 10},
    "sygedagpenge": {"kth_aktivitetsparat": 60, "job": 30, "ledighedsydelse": 10},
    "kth_jobparat": {
        "kth_aktivitetsparat": 50,
        "job": 35,
        "selvforsoergelse": 10,
        "sygedagpenge": 5,
    },
}
LONG_TERM_BACKWARD: dict[str, dict[str, float]] = {
    "kth_aktivitetsparat": {
        "kth_jobparat": 45,
        "selvforsoergelse": 18,
        "sygedagpenge": 17,
        "job": 20,
    },
    "kth_jobparat": {"kth_aktivitetsparat": 80, "job": 10, "selvforsoergelse": 10},
    "job": {"kth_aktivitetsparat": 60, "kth_jobparat": 40},
    "selvforsoergelse": {"kth_aktivitetsparat": 60, "kth_jobparat": 40},
    "sygedagpenge": {"kth_aktivitetsparat": 70, "kth_jobparat": 30},
}
LONG_TERM_STAY = {
    "kth_aktivitetsparat": (800, 1400),
    "kth_jobparat": (320, 500),
    "job": (600, 190),
    "selvforsoergelse": (420, 190),
    "sygedagpenge": (150, 150),
}
"""People who have lived on kontanthjaelp for most of ten years: gaps are short, and a
job or a time without benefit often leads back."""


@dataclass(frozen=True)
class Walk:
    """Cumulated transition weights ``[profile, state, next]`` and mean days."""

    cumulated: np.ndarray
    stay: np.ndarray


def _walk(direction: int, *tables: dict[str, dict[str, float]]) -> Walk:
    ordinary, long_term = tables
    weights = np.zeros((2, N_STATES, N_STATES))
    stay = np.zeros((2, N_STATES))
    for profile, table in enumerate((ordinary, ordinary | long_term)):
        for name, following in table.items():
            for target, weight in following.items():
                weights[profile, INDEX[name], INDEX[target]] = weight
        stay[profile] = [state.stay[direction] for state in STATES]
    for name, lengths in LONG_TERM_STAY.items():
        stay[LONG_TERM, INDEX[name]] = lengths[direction]
    ends_here = weights.sum(axis=2) == 0
    weights[ends_here, :] = np.eye(N_STATES)[np.nonzero(ends_here)[1]]
    cumulated = np.cumsum(weights, axis=2)
    return Walk(cumulated / cumulated[:, :, -1:], stay)


FORWARD_WALK = _walk(0, FORWARD, LONG_TERM_FORWARD)
BACKWARD_WALK = _walk(1, BACKWARD, LONG_TERM_BACKWARD)

AGE_GROUPS: tuple[tuple[int, int], ...] = (
    (16, 17),
    (18, 24),
    (25, 29),
    (30, 39),
    (40, 49),
    (50, 59),
    (60, 64),
    (65, 66),
    (67, 74),
    (75, 84),
    (85, 100),
)
PEOPLE = np.array([135, 520, 395, 690, 760, 810, 350, 130, 560, 380, 125], dtype=float)
"""Living persons of each age group in August 2020, thousands (rounded)."""

STOCKS: dict[str, tuple[float, ...]] = {
    "selvforsoergelse": (65, 30, 22, 40, 35, 40, 15, 5, 0, 0, 0),
    "kth_jobparat": (0, 0, 5, 8, 8, 6, 1.5, 0.1, 0, 0, 0),
    "kth_aktivitetsparat": (0, 0, 7, 16.5, 21.5, 21.5, 7, 0.3, 0, 0, 0),
    "uddannelseshjaelp": (0, 17, 19, 0, 0, 0, 0, 0, 0, 0, 0),
    "sho_ydelse": (0, 1.5, 1.5, 3, 2.5, 1.5, 0.3, 0.1, 0, 0, 0),
    "overgangsydelse": (0, 0.4, 0.6, 1.4, 1.2, 0.6, 0.2, 0, 0, 0, 0),
    "kth_integrationsloven": (0, 0.4, 0.8, 2, 1.4, 0.6, 0.2, 0, 0, 0, 0),
    "ressourceforloeb": (0, 1, 4, 11, 13, 13, 2, 0, 0, 0, 0),
    "foertidspension": (0, 3.5, 4, 13, 32, 80, 65, 22, 0, 0, 0),
    "fleksjob": (0, 0.4, 2, 9, 20, 32, 15, 3, 0, 0, 0),
    "ledighedsydelse": (0, 0, 0.8, 3, 5, 6, 3, 0.4, 0, 0, 0),
    "revalidering": (0, 0, 0.4, 1.8, 1.4, 0.6, 0.1, 0, 0, 0, 0),
    "revalidering_selvstaendig": (0, 0, 0, 0.2, 0.2, 0.1, 0, 0, 0, 0, 0),
    "forrevalidering": (0, 0, 0.2, 0.8, 0.8, 0.3, 0, 0, 0, 0, 0),
    "sygedagpenge": (0, 3, 6, 14, 17, 22, 10, 1, 0, 0, 0),
    "dagpenge": (0, 6, 17, 34, 27, 27, 11, 1, 0, 0, 0),
    "jobafklaring": (0, 0.3, 1.2, 3.2, 4.5, 5, 1.2, 0, 0, 0, 0),
    "barsel": (0, 3, 14, 27, 3, 0, 0, 0, 0, 0, 0),
    "efterloen": (0, 0, 0, 0, 0, 0, 24, 18, 0, 0, 0),
    "fleksydelse": (0, 0, 0, 0, 0, 0, 3.5, 2, 0, 0, 0),
    "seniorpension": (0, 0, 0, 0, 0, 0, 2, 1.5, 0, 0, 0),
    "su": (5, 255, 100, 13, 2, 0.5, 0, 0, 0, 0, 0),
    "elev": (6, 46, 12, 4, 1, 0.2, 0, 0, 0, 0, 0),
    "folkepension": (0, 0, 0, 0, 0, 0, 0, 0, 560, 380, 125),
}
"""Persons in each state by age group in August 2020, thousands; the rest has a job."""


def stock_shares() -> np.ndarray:
    """Cumulated share of each state within each age group."""
    shares = np.zeros((len(AGE_GROUPS), N_STATES))
    for name, thousands in STOCKS.items():
        shares[:, INDEX[name]] = np.array(thousands) / PEOPLE
    shares[:, INDEX["job"]] = 1 - shares.sum(axis=1)
    return np.cumsum(shares, axis=1)
