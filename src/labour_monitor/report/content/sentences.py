"""Sentences that are computed of figures.

A share is rounded to a whole per cent, with as many decimals more (two at the most) as
it takes for shares that differ to look different, and for none to look like a
requirement that it is not, or like nobody or everybody. A difference is that of the
numbers as they are written, so that a reader can work it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from labour_monitor.report import numbers
from labour_monitor.report.content import derived
from labour_monitor.report.danish import listed
from labour_monitor.report.document import Figure, Kind, State
from labour_monitor.report.reading import Record

_MOST_DECIMALS = 2
_MOST_NAMES = 3
"""Of more municipalities than these a sentence says how many they are."""
_WORDS = (
    *("nul", "én", "to", "tre", "fire", "fem", "seks"),
    *("syv", "otte", "ni", "ti", "elleve", "tolv"),
)


def count_word(number: int, of_common: bool = True) -> str:
    """A number in a sentence: up to twelve in letters."""
    if number < len(_WORDS):
        return _WORDS[number]
    return numbers.count(number)


def capital(sentence: str) -> str:
    """A sentence with a capital first."""
    return sentence[:1].upper() + sentence[1:]


def sentence(said: str) -> str:
    """With a capital first and a full stop last."""
    return capital(said) if said.endswith(".") or not said else f"{capital(said)}."


def _round(value: Decimal, decimals: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def decimals_of(shares: Iterable[Decimal], against: Iterable[int] = ()) -> int:
    """How many decimals these shares need beside each other."""
    shares = [Decimal(share) for share in shares]
    others = {*shares, *map(Decimal, against), Decimal(0), Decimal(100)}
    for decimals in range(_MOST_DECIMALS):
        if all(
            share == other or _round(share, decimals) != _round(other, decimals)
            for share in shares
            for other in others
        ):
            return decimals
    return _MOST_DECIMALS


def pct(share: Decimal, *beside: Decimal, against: Iterable[int] = ()) -> str:
    """A share in a sentence, with the decimals that it needs."""
    return numbers.pct(share, decimals_of([share, *beside], against))


def points(difference: Decimal, decimals: int) -> str:
    """A difference without its sign, in percentage points."""
    return f"{numbers.decimal(abs(difference), decimals)}{numbers.SPACE}procentpoint"


def fulfilled(share: Figure, month: date, requirements: Sequence[int]) -> str:
    """The headline: how many fulfil the requirement."""
    said = numbers.month(month)
    if share.state is State.HIDDEN:
        return f"Andelen, der opfylder resultatkravet i {said}, offentliggøres ikke"
    if share.state is State.NOT_APPLICABLE:
        return f"Ingen borgere måles i {said}, så der er ingen andel"
    if share.value == 0:
        return f"Ingen opfylder resultatkravet i {said}"
    if share.value == 100:
        return f"Alle opfylder resultatkravet i {said}"
    written = pct(share.value, against=requirements)
    return f"{written} opfylder resultatkravet i {said}"


def to_requirement(
    share: Figure, measured: Figure, n_fulfilled: Figure, requirement: int
) -> str:
    """How far a share is from a requirement, as a clause; empty where that is not
    known. It says nothing of whether the requirement is in force."""
    if share.state is not State.SHOWN:
        return ""
    is_met = derived.meets(share, measured, n_fulfilled, requirement)
    decimals = decimals_of([share.value], [requirement])
    apart = _round(share.value, decimals) - requirement
    level = f"{requirement}{numbers.SPACE}pct."
    if apart > 0:
        return f"{points(apart, decimals)} over de {level}"
    if apart < 0:
        return f"{points(apart, decimals)} under de {level}"
    if is_met is None:
        return f"afrundet {level}"
    if is_met:
        exact = 100 * n_fulfilled.value == requirement * measured.value
        return f"præcis de {level}" if exact else f"lige over de {level}"
    return f"lige under de {level}"


def change(new: Figure, old: Figure, before: str) -> str:
    """How a share changed since `before`, as a clause; empty where that is not
    known."""
    if not new.state is old.state is State.SHOWN:
        return ""
    if new.value == old.value:
        return f"det samme som {before}"
    decimals = decimals_of([new.value, old.value])
    apart = _round(new.value, decimals) - _round(old.value, decimals)
    word = "mere" if apart > 0 else "mindre"
    return f"{points(apart, decimals)} {word} end {before}"


def development(months: Sequence[tuple[date, Figure]], what: str) -> str:
    """How a share developed from the first month to the last of those shown. `what`
    starts the sentence: 'andelen, der opfylder resultatkravet,'."""
    if not months:
        return f"Der er endnu ingen måneder at vise {what} for."
    shown = [(month, figure) for month, figure in months if figure.state is State.SHOWN]
    if not shown:
        if all(figure.state is State.NOT_APPLICABLE for _, figure in months):
            return f"Ingen borgere måles endnu, så {what} kan ikke opgøres."
        return f"Det offentliggøres ikke, hvordan {what} har udviklet sig."
    (first, start), (last, end) = shown[0], shown[-1]
    since, until = numbers.month(first), numbers.month(last)
    if first == last:
        return (
            f"{capital(what)} er {pct(end.value)} i {until}. Det er "
            f"{'den første måned' if len(months) == 1 else 'den eneste måned, der vises'}"
            ", så der er endnu ingen udvikling at vise."
        )
    if start.value == end.value:
        return f"{capital(what)} er den samme i {until} som i {since}: {pct(end.value)}"
    decimals = decimals_of([start.value, end.value])
    before, after = (numbers.decimal(x.value, decimals) for x in (start, end))
    word = "steget" if end.value > start.value else "faldet"
    return (
        f"{capital(what)} er {word} fra {before} til {after}{numbers.SPACE}pct. fra "
        f"{since} til {until}."
    )


def since_before(months: Sequence[tuple[date, Figure]]) -> str:
    """How a share changed from the month before the last to the last one; empty where
    there is no month before or one of them is not shown."""
    if len(months) < 2:
        return ""
    (before, old), (_, new) = months[-2:]
    clause = change(new, old, f"i {numbers.month(before)}")
    return f"Det er {clause}." if clause else ""


def extremes(records: Iterable[Record], measure: str) -> str:
    """Which municipalities have the highest and the lowest share of those shown."""
    shown = [
        (record.name, record[measure].value)
        for record in records
        if record.is_municipality and record[measure].state is State.SHOWN
    ]
    if len(shown) < 2:
        return "Der vises for få kommuner til at sammenligne dem."
    highest, lowest = (pick(value for _, value in shown) for pick in (max, min))
    if highest == lowest:
        return f"Andelen er den samme i alle de viste kommuner: {pct(highest)}"
    decimals = decimals_of([highest, lowest])

    def at(value: Decimal) -> str:
        names = [name for name, its in shown if its == value]
        if len(names) > _MOST_NAMES:
            return f"{count_word(len(names))} kommuner"
        return listed(names)

    return (
        f"{capital(at(highest))} har den højeste andel "
        f"({numbers.pct(highest, decimals)}), {at(lowest)} den laveste "
        f"({numbers.pct(lowest, decimals)})."
    )


def made_of(record: Record, stacks: Iterable[Any]) -> str:
    """The parts of a share, of those that are shown."""
    shown = [
        (part.name.split(". ")[-1], record[part.measure].value)
        for part in stacks
        if record[part.measure].state is State.SHOWN
    ]
    if not shown:
        return "Fordelingen offentliggøres ikke."
    decimals = decimals_of([value for _, value in shown])
    return sentence(
        listed([f"{name} {numbers.pct(value, decimals)}" for name, value in shown])
    )


def withheld(records: Iterable[Record], measures: Sequence[str]) -> str:
    """How many municipalities have a figure that is withheld; empty where none has."""
    those = [record for record in records if record.is_municipality]
    n = sum(
        any(record[measure].state is State.HIDDEN for measure in measures)
        for record in those
    )
    if not n:
        return ""
    return (
        f"For {count_word(n)} af {numbers.count(len(those))} kommuner er et eller "
        "flere tal holdt tilbage, fordi de handler om så få borgere, at nogen kunne "
        "genkendes."
    )


def municipalities_met(n_met: Figure, n: Figure, requirement: int) -> str:
    """How many municipalities have met a requirement so far."""
    level = f"{requirement}{numbers.SPACE}pct."
    if State.SHOWN is not n_met.state or n.state is not State.SHOWN:
        return f"Hvor mange kommuner der har nået {level}, offentliggøres ikke."
    return _met(n_met.value, n.value, level)


def flags_met(records: Iterable[Record], flag: str, requirement: int) -> str:
    """The same, counted of what is shown of each municipality."""
    level = f"{requirement}{numbers.SPACE}pct."
    flags = [record[flag] for record in records if record.is_municipality]
    n_met = sum(figure.value is True for figure in flags)
    n_hidden = sum(figure.state is State.HIDDEN for figure in flags)
    if not n_hidden:
        return _met(n_met, len(flags), level)
    return (
        f"Mindst {count_word(n_met)} af {numbers.count(len(flags))} kommuner har "
        f"nået {level}; for {count_word(n_hidden)} offentliggøres det ikke."
    )


def missing(figure: Figure) -> str:
    """How many citizens a distance to a requirement is."""
    if figure.state is not State.SHOWN or not figure.value:
        return ""
    noun = "borger" if figure.value == 1 else "borgere"
    return f"svarer til {numbers.count(figure.value)} {noun}"


def n_reached(records: Iterable[Record], flag: str) -> Figure:
    """How many municipalities have reached it, of those whose flag is shown; withheld
    where none is."""
    flags = [record[flag] for record in records if record.is_municipality]
    if flags and all(figure.state is State.HIDDEN for figure in flags):
        return Figure(Kind.COUNT, None, State.HIDDEN, is_derived=True)
    n = sum(figure.value is True for figure in flags)
    return Figure(Kind.COUNT, n, is_derived=True)


def n_reached_note(records: Iterable[Record], flag: str) -> str:
    """Of how many, and for how many it is withheld."""
    flags = [record[flag] for record in records if record.is_municipality]
    n_hidden = sum(figure.state is State.HIDDEN for figure in flags)
    of = f"af {numbers.count(len(flags))} deltagende kommuner"
    if not n_hidden:
        return of
    return f"{of}; for {count_word(n_hidden)} offentliggøres det ikke"


def _met(n_met: int, n: int, level: str) -> str:
    if n_met == 0:
        return f"Ingen af de {numbers.count(n)} kommuner har nået {level} endnu."
    if n_met == n:
        return f"Alle {numbers.count(n)} kommuner har nået {level}"
    return (
        f"{capital(count_word(n_met))} af {numbers.count(n)} kommuner har nået {level}"
    )


def joined(*sentences: str) -> str:
    """Sentences one after another, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)
