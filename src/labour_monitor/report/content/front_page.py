"""The front page: what the newest publication of each initiative says, and what changed
since the month before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import (
    afklaringspuljen,
    fsm2,
    parts,
    registers,
    sentences,
)
from labour_monitor.report.document import (
    Column,
    Figure,
    Kind,
    News,
    Report,
    Row,
    State,
    Table,
)
from labour_monitor.report.reading import PARTICIPATING, Part, Plain, Record

_REVISED = {
    "n_target_group": "i målgruppen",
    "n_exempt": "fritaget",
    "n_rehab": "i rehabiliteringsgruppen",
    "n_measured": "målte",
    "n_fulfilled": "opfylder",
    "n_new": "nye",
    "n_left": "udgået",
}
"""The figures that the report shows of the participants; those of single statuses are
in the tables of the edition."""
_CAUSES = {
    "late": ("nye oplysninger", "der er kommet nye oplysninger{source}"),
    "corrected": ("rettede oplysninger", "oplysninger{source} er blevet rettet"),
    "rules": ("ændrede regler", "reglerne er ændret"),
}
"""Of each cause what it is, and that it happened, where it has a source with it."""


def news(part: Part, report: Report) -> News:
    """What the front page says of the newest publication of an initiative."""
    if report.initiative == afklaringspuljen.CODE:
        days = afklaringspuljen.days(part)
        of = afklaringspuljen.publication(part, report.publication_date)
        picture, slug = afklaringspuljen.development_picture(of), "opfyldelse"
        changes = [
            *_changes(of.trend[PARTICIPATING]),
            *_benefit_changes(of.benefits[PARTICIPATING]),
            *_newly_met(of),
        ]
    else:
        days = fsm2.days(part)
        its = fsm2.publication(part, report.publication_date)
        picture, slug = fsm2.development_picture(its), "udvikling"
        changes = [*_changes(its.participants), *_flow(its), *_newly_reached(its)]
    (development,) = (item for item in report.items if item.slug == slug)
    tables = list(development.tables)
    if part.is_internal:
        changes += _revised(part, report, is_first=len(days) == 1)
        tables += _revisions(part, report)
    return News(
        report,
        sentences.texts(*map(sentences.sentence, changes)),
        (picture,),
        tuple(tables),
    )


def _last_two(records: Sequence[Record]) -> tuple[Record, Record] | None:
    months = sorted(records, key=lambda record: record.month)
    return (months[-2], months[-1]) if len(months) > 1 else None


def _changes(months: Sequence[Record]) -> Iterator[str]:
    pair = _last_two(months)
    if pair is None:
        yield "Det er den første måned, så der er ingen måned før at sammenligne med"
        return
    old, new = pair
    before = f"i {numbers.month(old.month)}"
    clause = sentences.change(new["fulfilled_pct"], old["fulfilled_pct"], before)
    if clause:
        yield f"{sentences.capital(sentences.FULFILLING)} er {clause}"
    else:
        yield "Ændringen i andelen, der opfylder resultatkravet, kan ikke vises"
    for measure, what in (
        ("n_fulfilled", "Antallet, der opfylder resultatkravet"),
        ("n_measured", "Antallet, der måles"),
    ):
        clause = sentences.change_of_count(new[measure], old[measure], before)
        if clause:
            yield f"{what}, er {numbers.text(new[measure])}: {clause}"


def _benefit_changes(months: Sequence[Record]) -> Iterator[str]:
    pair = _last_two(months)
    if pair is None:
        return
    old, new = pair
    clause = sentences.change(
        new["anden_ydelse_pct"],
        old["anden_ydelse_pct"],
        f"i {numbers.month(old.month)}",
    )
    if clause:
        yield f"{sentences.capital(afklaringspuljen.TO_BENEFIT)} er {clause}"


def _newly_met(of: afklaringspuljen.Publication) -> Iterator[str]:
    if not of.is_in_force:
        return
    rows = [row for row in parts.by_area(of.requirement) if row.is_municipality]
    firsts = {row.name: row["first_month_met"] for row in rows}
    yield sentences.met_now(
        [name for name, first in firsts.items() if first.value == of.month],
        of.initiative.requirement,
        of.month,
        _are_said(firsts.values()),
    )


def _flow(of: fsm2.Publication) -> Iterator[str]:
    row = parts.participants(of.target_group)
    new, left = row["n_new"], row["n_left"]
    if State.SHOWN is new.state is left.state:
        yield (
            f"I målgruppen er {sentences.of_citizens(new.value)} "
            f"{'ny' if new.value == 1 else 'nye'}, og "
            f"{sentences.of_citizens(left.value)} er udgået"
        )


def _newly_reached(of: fsm2.Publication) -> Iterator[str]:
    months = sorted({row.month for row in of.months})
    if len(months) < 2 or not of.is_in_force:
        return
    before = {row.code: row for row in of.months if row.month == months[-2]}
    rows = [
        (row, before[row.code])
        for row in parts.by_area(of.requirement)
        if row.is_municipality and row.code in before
    ]
    for flag, step in of.flags:
        yield sentences.met_now(
            [
                new.name
                for new, old in rows
                if new[flag].value is True and old[flag].value is False
            ],
            step,
            of.month,
            _are_said(row[flag] for pair in rows for row in pair),
        )


def _are_said(figures: Iterable[Figure]) -> bool:
    return all(figure.state is not State.HIDDEN for figure in figures)


def _revised(part: Part, report: Report, is_first: bool) -> Iterator[str]:
    those = [row for row in part.revisions if _is_of(row, report)]
    if is_first:
        yield "Det er den første udgivelse, så ingen tal er rettet"
        return
    if not those:
        yield "Ingen tal for tidligere måneder er rettet siden udgivelsen før"
        return
    before = min(row["previous_publication_date"] for row in those)
    pooled = sum(row["area_type"] == PARTICIPATING for row in those)
    yield (
        f"Siden udgivelsen {numbers.day(before)} er {numbers.count(len(those))} tal "
        f"for tidligere måneder rettet, heraf {numbers.count(pooled)} for de "
        "deltagende kommuner tilsammen"
    )
    for cause, (_, happened) in _CAUSES.items():
        sources = {
            row["source"]
            for row in part.revision_causes
            if _is_of(row, report) and row["cause"] == cause
        }
        names = [registers.NAMES[each] for each in sources & set(registers.NAMES)]
        named = danish.listed(sorted(names, key=danish.order)) if names else ""
        if sources:
            source = f" fra {named}" if named else ""
            yield f"Årsag: {happened.format(source=source)}"


def _revisions(part: Part, report: Report) -> Iterator[Table]:
    causes: dict[tuple[date, str], list[str]] = {}
    for row in part.revision_causes:
        if _is_of(row, report) and row["area_type"] == PARTICIPATING:
            what, _ = _CAUSES[row["cause"]]
            name = registers.NAMES.get(row["source"])
            causes.setdefault((row["data_month"], row["measure"]), []).append(
                f"{what}{f' fra {name}' if name else ''} "
                f"({sentences.citizens(row['n_citizens'])})"
            )
    order = list(_REVISED)
    rows = sorted(
        (
            row
            for row in part.revisions
            if _is_of(row, report)
            and row["area_type"] == PARTICIPATING
            and row["measure"] in _REVISED
        ),
        key=lambda row: (-row["data_month"].toordinal(), order.index(row["measure"])),
    )
    if rows:
        yield Table(
            f"rettelser_{report.initiative}",
            "Rettelser siden udgivelsen før, deltagende kommuner tilsammen",
            "Måned og tal",
            (
                Column("previous_value", "Før", Kind.COUNT),
                Column("value", "Nu", Kind.COUNT),
                Column("change", "Forskel", Kind.CHANGE),
                Column("causes", "Hvorfor", Kind.TEXT),
            ),
            tuple(
                Row(
                    f"{sentences.capital(numbers.month(row['data_month']))}: "
                    f"{_REVISED[row['measure']]}",
                    (
                        Figure(Kind.COUNT, row["previous_value"]),
                        Figure(Kind.COUNT, row["value"]),
                        Figure(
                            Kind.CHANGE,
                            row["value"] - row["previous_value"],
                            is_derived=True,
                        ),
                        Figure(
                            Kind.TEXT,
                            "; ".join(
                                causes.get((row["data_month"], row["measure"]), [])
                            ),
                        ),
                    ),
                    month=row["data_month"],
                )
                for row in rows
            ),
            (
                "En borger kan være talt med under flere årsager. Borgere, der flytter "
                "tallet op, og borgere, der flytter det ned, er talt hver for sig.",
            ),
        )


def _is_of(row: Plain, report: Report) -> bool:
    return (
        row["initiative"] == report.initiative
        and row["publication_date"] == report.publication_date
    )
