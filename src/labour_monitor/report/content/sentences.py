"""Clauses and sentences that are computed of figures.

A share is rounded to a whole per cent, with as many decimals more (two at the most) as
it takes for shares that differ to look different, and for none to look like a
requirement that it is not, or like nobody or everybody. A difference is that of the
numbers as they are written, so that a reader can work it out.

A clause has no full stop, so that it can be a title too; `sentence` gives it one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from labour_monitor.report import numbers
from labour_monitor.report.content import derived
from labour_monitor.report.content.parts import Stack, by_area
from labour_monitor.report.danish import listed
from labour_monitor.report.document import Figure, Kind, State
from labour_monitor.report.reading import Record

FULFILS = "opfylder resultatkravet"
FULFILLING = "andelen, der opfylder resultatkravet,"

_MOST_DECIMALS = 2
_TOO_FEW = "Der vises for få kommuner til at sammenligne dem"
_MOST_NAMES = 3
"""Of more municipalities than these a sentence says how many they are."""
_MOST_NEW = 6
"""The same where they are what the sentence is about."""
_WORDS = (
    *("nul", "én", "to", "tre", "fire", "fem", "seks"),
    *("syv", "otte", "ni", "ti", "elleve", "tolv"),
)


def count_word(number: int) -> str:
    """A number in a sentence: up to twelve in letters."""
    return _WORDS[number] if number < len(_WORDS) else numbers.count(number)


def citizens(number: int) -> str:
    """So many citizens."""
    return f"{numbers.count(number)} {'borger' if number == 1 else 'borgere'}"


def of_citizens(number: int) -> str:
    """So many of citizens who were just spoken of."""
    return numbers.count(number) if number else "ingen"


def level(requirement: int) -> str:
    """A requirement: 80 pct."""
    return f"{requirement}{numbers.SPACE}pct."


def capital(said: str) -> str:
    """With a capital first."""
    return said[:1].upper() + said[1:]


def sentence(clause: str) -> str:
    """With a capital first and a full stop last; nothing of nothing."""
    if not clause:
        return ""
    return capital(clause) if clause.endswith(".") else f"{capital(clause)}."


def joined(*clauses: str) -> str:
    """Clauses as sentences one after another, without the empty ones."""
    return " ".join(sentence(clause) for clause in clauses if clause)


def texts(*paragraphs: str) -> tuple[str, ...]:
    """Those of the paragraphs that say something."""
    return tuple(paragraph for paragraph in paragraphs if paragraph)


# Shares


def _round(value: Decimal, decimals: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def decimals_of(
    shares: Iterable[Decimal], against: Iterable[int] = (), least: int = 0
) -> int:
    """How many decimals these shares need beside each other."""
    shares = [Decimal(share) for share in shares]
    others = {*shares, *map(Decimal, against), Decimal(0), Decimal(100)}
    for decimals in range(least, _MOST_DECIMALS):
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


def share_that(
    share: Figure,
    verb: str,
    month: date,
    requirements: Iterable[int] = (),
    counts: tuple[Figure, Figure] | None = None,
    whom: str = "",
) -> str:
    """How large a share does something: 65 pct. opfylder resultatkravet i december
    2022.

    Args:
        share: of the measured.
        verb: what they do.
        month: when.
        requirements: what the share must not be rounded to.
        counts: how many do it, of how many: whether the share is nobody's or
            everybody's is theirs to say, where they are known.
        whom: of whom it is a share, where that must be said.
    """
    said = numbers.month(month)
    if share.state is State.HIDDEN:
        return f"Andelen, der {verb} i {said}, offentliggøres ikke"
    if share.state is State.NOT_APPLICABLE:
        return f"Ingen borgere måles i {said}, så der er ingen andel"
    of = [figure.value for figure in counts or () if figure.state is State.SHOWN]
    part, whole = of if len(of) == 2 else (share.value, 100)
    if part == 0:
        who = "Ingen"
    elif part == whole:
        who = "Alle"
    elif share.value == 0:
        who = f"Under {numbers.pct(Decimal('0.01'))}"
    elif share.value == 100:
        who = f"Over {numbers.pct(Decimal('99.99'))}"
    else:
        who = pct(share.value, against=requirements)
    return f"{who} {whom} {verb} i {said}" if whom else f"{who} {verb} i {said}"


def fulfilled(record: Record, month: date, requirements: Iterable[int]) -> str:
    """The headline of an area: how many fulfil the requirement."""
    return share_that(
        record["fulfilled_pct"],
        FULFILS,
        month,
        requirements,
        (record["n_fulfilled"], record["n_measured"]),
    )


def made_of(record: Record, stacks: Iterable[Stack], total: str) -> str:
    """The parts of a share, of those that are shown; empty where none is. They have a
    decimal where whole per cents do not add up.

    Args:
        record: of an area.
        stacks: the parts.
        total: the measure that they add up to.
    """
    stacks = list(stacks)
    shown = [part for part in stacks if record[part.measure].state is State.SHOWN]
    hidden = [part for part in stacks if record[part.measure].state is State.HIDDEN]
    if not shown:
        return ""
    shares = [record[part.measure].value for part in shown]
    decimals = decimals_of(shares)
    if len(shown) == len(stacks) and record[total].state is State.SHOWN:
        whole = _round(record[total].value, decimals)
        if sum(_round(share, decimals) for share in shares) != whole:
            decimals = max(decimals, 1)
    clause = listed(
        [
            f"{numbers.pct(share, decimals)} {part.word}"
            for share, part in zip(shares, shown, strict=True)
        ]
    )
    if hidden:
        words = [part.word for part in hidden]
        # Two things of which one is two by itself.
        joiner = "samt" if any(" og " in word for word in words) else "og"
        share = "andelen" if len(words) == 1 else "andelene"
        clause += f"; {share} for {listed(words, joiner)} offentliggøres ikke"
    return clause


# Requirements


def to_requirement(record: Record, requirement: int) -> str:
    """How far an area is from a requirement, as 'x procentpoint under 80 pct.'; empty
    where that is not known. It says nothing of whether the requirement is in force."""
    share, measured, n_fulfilled = (
        record[measure] for measure in ("fulfilled_pct", "n_measured", "n_fulfilled")
    )
    if share.state is not State.SHOWN:
        return ""
    decimals = decimals_of([share.value], [requirement])
    apart = _round(share.value, decimals) - requirement
    if apart:
        side = "over" if apart > 0 else "under"
        return f"{points(apart, decimals)} {side} {level(requirement)}"
    is_met = derived.meets(share, measured, n_fulfilled, requirement)
    if is_met is None:
        return f"afrundet {level(requirement)}"
    if not is_met:
        return f"lige under {level(requirement)}"
    exact = 100 * n_fulfilled.value == requirement * measured.value
    return f"{'præcis' if exact else 'lige over'} {level(requirement)}"


def missing(figure: Figure) -> str:
    """How many citizens a distance to a requirement is; empty where it is none or not
    known."""
    if figure.state is not State.SHOWN or not figure.value:
        return ""
    return f"der mangler {citizens(figure.value)} i den måned"


def municipalities_met(n_of_met: Figure, n: Figure, requirement: int) -> str:
    """How many municipalities have met a requirement so far."""
    if not n_of_met.state is n.state is State.SHOWN:
        return (
            f"Hvor mange kommuner der har nået {level(requirement)}, offentliggøres "
            "ikke"
        )
    if n_of_met.value == 0:
        who = f"ingen af de {numbers.count(n.value)}"
    elif n_of_met.value == n.value:
        who = f"alle {numbers.count(n.value)}"
    else:
        who = f"{count_word(n_of_met.value)} af {numbers.count(n.value)}"
    return f"{capital(who)} kommuner har nået {level(requirement)}"


def steps_met(records: Iterable[Record], flags: Iterable[tuple[str, int]]) -> str:
    """How many municipalities have met each step, counted of what is shown of each."""
    records = list(records)
    clauses = []
    for flag, requirement in flags:
        shown, n_hidden = _flags(records, flag)
        n_of_met, n = sum(shown), len(shown) + n_hidden
        of = f" af {numbers.count(n)} kommuner"
        if n_hidden:
            who = f"mindst {count_word(n_of_met)}{'' if clauses else of}"
        elif n_of_met == 0:
            who = "ingen" if clauses else f"ingen af de {numbers.count(n)} kommuner"
        elif n_of_met == n:
            who = "alle" if clauses else f"alle {numbers.count(n)} kommuner"
        else:
            who = f"{count_word(n_of_met)}{'' if clauses else of}"
        clause = f"{who} har nået {level(requirement)}"
        if n_hidden:
            clause += f" (for {count_word(n_hidden)} offentliggøres det ikke)"
        clauses.append(clause)
    return ", og ".join(clauses)


def n_met(records: Iterable[Record], flag: str) -> tuple[Figure, str]:
    """How many municipalities have met a step, of those of which it is shown, and what
    to hold that against; withheld where it is shown of none."""
    shown, n_hidden = _flags(records, flag)
    note = f"af {numbers.count(len(shown) + n_hidden)} deltagende kommuner"
    if n_hidden and not shown:
        return Figure(Kind.COUNT, None, State.HIDDEN, is_derived=True), note
    if n_hidden:
        note += f"; for {count_word(n_hidden)} offentliggøres det ikke"
    return Figure(Kind.COUNT, sum(shown), is_derived=True), note


def _flags(records: Iterable[Record], flag: str) -> tuple[list[bool], int]:
    flags = [record[flag] for record in records if record.is_municipality]
    shown = [figure.value for figure in flags if figure.state is State.SHOWN]
    return shown, sum(figure.state is State.HIDDEN for figure in flags)


def met_now(
    names: Sequence[str], requirement: int, month: date, is_of_all: bool = True
) -> str:
    """Which municipalities met a requirement in a month and not before.

    Args:
        names: theirs, of those of which it is shown.
        requirement, month: which and when.
        is_of_all: whether it is shown of all of them.
    """
    what, said = level(requirement), numbers.month(month)
    if is_of_all and names:
        who = _who(names, most=_MOST_NEW)
        return f"{capital(who)} nåede {what} for første gang i {said}"
    if is_of_all:
        return f"Ingen nye kommuner nåede {what} i {said}"
    among = "Blandt de kommuner, hvor det offentliggøres, nåede"
    if names:
        return f"{among} {_who(names, most=_MOST_NEW)} {what} for første gang i {said}"
    return f"{among} ingen nye {what} i {said}"


# Comparisons


def change(new: Figure, old: Figure, before: str) -> str:
    """How a share changed since `before`; empty where that is not known. Of small
    changes a decimal matters."""
    if not new.state is old.state is State.SHOWN:
        return ""
    if new.value == old.value:
        return f"den samme som {before}"
    decimals = decimals_of([new.value, old.value], least=1)
    apart = _round(new.value, decimals) - _round(old.value, decimals)
    return (
        f"{points(apart, decimals)} {'højere' if apart > 0 else 'lavere'} end {before}"
    )


def change_of_count(new: Figure, old: Figure, before: str) -> str:
    """How a number of citizens changed since `before`; empty where that is not
    known."""
    if not new.state is old.state is State.SHOWN:
        return ""
    apart = new.value - old.value
    if not apart:
        return f"det samme som {before}"
    word = "flere" if apart > 0 else "færre"
    return f"{numbers.count(abs(apart))} {word} end {before}"


def beside(ours: Figure, theirs: Figure, against: Iterable[int] = ()) -> str:
    """The share that fulfils the requirement of the participants beside that of the
    country."""
    if ours.state is State.NOT_APPLICABLE or theirs.state is State.NOT_APPLICABLE:
        return ""
    if not ours.state is theirs.state is State.SHOWN:
        return "De deltagende kommuner kan ikke sammenlignes med hele landet"
    if ours.value == theirs.value:
        return (
            f"{capital(FULFILLING)} er den samme i de deltagende kommuner som i hele "
            f"landet: {pct(ours.value, against=against)}"
        )
    decimals = decimals_of([ours.value, theirs.value], against)
    word = "højere" if ours.value > theirs.value else "lavere"
    return (
        f"{capital(FULFILLING)} er {word} i de deltagende kommuner "
        f"({numbers.pct(ours.value, decimals)}) end i hele landet "
        f"({numbers.pct(theirs.value, decimals)})"
    )


def beside_others(
    own: Figure, others: Sequence[tuple[str, Figure]], against: Iterable[int] = ()
) -> str:
    """The share of a municipality that fulfils the requirement beside those of others;
    empty where it is not shown.

    Args:
        own: the share.
        others: where ('i hele landet'), and the share there.
        against: what no share must be rounded to.
    """
    shown = [
        (where, figure.value) for where, figure in others if figure.state is State.SHOWN
    ]
    if own.state is not State.SHOWN or not shown:
        return ""
    decimals = decimals_of([own.value, *(value for _, value in shown)], against)
    beside = listed(
        [f"{numbers.pct(value, decimals)} {where}" for where, value in shown]
    )
    return f"{numbers.pct(own.value, decimals)} {FULFILS} mod {beside}"


def development(
    months: Sequence[tuple[date, Figure]], what: str, against: Sequence[int] = ()
) -> str:
    """How a share developed from the first month to the last of those shown.

    Args:
        months: the share by month, the oldest first.
        what: it, as in 'andelen, der opfylder resultatkravet,'.
        against: what the share must not be rounded to.
    """
    shown = [point for point in months if point[1].state is State.SHOWN]
    if not shown:
        if any(figure.state is State.HIDDEN for _, figure in months):
            return f"Udviklingen i {what.rstrip(',')}, offentliggøres ikke"
        return f"Ingen borgere måles, så {what} kan ikke opgøres"
    (first, start), (last, end) = shown[0], shown[-1]
    since, until = numbers.month(first), numbers.month(last)
    if first == last:
        only = "første" if len(months) == 1 else "eneste"
        return (
            f"{capital(what)} er {pct(end.value, against=against)} i {until}, den "
            f"{only} måned med et tal"
        )
    if start.value == end.value:
        return (
            f"{capital(what)} er den samme i {until} som i {since}: "
            f"{pct(end.value, against=against)}"
        )
    decimals = decimals_of([start.value, end.value], against)
    before, after = (numbers.decimal(x.value, decimals) for x in (start, end))
    word = "steget" if end.value > start.value else "faldet"
    return (
        f"Fra {since} til {until} er {what} {word} fra {before} til {after}"
        f"{numbers.SPACE}pct."
    )


def since_before(months: Sequence[tuple[date, Figure]]) -> str:
    """How a share changed from the last month but one to the last, after a sentence
    that says what it is in the last."""
    if len(months) == 1:
        return "Det er den første måned, så der er endnu ingen udvikling at vise"
    if not months:
        return ""
    (before, old), (_, new) = months[-2:]
    clause = change(new, old, f"i {numbers.month(before)}")
    return f"Andelen er {clause}" if clause else ""


def since_last(months: Sequence[tuple[date, Figure]], what: str) -> str:
    """What a share was the last time that it is shown, and how it changed since the
    time before; empty where it is not shown twice."""
    shown = [point for point in months if point[1].state is State.SHOWN]
    if len(shown) < 2:
        return ""
    (before, old), (month, new) = shown[-2:]
    clause = change(new, old, f"i {numbers.month(before)}")
    return f"I {numbers.month(month)} er {what} {clause}"


def extremes(
    records: Iterable[Record], measure: str, what: str, against: Sequence[int] = ()
) -> str:
    """Which municipalities have the highest and the lowest share of those shown.

    Args:
        records: of all areas.
        measure: the share.
        what: it, as in 'andel fritagne'.
        against: what the share must not be rounded to.
    """
    ends = _ends(records, measure)
    if ends is None:
        return _TOO_FEW
    if ends.highest == ends.lowest:
        same = pct(ends.highest, against=against)
        return f"Alle de viste kommuner har samme {what}: {same}"
    decimals = decimals_of([ends.highest, ends.lowest], against)
    return ends.clause(
        f"den højeste {what} ({numbers.pct(ends.highest, decimals)})",
        f"den laveste ({numbers.pct(ends.lowest, decimals)})",
    )


def largest(records: Iterable[Record], measure: str, what: str) -> str:
    """Which municipalities have the largest and the smallest count of those shown.

    Args:
        records: of all areas.
        measure: the count.
        what: it, as in 'målgruppe'.
    """
    ends = _ends(records, measure)
    if ends is None:
        return _TOO_FEW
    if ends.highest == ends.lowest:
        return f"Alle de viste kommuner har lige stor {what}: {citizens(ends.highest)}"
    return ends.clause(
        f"den største {what} ({citizens(ends.highest)})",
        f"den mindste ({numbers.count(ends.lowest)})",
    )


@dataclass(frozen=True)
class _Ends:
    """The municipalities with the highest and the lowest figure of those shown."""

    highest: Decimal
    lowest: Decimal
    top: str
    bottom: str
    is_of_all: bool

    def clause(self, has: str, other_has: str) -> str:
        """Who has what."""
        opening = f"{capital(self.top)} har {has}"
        if not self.is_of_all:
            opening = f"Blandt de viste kommuner har {self.top} {has}"
        return f"{opening}, og {self.bottom} {other_has}"


def _ends(records: Iterable[Record], measure: str) -> _Ends | None:
    municipalities = [record for record in by_area(records) if record.is_municipality]
    shown = [
        (record.name, record[measure].value)
        for record in municipalities
        if record[measure].state is State.SHOWN
    ]
    if len(shown) < 2:
        return None
    highest, lowest = (pick(value for _, value in shown) for pick in (max, min))
    top, bottom = (
        _who([name for name, value in shown if value == end])
        for end in (highest, lowest)
    )
    return _Ends(highest, lowest, top, bottom, len(shown) == len(municipalities))


def _who(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    if len(names) > most:
        return f"{count_word(len(names))} kommuner"
    return listed(names)


# What is not shown


def withheld(records: Iterable[Record], measures: Iterable[str]) -> str:
    """How many municipalities have a figure that is withheld; empty where none has."""
    measures = list(measures)
    those = [record for record in records if record.is_municipality]
    n = sum(
        any(record[measure].state is State.HIDDEN for measure in measures)
        for record in those
    )
    if not n:
        return ""
    return (
        f"For {count_word(n)} af {numbers.count(len(those))} kommuner er et eller "
        "flere tal holdt tilbage, så ingen borger kan genkendes."
    )
