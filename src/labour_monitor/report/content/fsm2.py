"""The report of Flere skal med 2: the group that moves, its three categories, and the
two steps of the requirement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labour_monitor.report import numbers
from labour_monitor.report.content import (
    derived,
    parts,
    publications,
    sentences,
)
from labour_monitor.report.content.parts import Stack, column
from labour_monitor.report.content.publications import DISTANCE, FULFILLED_COLUMNS
from labour_monitor.report.document import (
    Column,
    Item,
    KeyFigure,
    Kind,
    Level,
    Look,
    Marks,
    Picture,
    Report,
    State,
)
from labour_monitor.report.reading import PARTICIPATING, Initiative, Part, Record

CODE = "fsm2"
TARGET_GROUP = f"rpt_{CODE}_target_group"
REQUIREMENT = f"rpt_{CODE}_requirement"

LOWER_DISTANCE = "lower_distance_points"
_WHOLE = "target_group_pct"
STEP_NOTE = (
    "Et trin er nået, når andelen har været så høj i mindst én af projektets måneder."
)
_CATEGORY_HEADERS = {
    "indsatsgruppe": "Indsats",
    "rehabiliteringsgruppe": "Rehabilitering",
    "fritagelsesgruppe": "Fritagelse",
}
"""In columns, beneath the word for group."""
CATEGORY_PARTS = (
    Stack("indsatsgruppe_pct", "Indsatsgruppe", Look.INDSATSGRUPPE),
    Stack(
        "rehabiliteringsgruppe_pct", "Rehabiliteringsgruppe", Look.REHABILITERINGSGRUPPE
    ),
    Stack("fritagelsesgruppe_pct", "Fritagelsesgruppe", Look.FRITAGELSESGRUPPE),
)
FLOW_COLUMNS = (
    column("n_previous", "Måneden før"),
    column("n_new", "Nye"),
    column("n_left", "Udgået"),
    column("n_target_group", "Målgruppe"),
)
CATEGORY_COLUMNS = (
    *(
        column(f"n_{category}", header, "Borgere i gruppen", alone=category.title())
        for category, header in _CATEGORY_HEADERS.items()
    ),
    *(
        column(
            f"{category}_pct",
            header,
            "Pct. af målgruppen",
            alone=f"{category.title()}, pct. af målgruppen",
        )
        for category, header in _CATEGORY_HEADERS.items()
    ),
)
FULFILLED_PARTS = (
    Stack("loennede_timer_pct", "Lønnede timer", Look.FIRST),
    Stack("uddannelse_pct", "Uddannelse", Look.SECOND),
)


@dataclass(frozen=True)
class Publication(publications.Publication):
    """The rows of one publication, with what is derived of them."""

    months: Sequence[Record]
    """Of all areas and months."""

    @property
    def requirement(self) -> list[Record]:
        """All areas in the month of the report."""
        return [row for row in self.months if row.month == self.month]

    @property
    def participants(self) -> list[Record]:
        """All months of the participants together."""
        return [row for row in self.months if row.keys["area_type"] == PARTICIPATING]

    @property
    def flags(self) -> list[tuple[str, int]]:
        """The flag of each step of the requirement and the step, the lower one
        first."""
        lower = self.initiative.lower_requirement
        return [
            *([("reached_lower", lower)] if lower is not None else []),
            ("reached_full", self.initiative.requirement),
        ]

    @property
    def steps(self) -> list[int]:
        """The steps of the requirement, the lower one first."""
        return [step for _, step in self.flags]

    @property
    def levels(self) -> tuple[Level, ...]:
        looks = (Look.LOWER_REQUIREMENT, Look.REQUIREMENT)[-len(self.steps) :]
        return tuple(map(parts.level_of, self.steps, looks))


def publication(part: Part, day: date) -> Publication:
    """The rows of a publication."""
    initiative = part.initiative_of(CODE, day)
    months = [_with_distances(row, initiative) for row in part.of(REQUIREMENT, day)]
    return Publication(
        initiative,
        day,
        months[0].keys["report_month"],
        [_with_shares(row) for row in part.of(TARGET_GROUP, day)],
        months,
    )


def _with_distances(record: Record, initiative: Initiative) -> Record:
    record = publications.with_distance(record, initiative)
    lower = initiative.lower_requirement
    if not lower:
        return record
    return record.plus(
        **{LOWER_DISTANCE: derived.distance(record["fulfilled_pct"], lower)}
    )


def _with_shares(record: Record) -> Record:
    group = record["n_target_group"]
    return record.plus(
        **{
            f"{category}_pct": derived.share(record[f"n_{category}"], group)
            for category in _CATEGORY_HEADERS
        },
        **{_WHOLE: derived.share(group, group)},
    )


def days(part: Part) -> tuple[date, ...]:
    """The publications, the newest first."""
    return part.publications(REQUIREMENT)


def report(part: Part, day: date, marks: Marks) -> Report:
    """The report of a publication."""
    of = publication(part, day)
    return publications.report(
        of,
        headline(parts.participants(of.requirement), of),
        requirement_told(of.initiative),
        _key_figures(of),
        (_flow(of), _categories(of), _requirement(of), _development(of)),
        part,
        marks,
    )


def headline(record: Record, of: Publication) -> str:
    """How many of an area fulfil the requirement."""
    return sentences.fulfilled(record, of.month, of.steps)


def requirement_told(initiative: Initiative) -> str:
    """What the requirement is."""
    full = sentences.level(initiative.requirement)
    lower = initiative.lower_requirement
    told = f"Resultatkravet er, at mindst {full} af de målte borgere har "
    if lower is not None:
        told = (
            "Resultatkravet har to trin: mindst "
            f"{sentences.level(lower)} og mindst {full} af de målte borgere skal have "
        )
    return (
        f"{told}lønnede timer eller {'er' if lower is None else 'være'} i uddannelse "
        "i mindst én af projektets måneder. De målte er de borgere i målgruppen, der "
        "hverken er fritaget eller i rehabiliteringsgruppen."
    )


def requirement_clause(record: Record, of: Publication) -> str:
    """How far an area is from both steps of the requirement."""
    clauses = [sentences.to_requirement(record, step) for step in of.steps]
    return f"Det er {' og '.join(clauses)}" if all(clauses) else ""


def _key_figures(of: Publication) -> tuple[KeyFigure, ...]:
    newest = parts.participants(of.requirement)
    met = [
        (step, *sentences.n_met(of.requirement, flag))
        for flag, step in (of.flags if of.is_in_force else ())
    ]
    return (
        *publications.key_figures(newest, (), of.initiative),
        *(
            KeyFigure(f"Kommuner, der har nået {sentences.level(step)}", figure, note)
            for step, figure, note in met
        ),
    )


def _flow(of: Publication) -> Item:
    row = parts.participants(of.target_group)
    return Item(
        "1",
        "maalgruppe",
        "Målgruppen: nye og udgåede borgere i kommunerne",
        flow_statement(row, of.month),
        sentences.texts(
            "Målgruppen er den fra måneden før, plus de nye, minus de udgåede.",
            sentences.withheld(of.target_group, [c.key for c in FLOW_COLUMNS]),
        ),
        (
            parts.counts(
                "maalgruppe",
                sentences.largest(of.target_group, "n_target_group", "målgruppe"),
                "En søjle for hver kommune: borgere i målgruppen. Den største "
                "målgruppe står øverst.",
                of.target_group,
                "n_target_group",
            ),
        ),
        (
            parts.table(
                "maalgruppe",
                f"Målgruppen og dens bevægelser, {numbers.month(of.month)}",
                FLOW_COLUMNS,
                of.target_group,
                (
                    "Den, der flytter fra en deltagende kommune til en anden, er "
                    "hverken ny eller udgået for de deltagende kommuner tilsammen.",
                ),
            ),
        ),
    )


def flow_statement(record: Record, month: date) -> str:
    """How many are in the target group, and how it changed."""
    statement, is_known = publications.in_target_group(record, month)
    new, left = record["n_new"], record["n_left"]
    if not (is_known and new.state is left.state is State.SHOWN):
        return f"{statement}."
    return (
        f"{statement}: {sentences.of_citizens(new.value)} er "
        f"{'ny' if new.value == 1 else 'nye'}, og {sentences.of_citizens(left.value)} "
        "er udgået siden måneden før."
    )


def _categories(of: Publication) -> Item:
    return Item(
        "2",
        "kategorier",
        "Målgruppen i tre visitationskategorier",
        categories_statement(parts.participants(of.target_group), of.month),
        sentences.texts(
            "Kun indsatsgruppen måles, når resultatkravet gøres op.",
            sentences.withheld(of.target_group, [c.key for c in CATEGORY_COLUMNS]),
        ),
        (
            parts.stacked(
                "kategorier",
                sentences.extremes(
                    of.target_group, "indsatsgruppe_pct", "andel i indsatsgruppen"
                ),
                "En søjle for hvert område, delt i indsatsgruppe, "
                "rehabiliteringsgruppe og fritagelsesgruppe, i pct. af målgruppen. "
                "Øverst de deltagende kommuner, derefter kommunerne med den største "
                "indsatsgruppe først.",
                of.target_group,
                _WHOLE,
                CATEGORY_PARTS,
                by="indsatsgruppe_pct",
            ),
        ),
        (
            parts.table(
                "kategorier",
                f"Visitationskategorier, {numbers.month(of.month)}",
                CATEGORY_COLUMNS,
                of.target_group,
            ),
        ),
    )


def categories_statement(record: Record, month: date) -> str:
    """How the target group is made of its categories."""
    said = numbers.month(month)
    if record["n_target_group"].value == 0:
        return f"Ingen borgere er i målgruppen i {said}."
    made_of = sentences.made_of(record, CATEGORY_PARTS, _WHOLE)
    if not made_of:
        return f"Fordelingen på de tre kategorier i {said} offentliggøres ikke."
    return sentences.sentence(f"Målgruppen i {said}: {made_of}")


def requirement_columns(of: Publication) -> tuple[Column, ...]:
    """The columns of the requirement. Before it is in force nobody has met it."""
    distances = (LOWER_DISTANCE, DISTANCE)[-len(of.steps) :]
    return (
        *FULFILLED_COLUMNS,
        *parts.made_of_columns(FULFILLED_PARTS),
        column(
            "virksomhedsrettet_pct",
            "Praktik og løntilskud, pct. af de målte (tæller ikke med)",
        ),
        *(
            column(
                key,
                f"Til {sentences.level(step)}",
                "Afstand, procentpoint",
                Kind.POINTS,
                f"Afstand til {sentences.level(step)}, procentpoint",
            )
            for key, step in zip(distances, of.steps, strict=True)
        ),
        *(
            column(
                flag,
                sentences.level(step),
                "Har nået",
                alone=f"Har nået {sentences.level(step)}",
            )
            for flag, step in (of.flags if of.is_in_force else ())
        ),
    )


def in_force_from(of: Publication) -> str:
    """From when the requirement holds, where it does not yet."""
    if of.is_in_force:
        return ""
    return (
        "Kravet gælder først fra "
        f"{numbers.month(of.initiative.requirement_first_month)}"
    )


def _requirement(of: Publication) -> Item:
    columns = requirement_columns(of)
    met = sentences.steps_met(of.requirement, of.flags) if of.is_in_force else ""
    return Item(
        "3",
        "resultatkrav",
        "Resultatkravets trin i kommunerne",
        sentences.sentence(in_force_from(of) or met),
        sentences.texts(
            sentences.withheld(of.requirement, [column.key for column in columns]),
        ),
        (
            parts.stacked(
                "resultatkrav",
                sentences.extremes(
                    of.requirement,
                    "fulfilled_pct",
                    "andel, der opfylder kravet",
                    of.steps,
                ),
                "En søjle for hvert område, delt i lønnede timer og uddannelse, i pct. "
                "af de målte. Øverst de deltagende kommuner, derefter kommunerne med "
                "den højeste andel først. Kravets trin er lodrette streger.",
                of.requirement,
                "fulfilled_pct",
                FULFILLED_PARTS,
                of.levels,
            ),
        ),
        (
            parts.table(
                "resultatkrav",
                f"Resultatkravet i kommunerne, {numbers.month(of.month)}",
                columns,
                of.requirement,
                (STEP_NOTE,) if of.is_in_force else (),
            ),
        ),
    )


def _development(of: Publication) -> Item:
    ours = parts.points(of.participants, "fulfilled_pct")
    return Item(
        "4",
        "udvikling",
        "Opfyldelse af resultatkravet måned for måned",
        sentences.joined(
            headline(parts.participants(of.requirement), of),
            sentences.since_before(ours),
        ),
        (),
        (development_picture(of),),
        (
            parts.table(
                "udvikling",
                "Opfyldelse af resultatkravet måned for måned, deltagende kommuner",
                requirement_columns(of),
                of.participants,
                parts.recounted(of.participants),
                by=parts.MONTH,
            ),
        ),
    )


def development_picture(of: Publication) -> Picture:
    """The development of the share that fulfils the requirement."""
    ours = parts.points(of.participants, "fulfilled_pct")
    return parts.lines(
        "udvikling",
        sentences.development(ours, sentences.FULFILLING, of.steps),
        "En linje for de deltagende kommuner: hvor mange pct. af de målte der opfylder "
        "resultatkravet, måned for måned. Kravets trin er vandrette streger.",
        [parts.area_series(of.participants, "fulfilled_pct")],
        of.levels,
    )
