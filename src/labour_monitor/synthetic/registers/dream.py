"""DREAM: one benefit code a week, read off the states, the offers and CPR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from labour_monitor.synthetic.calendar import (
    CORRECTION_DELIVERY,
    DELIVERY_DATES,
    N_WEEKS,
    OPEN,
    REFERENCE_DAY,
    REFERENCE_WEEK,
    WEEK_COLUMNS,
    WINDOW_START,
    day,
    week_of,
    weeks_in_delivery,
)
from labour_monitor.synthetic.lives import Block, Spells
from labour_monitor.synthetic.registers.casework import (
    LOENTILSKUD_OFFENTLIG,
    LOENTILSKUD_PRIVAT,
    NYTTEINDSATS,
    PRAKTIK,
    VEJLEDNING,
)
from labour_monitor.synthetic.states import INDEX, N_STATES, STATES

STREAM = 60

SERIES: dict[str, str] = {
    "11": "12345",
    "12": "123456",
    "13": "013456789",
    "14": "03456789",
    "15": "123",
    "21": "1345678",
    "23": "12",
    "29": "9",
    "41": "23",
    "51": "1",
    "52": "12",
    "61": "1",
    "62": "12",
    "65": "12",
    "66": "1",
    "70": "03456789",
    "71": "03456789",
    "72": "03456789",
    "73": "013456789",
    "74": "01345678",
    "75": "0345678",
    "76": "0345678",
    "77": "14",
    "78": "135",
    "81": "0345678",
    "87": "0345678",
    "88": "1",
    "89": "03456789",
    "99": "789",
}
"""First two digits of DREAM's codes and the last digits that each series has."""

KNOWN_CODES: tuple[str, ...] = tuple(
    series + digit for series, digits in SERIES.items() for digit in digits
)
UNKNOWN_CODES = ("132", "777")
"""Numbers that DREAM's documentation does not name, one of them within a series."""

CODES = ("", *KNOWN_CODES, *UNKNOWN_CODES)
POSITION = {code: i for i, code in enumerate(CODES)}

OFFER_DIGITS: dict[int, str] = {
    PRAKTIK: "78",
    LOENTILSKUD_PRIVAT: "5",
    LOENTILSKUD_OFFENTLIG: "6",
    NYTTEINDSATS: "9",
    VEJLEDNING: "314",
}
"""Last digit of the weekly code during an offer; a digit that the series does not have
leaves the code as it is."""

SHARE_CORRECTED = 0.008
"""Share of the cash-benefit receivers of August 2020 whose weeks around the reference
week were corrected after the cohort was locked."""

CORRECTED_WEEKS = 12
UNKNOWN_PER_MILLION_CELLS = 0.5
ABROAD, DEAD = POSITION["997"], POSITION["999"]


@dataclass(frozen=True)
class Correction:
    """Weeks ``[first, last)`` of a person that older deliveries show as ``code``."""

    person: int
    first: int
    last: int
    code: int


@dataclass
class Dream:
    """Codes by position, ``[week, person]``, and what older deliveries said instead."""

    codes: np.ndarray
    corrections: list[Correction]

    def differs(self, delivery: int, week: int) -> bool:
        """Whether the delivery knew a week otherwise than the newest one."""
        return delivery < CORRECTION_DELIVERY and any(
            c.first <= week < c.last for c in self.corrections
        )

    def as_of(self, delivery: int, week: int) -> np.ndarray:
        """The codes of a week as the delivery knew them."""
        codes = self.codes[week]
        if self.differs(delivery, week):
            codes = codes.copy()
            for c in self.corrections:
                codes[c.person] = c.code
        return codes

    def tables(self, person: pa.Array) -> list[pa.Table]:
        """One wide table for each delivery; weeks that agree are the same array."""
        text = pa.array(CODES)
        newest = [code_column(codes, text) for codes in self.codes]
        tables = []
        for delivery, delivered in enumerate(DELIVERY_DATES):
            columns = newest[: weeks_in_delivery(delivered)]
            for week in range(len(columns)):
                if self.differs(delivery, week):
                    columns[week] = code_column(self.as_of(delivery, week), text)
            names = ["pnr", *WEEK_COLUMNS[: len(columns)]]
            tables.append(pa.table([person, *columns], names=names))
        return tables


