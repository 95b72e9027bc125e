"""The report of Afklaringspuljen: the six items of Boks 1 in notat-afklaringspuljen, in
their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Figure,
    Item,
    KeyFigure,
    Kind,
    Level,
    Look,
    Marks,
    Picture,
    Report,
    Series,
    State,
)
from labour_monitor.report.reading import (
    COUNTRY,
    PARTICIPATING,
    Initiative,
    Part,
    Record,
)

CODE = "afklaringspuljen"
_PREFIX = f"rpt_{CODE}_"
TARGET_GROUP = f"{_PREFIX}target_group"
REQUIREMENT = f"{_PREFIX}requirement_by_municipality"
EXITS = f"{_PREFIX}exits_by_municipality"
_OVERVIEW = f"{_PREFIX}overview"
_REQUIREMENT_TREND = f"{_PREFIX}requirement_trend"
_BENEFIT_TREND = f"{_PREFIX}other_benefit_trend"

PARTS = (
    Stack("anden_ydelse_pct", "a. Anden ydelse", Look.ANDEN_YDELSE),
    Stack("afgang_pct", "b. Afgange", Look.AFGANG),
    Stack(
        "virksomhedsrettet_pct",
        "c. Virksomhedspraktik og løntilskud",
        Look.VIRKSOMHEDSRETTET,
    ),
)
EXIT_PARTS = (
    Stack(
        "selvforsoerget_beskaeftigelse_pct",
        "a. Selvforsørget beskæftigelse",
        Look.FIRST,
    ),
    Stack("uddannelse_pct", "b. Uddannelse", Look.SECOND),
    Stack("loennede_timer_pct", "c. Lønnede timer", Look.THIRD),
    Stack("fleksjob_pct", "d. Fleksjob", Look.FOURTH),
)
BENEFIT_PARTS = (
    Stack("ressourceforloeb_pct", "a. Ressourceforløb", Look.FIRST),
    Stack("foertidspension_pct", "b. Førtidspension", Look.SECOND),
    Stack("revalidering_pct", "c. Revalidering", Look.THIRD),
    Stack("ledighedsydelse_pct", "Ledighedsydelse", Look.FOURTH),
)
TO_BENEFIT = "andelen, der er afklaret til anden ydelse,"
_OF_MEASURED = "Pct. af de målte"


def _columns_of(stacks: Sequence[Stack]) -> tuple[Column, ...]:
    """The columns of the parts of a share."""
    return tuple(
        column(part.measure, part.name, _OF_MEASURED, alone=f"{part.name}, pct.")
        for part in stacks
    )


TARGET_GROUP_COLUMNS = (
    column("n_target_group", "Målgruppe"),
    column("n_exempt", "Fritaget"),
    column("exempt_pct", "Fritaget, pct. af målgruppen"),
)
EXIT_COLUMNS = (
    *_columns_of(EXIT_PARTS),
    column("afgang_pct", "Afgange i alt", _OF_MEASURED, alone="Afgange i alt, pct."),
)
BENEFIT_COLUMNS = (
    *_columns_of(BENEFIT_PARTS),
    column(
        "anden_ydelse_pct",
        "Anden ydelse i alt",
        _OF_MEASURED,
        alone="Anden ydelse i alt, pct.",
    ),
)


@dataclass(frozen=True)
class Publication(publications.Publication):
    """The rows of one publication, with what is derived of them."""

    overview: Mapping[str, Record]
    """By the type of the area, as the trends."""
    requirement: Sequence[Record]
    exits: Sequence[Record]
    trend: Mapping[str, Sequence[Record]]
    benefits: Mapping[str, Sequence[Record]]

    @property
    def level(self) -> Level:
        return parts.level_of(self.initiative.requirement, Look.REQUIREMENT)


def publication(part: Part, day: date) -> Publication:
    """The rows of a publication."""
    initiative = part.initiative_of(CODE, day)

    def rows(table: str) -> list[Record]:
        return [
            publications.with_distance(row, initiative) for row in part.of(table, day)
        ]

    overview = {row.keys["area_type"]: row for row in rows(_OVERVIEW)}
    return Publication(
        initiative,
        day,
        overview[PARTICIPATING].month,
        rows(TARGET_GROUP),
        overview,
        rows(REQUIREMENT),
        rows(EXITS),
        _by_area_type(rows(_REQUIREMENT_TREND)),
        _by_area_type(rows(_BENEFIT_TREND)),
    )


def _by_area_type(records: Sequence[Record]) -> dict[str, list[Record]]:
    return {
        area: those
        for area in parts.AREA_NAMES
        if (those := [row for row in records if row.keys["area_type"] == area])
    }


def days(part: Part) -> tuple[date, ...]:
    """The publications, the newest first."""
    return part.publications(_OVERVIEW)


def report(part: Part, day: date, marks: Marks) -> Report:
    """The report of a publication."""
    of = publication(part, day)
    return publications.report(
        of,
        headline(of.overview[PARTICIPATING], of),
        requirement_told(of.initiative),
        _key_figures(of),
        (
            _overview(of),
            _target_group(of),
            _fulfilment(of),
            _requirement(of),
            _benefits(of),
            _exits(of),
        ),
        part,
        marks,
    )


def headline(record: Record, of: Publication) -> str:
    """How many of an area fulfil the requirement."""
    return sentences.fulfilled(record, of.month, [of.initiative.requirement])


def requirement_told(initiative: Initiative) -> str:
    """What the requirement is."""
    return (
        "Resultatkravet er, at mindst "
        f"{sentences.level(initiative.requirement)} af de målte borgere i "
        f"{requirement_period(initiative)} er afklaret til anden ydelse, er i job "
        "eller uddannelse, har lønnede timer eller er i virksomhedspraktik eller "
        "løntilskud. De målte er de borgere i målgruppen, der ikke er fritaget."
    )


def requirement_period(initiative: Initiative) -> str:
    """In which months the requirement can be met."""
    first, last = initiative.requirement_first_month, initiative.requirement_last_month
    if (first.month, last.month) == (1, 12) and first.year == last.year:
        return f"mindst én måned i {first.year}"
    return f"mindst én måned fra {numbers.month(first)} til {numbers.month(last)}"


def requirement_clause(record: Record, of: Publication) -> str:
    """How far an area is from the requirement, and whether that counts yet."""
    clause = sentences.to_requirement(record, of.initiative.requirement)
    if clause and of.is_in_force:
        return f"Det er {clause}, som er kravet"
    if clause:
        return (
            f"Det er {clause}, som skal nås i {requirement_period(of.initiative)}: "
            "kravet gælder ikke endnu"
        )
    return ""


def distance_column(initiative: Initiative) -> Column:
    """The column of the distance to the requirement."""
    return column(
        DISTANCE,
        f"Afstand til {sentences.level(initiative.requirement)}, procentpoint",
        kind=Kind.POINTS,
    )


def _key_figures(of: Publication) -> tuple[KeyFigure, ...]:
    participants, country = of.overview[PARTICIPATING], of.overview.get(COUNTRY)
    requirement = sentences.level(of.initiative.requirement)
    return (
        *publications.key_figures(
            participants, [country] if country else [], of.initiative
        ),
        KeyFigure(
            f"Kommuner, der har nået {requirement}",
            participants["n_municipalities_met"],
            f"af {numbers.text(participants['n_municipalities'])} deltagende kommuner",
        )
        if of.is_in_force
        else in_force_from(of),
    )


def in_force_from(of: Publication) -> KeyFigure:
    """From when the requirement holds."""
    return KeyFigure(
        "Kravet gælder fra",
        Figure(Kind.MONTH, of.initiative.requirement_first_month),
        f"{sentences.level(of.initiative.requirement)} i "
        f"{requirement_period(of.initiative)}",
    )


def _overview(of: Publication) -> Item:
    participants, country = of.overview[PARTICIPATING], of.overview.get(COUNTRY)
    columns = [
        column("n_municipalities", "Kommuner"),
        column("n_target_group", "Målgruppe"),
        column("n_exempt", "Fritaget"),
        *FULFILLED_COLUMNS,
        distance_column(of.initiative),
        column("mean_municipality_pct", "Gennemsnit af kommunernes andele, pct."),
        column("n_self_supporting", "Selvforsørgende"),
    ]
    met = ""
    if of.is_in_force:
        columns.append(
            column(
                "n_municipalities_met",
                f"Kommuner, der har nået {sentences.level(of.initiative.requirement)}",
            )
        )
        met = sentences.municipalities_met(
            participants["n_municipalities_met"],
            participants["n_municipalities"],
            of.initiative.requirement,
        )
    compared = (
        sentences.beside(
            participants["fulfilled_pct"],
            country["fulfilled_pct"],
            [of.initiative.requirement],
        )
        if country
        else ""
    )
    return Item(
        "1",
        "overblik",
        "Samlet overblik",
        sentences.joined(
            headline(participants, of), requirement_clause(participants, of), met
        ),
        (),
        (
            parts.bars(
                "overblik",
                compared or headline(participants, of),
                "En søjle for de deltagende kommuner og en for hele landet: hvor mange "
                f"pct. af de målte der opfylder resultatkravet i "
                f"{numbers.month(of.month)}. Kravet er en lodret streg.",
                of.overview.values(),
                "fulfilled_pct",
                (of.level,),
            ),
        ),
        (
            parts.table(
                "overblik",
                f"Overblik, {numbers.month(of.month)}",
                columns,
                of.overview.values(),
                (
                    "Hele landet er alle kommuner, også dem, der ikke deltager.",
                    "I gennemsnittet af kommunernes andele vejer alle kommuner lige. "
                    "Det gøres kun op for hele landet.",
                    "Selvforsørgende får hverken løn eller offentlig ydelse, og de "
                    "opfylder ikke kravet.",
                ),
            ),
        ),
    )


def _target_group(of: Publication) -> Item:
    participants = of.overview[PARTICIPATING]
    what = "andel fritagne"
    return Item(
        "2",
        "maalgruppe",
        "Målgruppe og fritagelser i kommunerne",
        group_statement(participants, of.month),
        sentences.texts(
            "Fritagne borgere måles ikke, så længe fritagelsen varer.",
            sentences.withheld(of.target_group, [c.key for c in TARGET_GROUP_COLUMNS]),
        ),
        (
            parts.bars(
                "fritaget",
                sentences.extremes(of.target_group, "exempt_pct", what),
                "En søjle for hvert område: hvor mange pct. af målgruppen der er "
                "fritaget. Øverst de deltagende kommuner og hele landet, derefter "
                "kommunerne med den højeste andel først.",
                of.target_group,
                "exempt_pct",
            ),
        ),
        (
            parts.table(
                "maalgruppe",
                f"Målgruppe og fritagelser, {numbers.month(of.month)}",
                TARGET_GROUP_COLUMNS,
                of.target_group,
            ),
        ),
    )


def group_statement(record: Record, month: date) -> str:
    """How many are in the target group, and how many of them are exempt."""
    statement, is_known = publications.in_target_group(record, month)
    if not is_known:
        return f"{statement}."
    exempt = record["n_exempt"]
    share = derived.share(exempt, record["n_target_group"])
    if share.state is not State.SHOWN:
        return f"{statement}; hvor mange der er fritaget, offentliggøres ikke."
    if not exempt.value:
        return f"{statement}, og ingen er fritaget."
    return sentences.sentence(
        f"{statement}, og {numbers.count(exempt.value)} er fritaget: "
        f"{sentences.pct(share.value)}"
    )


def _fulfilment(of: Publication) -> Item:
    ours = parts.points(of.trend[PARTICIPATING], "fulfilled_pct")
    return Item(
        "3",
        "opfyldelse",
        "Opfyldelse af resultatkravet måned for måned",
        sentences.joined(
            headline(of.overview[PARTICIPATING], of),
            sentences.since_before(ours),
        ),
        (),
        (development_picture(of),),
        (
            parts.months_beside(
                "opfyldelse",
                "Opfyldelse af resultatkravet måned for måned",
                FULFILLED_COLUMNS,
                [
                    (area, parts.AREA_NAMES[area], records)
                    for area, records in of.trend.items()
                ],
                parts.recounted(of.trend[PARTICIPATING]),
            ),
        ),
    )


def development_picture(of: Publication) -> Picture:
    """The development of the share that fulfils the requirement."""
    ours = parts.points(of.trend[PARTICIPATING], "fulfilled_pct")
    return parts.lines(
        "opfyldelse",
        sentences.development(ours, sentences.FULFILLING, [of.initiative.requirement]),
        "En linje for de deltagende kommuner og en for hele landet: hvor mange pct. af "
        "de målte der opfylder resultatkravet, måned for måned. Kravet er en vandret "
        "streg.",
        [parts.area_series(rows, "fulfilled_pct") for rows in of.trend.values()],
        (of.level,),
    )


def requirement_columns(of: Publication) -> tuple[Column, ...]:
    """The columns of item 4. Before the requirement is in force nobody has met it."""
    met = (
        column("met_requirement", "Har nået kravet"),
        column("first_month_met", "Første gang"),
    )
    return (
        *FULFILLED_COLUMNS,
        *parts.made_of_columns(PARTS),
        distance_column(of.initiative),
        *(met if of.is_in_force else ()),
    )


def _requirement(of: Publication) -> Item:
    columns = requirement_columns(of)
    requirement = of.initiative.requirement
    if of.is_in_force:
        met = sentences.steps_met(of.requirement, [("met_requirement", requirement)])
    else:
        met = (
            f"Kravet på {sentences.level(requirement)} skal nås i "
            f"{requirement_period(of.initiative)} og gælder ikke endnu"
        )
    made_of = sentences.made_of(
        parts.participants(of.requirement), PARTS, "fulfilled_pct"
    )
    return Item(
        "4",
        "resultatkrav",
        "Resultatkravet i kommunerne: anden ydelse, afgange, virksomhedspraktik og "
        "løntilskud",
        sentences.sentence(met),
        sentences.texts(
            sentences.sentence(f"I de deltagende kommuner tilsammen: {made_of}")
            if made_of
            else "",
            sentences.withheld(of.requirement, [column.key for column in columns]),
        ),
        (
            parts.stacked(
                "resultatkrav",
                sentences.extremes(
                    of.requirement,
                    "fulfilled_pct",
                    "andel, der opfylder kravet",
                    [requirement],
                ),
                "En søjle for hvert område, delt i anden ydelse, afgange og "
                "virksomhedspraktik og løntilskud, i pct. af de målte. Øverst de "
                "deltagende kommuner og hele landet, derefter kommunerne med den "
                "højeste andel først. Kravet er en lodret streg.",
                of.requirement,
                "fulfilled_pct",
                PARTS,
                (of.level,),
            ),
        ),
        (
            parts.table(
                "resultatkrav",
                f"Resultatkravet i kommunerne, {numbers.month(of.month)}",
                columns,
                of.requirement,
            ),
        ),
    )


def _benefits(of: Publication) -> Item:
    ours = of.benefits[PARTICIPATING]
    (now,) = (row for row in ours if row.month == of.month)
    return Item(
        "5",
        "anden-ydelse",
        "Afklaret til anden ydelse måned for måned",
        _share_statement(
            now, "anden_ydelse_pct", "er afklaret til anden ydelse", BENEFIT_PARTS, of
        ),
        (),
        (
            parts.lines(
                "anden_ydelse",
                sentences.development(
                    parts.points(ours, "anden_ydelse_pct"), TO_BENEFIT
                ),
                "Fire linjer for de deltagende kommuner: hvor mange pct. af de målte "
                "der er på ressourceforløb, førtidspension, revalidering og "
                "ledighedsydelse, måned for måned.",
                [
                    Series(
                        sentences.capital(part.word),
                        part.look,
                        parts.points(ours, part.measure),
                    )
                    for part in BENEFIT_PARTS
                ],
            ),
        ),
        tuple(
            parts.table(
                f"anden_ydelse_{area}",
                f"Anden ydelse måned for måned, {parts.in_caption(area)}",
                BENEFIT_COLUMNS,
                records,
                parts.recounted(records),
                by=parts.MONTH,
            )
            for area, records in of.benefits.items()
        ),
    )


def _share_statement(
    record: Record, measure: str, verb: str, stacks: Sequence[Stack], of: Publication
) -> str:
    clause = sentences.share_that(record[measure], verb, of.month, whom="af de målte")
    made_of = sentences.made_of(record, stacks, measure)
    is_shown = record[measure].state is State.SHOWN
    return sentences.sentence(
        f"{clause}: {made_of}" if made_of and is_shown else clause
    )


def _exits(of: Publication) -> Item:
    return Item(
        "6",
        "afgange",
        "Helt eller delvist afgået fra offentlig forsørgelse i kommunerne",
        _share_statement(
            parts.participants(of.exits),
            "afgang_pct",
            "er helt eller delvist afgået fra offentlig forsørgelse",
            EXIT_PARTS,
            of,
        ),
        sentences.texts(
            sentences.withheld(of.exits, [column.key for column in EXIT_COLUMNS]),
        ),
        (
            parts.stacked(
                "afgange",
                sentences.extremes(of.exits, "afgang_pct", "andel afgange"),
                "En søjle for hvert område, delt i selvforsørget beskæftigelse, "
                "uddannelse, lønnede timer og fleksjob, i pct. af de målte. Øverst de "
                "deltagende kommuner og hele landet, derefter kommunerne med den "
                "højeste andel først.",
                of.exits,
                "afgang_pct",
                EXIT_PARTS,
            ),
        ),
        (
            parts.table(
                "afgange",
                f"Afgange i kommunerne, {numbers.month(of.month)}",
                EXIT_COLUMNS,
                of.exits,
            ),
        ),
    )
