"""The report of Flere skal med 2: the group that moves, its three categories, and the
two steps of the requirement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labour_monitor.report import numbers
from labour_monitor.report.content import derived, parts, sentences
from labour_monitor.report.content.parts import Stack, column
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
    Series,
    Shape,
    State,
)
from labour_monitor.report.reading import PARTICIPATING, Initiative, Part, Record

CODE = "fsm2"
TARGET_GROUP = f"rpt_{CODE}_target_group"
REQUIREMENT = f"rpt_{CODE}_requirement"

DISTANCE, LOWER_DISTANCE = "distance_points", "lower_distance_points"
MISSING = "n_missing"
CATEGORIES = ("indsatsgruppe", "rehabiliteringsgruppe", "fritagelsesgruppe")
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
    column("n_target_group", "I målgruppen"),
)
CATEGORY_COLUMNS = (
    *(
        column(f"n_{part.measure.removesuffix('_pct')}", part.name, "Borgere")
        for part in CATEGORY_PARTS
    ),
    *(column(part.measure, part.name, "Pct. af målgruppen") for part in CATEGORY_PARTS),
)
FULFILLED_PARTS = (
    Stack("loennede_timer_pct", "Lønnede timer", Look.FIRST),
    Stack("uddannelse_pct", "Uddannelse", Look.SECOND),
)


@dataclass(frozen=True)
class Publication:
    """The rows of one publication, with what is derived of them."""

    initiative: Initiative
    date: date
    month: date
    target_group: Sequence[Record]
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
    def steps(self) -> list[int]:
        """The steps of the requirement, the lower one first."""
        steps = (self.initiative.lower_requirement, self.initiative.requirement)
        return [step for step in steps if step is not None]

    @property
    def levels(self) -> tuple[Level, ...]:
        looks = (Look.LOWER_REQUIREMENT, Look.REQUIREMENT)[-len(self.steps) :]
        return tuple(
            Level(f"Krav: {step}{numbers.SPACE}pct.", look, Decimal(step))
            for step, look in zip(self.steps, looks, strict=True)
        )


def publication(part: Part, day: date) -> Publication:
    """The rows of a publication."""
    initiative = part.initiatives[CODE]
    months = [_with_distances(row, initiative) for row in part.of(REQUIREMENT, day)]
    return Publication(
        initiative,
        day,
        months[0].keys["report_month"],
        [_with_shares(row) for row in part.of(TARGET_GROUP, day)],
        months,
    )


def _with_distances(record: Record, initiative: Initiative) -> Record:
    share = record["fulfilled_pct"]
    lower = initiative.lower_requirement
    return record.plus(
        **{
            DISTANCE: derived.distance(share, initiative.requirement),
            MISSING: derived.missing(
                record["n_measured"], record["n_fulfilled"], initiative.requirement
            ),
        },
        **({LOWER_DISTANCE: derived.distance(share, lower)} if lower else {}),
    )


def _with_shares(record: Record) -> Record:
    return record.plus(
        **{
            f"{category}_pct": derived.share(
                record[f"n_{category}"], record["n_target_group"]
            )
            for category in CATEGORIES
        }
    )


def days(part: Part) -> tuple[date, ...]:
    """The publications, the newest first."""
    return part.publications(REQUIREMENT)


def report(part: Part, day: date, marks: Marks) -> Report:
    """The report of a publication."""
    of = publication(part, day)
    newest = pooled(of.requirement)
    return Report(
        CODE,
        of.initiative.name,
        day,
        of.month,
        sentences.fulfilled(newest["fulfilled_pct"], of.month, of.steps),
        _key_figures(of),
        (_flow(of), _categories(of), _requirement(of), _development(of)),
        marks,
    )


def pooled(records: Sequence[Record]) -> Record:
    """The row of the participants together."""
    (found,) = (row for row in records if row.keys["area_type"] == PARTICIPATING)
    return found


def flags(of: Publication) -> list[tuple[str, int]]:
    """Of each step of the requirement the flag that says that it was reached."""
    lower = of.initiative.lower_requirement
    return [
        *([("reached_lower", lower)] if lower is not None else []),
        ("reached_full", of.initiative.requirement),
    ]


def _key_figures(of: Publication) -> tuple[KeyFigure, ...]:
    newest = pooled(of.requirement)
    return (
        KeyFigure("Opfylder resultatkravet", newest["fulfilled_pct"]),
        KeyFigure(
            f"Afstand til {of.initiative.requirement}{numbers.SPACE}pct.",
            newest[DISTANCE],
            sentences.missing(newest[MISSING]),
        ),
        *(
            KeyFigure(
                f"Kommuner, der har nået {step}{numbers.SPACE}pct.",
                sentences.n_reached(of.requirement, flag),
                sentences.n_reached_note(of.requirement, flag),
            )
            for flag, step in flags(of)
        ),
    )


def _flow(of: Publication) -> Item:
    newest = pooled(of.target_group)
    month = numbers.month(of.month)
    n, new, left = (newest[m] for m in ("n_target_group", "n_new", "n_left"))
    if n.state is not State.SHOWN:
        statement = f"Målgruppens størrelse i {month} offentliggøres ikke."
    else:
        statement = f"{numbers.count(n.value)} borgere er i målgruppen i {month}"
        if State.SHOWN is new.state is left.state:
            statement += (
                f": {numbers.count(new.value)} er nye, og "
                f"{numbers.count(left.value)} er udgået siden måneden før"
            )
        statement += "."
    municipalities = [
        row for row in parts.by_area(of.target_group) if row.is_municipality
    ]
    return Item(
        "1",
        "maalgruppe",
        "Målgruppen: nye og udgåede borgere i kommunerne",
        statement,
        _texts(
            "Målgruppen i en måned er målgruppen måneden før, plus nye, minus udgåede.",
            sentences.withheld(of.target_group, [c.key for c in FLOW_COLUMNS]),
        ),
        (
            Picture(
                "til_og_afgang",
                Shape.BARS,
                statement,
                "To søjler for hver kommune: nye borgere i målgruppen og borgere, der "
                "er udgået.",
                "borgere",
                tuple(
                    Series(
                        name,
                        look,
                        tuple((row.name, row[key]) for row in municipalities),
                    )
                    for key, name, look in (
                        ("n_new", "Nye", Look.FIRST),
                        ("n_left", "Udgået", Look.SECOND),
                    )
                ),
            ),
        ),
        (
            parts.area_table(
                "maalgruppe",
                f"Målgruppen og dens bevægelser, {month}",
                FLOW_COLUMNS,
                of.target_group,
                (
                    "En flytning mellem to deltagende kommuner er hverken ny eller "
                    "udgået for de deltagende kommuner tilsammen.",
                ),
            ),
        ),
    )


def _categories(of: Publication) -> Item:
    newest = pooled(of.target_group)
    month = numbers.month(of.month)
    shares = [newest[part.measure] for part in CATEGORY_PARTS]
    if all(share.state is State.SHOWN for share in shares):
        decimals = sentences.decimals_of([share.value for share in shares])
        first, second, third = (numbers.pct(share.value, decimals) for share in shares)
        statement = (
            f"{first} af målgruppen er i indsatsgruppen, {second} i "
            f"rehabiliteringsgruppen og {third} i fritagelsesgruppen i {month}."
        )
    elif any(share.state is State.HIDDEN for share in shares):
        statement = f"Fordelingen på de tre grupper i {month} offentliggøres ikke."
    else:
        statement = f"Ingen borgere er i målgruppen i {month}."
    return Item(
        "2",
        "kategorier",
        "Tre visitationskategorier",
        statement,
        _texts(
            "Kun indsatsgruppen tæller med, når resultatkravet gøres op.",
            sentences.withheld(of.target_group, [c.key for c in CATEGORY_COLUMNS]),
        ),
        (
            parts.stacked(
                "kategorier",
                statement,
                "En søjle for hver kommune, delt i indsatsgruppe, "
                "rehabiliteringsgruppe og fritagelsesgruppe.",
                of.target_group,
                "indsatsgruppe_pct",
                CATEGORY_PARTS,
            ),
        ),
        (
            parts.area_table(
                "kategorier",
                f"Visitationskategorier, {month}",
                CATEGORY_COLUMNS,
                of.target_group,
            ),
        ),
    )


def requirement_columns(of: Publication) -> tuple[Column, ...]:
    """The columns of the requirement."""
    lower = of.initiative.lower_requirement
    return (
        column("n_measured", "Måles"),
        column("n_fulfilled", "Opfylder"),
        column("fulfilled_pct", "Opfylder, pct."),
        *(
            column(part.measure, part.name, "Heraf, pct. af de målte")
            for part in FULFILLED_PARTS
        ),
        column("virksomhedsrettet_pct", "Praktik og løntilskud, pct. (tæller ikke)"),
        *(
            [
                column(
                    LOWER_DISTANCE,
                    f"Til {lower}{numbers.SPACE}pct.",
                    "Afstand, procentpoint",
                    Kind.POINTS,
                )
            ]
            if lower is not None
            else []
        ),
        column(
            DISTANCE,
            f"Til {of.initiative.requirement}{numbers.SPACE}pct.",
            "Afstand, procentpoint",
            Kind.POINTS,
        ),
        *(
            column(flag, f"{step}{numbers.SPACE}pct.", "Har nået")
            for flag, step in flags(of)
        ),
    )


def _requirement(of: Publication) -> Item:
    columns = requirement_columns(of)
    extremes = sentences.extremes(of.requirement, "fulfilled_pct")
    return Item(
        "3",
        "resultatkrav",
        "Resultatkravets to trin i kommunerne",
        sentences.joined(
            *(
                sentences.flags_met(of.requirement, flag, step)
                for flag, step in flags(of)
            )
        ),
        _texts(
            extremes,
            sentences.withheld(of.requirement, [column.key for column in columns]),
        ),
        (
            parts.stacked(
                "resultatkrav",
                extremes,
                "En søjle for hver kommune, delt i lønnede timer og uddannelse, med "
                "kravets trin som streger, højeste andel øverst.",
                of.requirement,
                "fulfilled_pct",
                FULFILLED_PARTS,
                of.levels,
            ),
        ),
        (
            parts.area_table(
                "resultatkrav",
                f"Resultatkravet i kommunerne, {numbers.month(of.month)}",
                columns,
                of.requirement,
                (
                    "Et trin er nået, når andelen har været mindst så høj i mindst én "
                    "af projektets måneder.",
                ),
            ),
        ),
    )


def _development(of: Publication) -> Item:
    ours = parts.points(of.participants, "fulfilled_pct")
    return Item(
        "4",
        "udvikling",
        "Resultatkravet måned for måned",
        sentences.development(ours, "andelen, der opfylder resultatkravet,"),
        _texts(sentences.since_before(ours)),
        (development_picture(of),),
        (
            parts.month_table(
                "udvikling",
                "Resultatkravet måned for måned, deltagende kommuner",
                requirement_columns(of),
                of.participants,
                (
                    "Alle måneder er opgjort på ny til denne udgivelse og kan afvige "
                    "fra tidligere udgivelser.",
                ),
            ),
        ),
    )


def development_picture(of: Publication) -> Picture:
    """The development of the share that fulfils the requirement."""
    ours = parts.points(of.participants, "fulfilled_pct")
    return parts.lines(
        "udvikling",
        sentences.development(ours, "andelen, der opfylder resultatkravet,"),
        "En linje for de deltagende kommuner, med kravets trin som vandrette streger.",
        [parts.area_series(of.participants, "fulfilled_pct")],
        of.levels,
    )


def _texts(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