def code_column(codes: np.ndarray, text: pa.Array) -> pa.Array:
    """A week column from positions; position 0 is null."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes == 0), text)


def draw_dream(block: Block, offers: Spells) -> Dream:
    """Fill the weeks of a block."""
    rng = block.rng(STREAM)
    codes = _weeks_of_states(block, rng)
    _show_offers(codes, offers, rng)
    _show_absence(codes, block)
    unknown = rng.poisson(codes.size * UNKNOWN_PER_MILLION_CELLS / 1e6)
    week = rng.integers(0, N_WEEKS, unknown)
    who = rng.integers(0, len(block), unknown)
    codes[week, who] = rng.integers(len(KNOWN_CODES) + 1, len(CODES), unknown)
    return Dream(codes, _draw_corrections(codes, block, rng))


def _weeks_of_states(block: Block, rng: np.random.Generator) -> np.ndarray:
    """Codes of the states: one day is enough, and the earlier state has the week."""
    states = block.states
    code = np.zeros(len(states), dtype=np.uint8)
    for kind in range(N_STATES):
        mine = np.flatnonzero(states.kind == kind)
        weights = STATES[kind].dream
        share = np.array(list(weights.values())) / sum(weights.values())
        positions = np.array([POSITION[text] for text in weights], dtype=np.uint8)
        code[mine] = positions[rng.choice(len(positions), mine.size, p=share)]
    spells = states.where(code > 0)
    code = code[code > 0]
    first = np.clip(week_of(spells.start), 0, N_WEEKS)
    last = np.clip(week_of(np.minimum(spells.end, OPEN - 1)), -1, N_WEEKS - 1)
    follows = np.r_[False, spells.person[1:] == spells.person[:-1]]
    first = np.where(follows, np.maximum(first, np.r_[0, last[:-1]] + 1), first)
    seen = first <= last
    steps = np.zeros((N_WEEKS + 1, len(block)), dtype=np.uint8)
    who = spells.person[seen]
    np.add.at(steps, (first[seen], who), code[seen])
    np.subtract.at(steps, (last[seen] + 1, who), code[seen])
    for week in range(1, N_WEEKS):
        steps[week] += steps[week - 1]
    return steps[:N_WEEKS]


def _variant(base: int, digit: str) -> int:
    """The code of the same series with another last digit, else the code itself."""
    text = CODES[base]
    if text in ("", "771", "774", "785", *UNKNOWN_CODES) or text >= "900":
        return base
    return POSITION.get(f"{text[:2]}{digit}", base) if text[2] == "0" else base


def _show_offers(codes: np.ndarray, offers: Spells, rng: np.random.Generator) -> None:
    """Offers change the last digit in the weeks that they touch."""
    dagpenge = POSITION["111"]
    for kind, digits in OFFER_DIGITS.items():
        mine = offers.where((offers.kind == kind) & (offers.end >= WINDOW_START))
        first = np.clip(week_of(mine.start), 0, N_WEEKS)
        last = np.clip(week_of(mine.end), -1, N_WEEKS - 1)
        length = np.maximum(last - first + 1, 0)
        choice = rng.choice(len(digits), len(mine))
        old = (mine.end < day(2014, 1, 1)) & (kind == VEJLEDNING)
        choice = np.where(old, digits.find("1"), choice)
        spell = np.repeat(np.arange(len(mine)), length)
        step = np.arange(spell.size) - np.repeat(np.cumsum(length) - length, length)
        week, who = first[spell] + step, mine.person[spell]
        table = np.array(
            [[_variant(base, digit) for base in range(len(CODES))] for digit in digits],
            dtype=np.uint8,
        )
        for row, digit in enumerate(digits):
            table[row, dagpenge] = POSITION.get(f"21{digit}", dagpenge)
        codes[week, who] = table[choice[spell], codes[week, who]]


def _show_absence(codes: np.ndarray, block: Block) -> None:
    """997 in the weeks abroad, 999 from the week of death."""
    for who in np.flatnonzero(block.abroad_from < OPEN):
        first = max(int(week_of(block.abroad_from[who])) + 1, 0)
        last = int(week_of(np.minimum(block.abroad_to[who], OPEN - 1)))
        blank = codes[first : last + 1, who] == 0
        codes[first : last + 1, who][blank] = ABROAD
    for who in np.flatnonzero(block.death < OPEN):
        codes[max(int(week_of(block.death[who])), 0) :, who] = DEAD


def _draw_corrections(
    codes: np.ndarray, block: Block, rng: np.random.Generator
) -> list[Correction]:
    """Some weeks around the reference week were first delivered wrong.

    Half of them hide a benefit that was paid; the other half show one of a person who
    had left it."""
    states = block.states
    around = (states.start <= REFERENCE_DAY) & (states.end >= REFERENCE_DAY - 150)
    ready = states.kind == INDEX["kth_aktivitetsparat"]
    candidates = np.unique(states.person[around & ready])
    drawn = candidates[rng.random(candidates.size) < SHARE_CORRECTED]
    first = REFERENCE_WEEK - CORRECTED_WEEKS // 2
    last = REFERENCE_WEEK + CORRECTED_WEEKS // 2
    shown = POSITION["730"]
    return [
        Correction(int(who), first, last, 0 if codes[REFERENCE_WEEK, who] else shown)
        for who in drawn
    ]
