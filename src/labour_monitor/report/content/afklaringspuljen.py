"""The report of Afklaringspuljen: the six items of Boks 1 in notat-afklaringspuljen, in
their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labour_monitor.report import numbers
from labour_monitor.report.content import derived, parts, sentences
from labour_monitor.report.content.parts import Stack, column
from labour_monitor.report.document import (
    Column,
    Figure,
    Item,
    KeyFigure,
    Kind,
    Level,
    Look,
    Marks,
    Report,
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

DISTANCE = "distance_points"
MISSING = "n_missing"
SHARE_OF_FULFILLED = "opfylder resultatkravet"

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
PARTS_GROUP = "Heraf, pct. af de målte"
TARGET_GROUP_COLUMNS = (
    column("n_target_group", "I målgruppen"),
    column("n_exempt", "Fritaget"),
    column("exempt_pct", "Fritaget, pct. af målgruppen"),
)
EXIT_COLUMNS = (
    *(column(part.measure, part.name, "Pct. af de målte") for part in EXIT_PARTS),
    column("afgang_pct", "Afgange i alt", "Pct. af de målte"),
)


@dataclass(frozen=True)
class Publication:
    """The rows of one publication, with what is derived of them."""

    initiative: Initiative
    date: date
    overview: Mapping[str, Record]
    target_group: Sequence[Record]
    requirement: Sequence[Record]
    exits: Sequence[Record]
    trend: Mapping[str, Sequence[Record]]
    benefits: Mapping[str, Sequence[Record]]

    @property
    def month(self) -> date:
        return self.overview[PARTICIPATING].month

    @property
    def is_in_force(self) -> bool:
        """Whether the requirement can be met in the month of the report."""
        return self.month >= self.initiative.requirement_first_month

    @property
    def level(self) -> Level:
        return Level(
            f"Krav: {self.initiative.requirement}{numbers.SPACE}pct.",
            Look.REQUIREMENT,
            Decimal(self.initiative.requirement),
        )


def publication(part: Part, day: date) -> Publication:
    """The rows of a publication."""
    initiative = part.initiatives[CODE]

    def rows(table: str) -> list[Record]:
        return [_with_distance(row, initiative) for row in part.of(table, day)]

    return Publication(
        initiative,
        day,
        {row.keys["area_type"]: row for row in rows(_OVERVIEW)},
        rows(TARGET_GROUP),
        rows(REQUIREMENT),
        rows(EXITS),
        _by_area_type(rows(_REQUIREMENT_TREND)),
        _by_area_type(rows(_BENEFIT_TREND)),
    )


def _with_distance(record: Record, initiative: Initiative) -> Record:
    if "fulfilled_pct" not in record.figures:
        return record
    return record.plus(
        **{
            DISTANCE: derived.distance(record["fulfilled_pct"], initiative.requirement),
            MISSING: derived.missing(
                record["n_measured"], record["n_fulfilled"], initiative.requirement
            ),
        }
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
    participants = of.overview[PARTICIPATING]
    return Report(
        CODE,
        of.initiative.name,
        day,
        of.month,
        sentences.fulfilled(
            participants["fulfilled_pct"], of.month, [of.initiative.requirement]
        ),
        _key_figures(of),
        (
            _overview(of),
            _target_group(of),
            _fulfilment(of),
            _requirement(of),
            _benefits(of),
            _exits(of),
        ),
        marks,
    )


def requirement_period(initiative: Initiative) -> str:
    """When the requirement can be met."""
    first, last = initiative.requirement_first_month, initiative.requirement_last_month
    if (first.month, last.month) == (1, 12) and first.year == last.year:
        return f"en måned i {first.year}"
    return f"en måned fra {numbers.month(first)} til {numbers.month(last)}"


def requirement_clause(record: Record, of: Publication) -> str:
    """How far an area is from the requirement, and whether that counts yet."""
    clause = sentences.to_requirement(
        record["fulfilled_pct"],
        record["n_measured"],
        record["n_fulfilled"],
        of.initiative.requirement,
    )
    if not clause:
        return ""
    if of.is_in_force:
        return f"Det er {clause}, som kravet lyder på."
    return (
        f"Det er {clause}, som skal nås i {requirement_period(of.initiative)}: kravet "
        "gælder ikke endnu."
    )


def distance_column(initiative: Initiative) -> Column:
    return column(
        DISTANCE,
        f"Afstand til {initiative.requirement}{numbers.SPACE}pct., procentpoint",
        kind=Kind.POINTS,
    )


def met_figure(of: Publication) -> KeyFigure:
    """How many municipalities have met the requirement."""
    overview = of.overview[PARTICIPATING]
    label = f"Kommuner, der har nået {of.initiative.requirement}{numbers.SPACE}pct."
    if not of.is_in_force:
        return KeyFigure(
            label,
            Figure(Kind.COUNT, None, State.NOT_APPLICABLE),
            f"Kravet skal nås i {requirement_period(of.initiative)}",
        )
    return KeyFigure(
        label,
        overview["n_municipalities_met"],
        f"af {numbers.text(overview['n_municipalities'])} deltagende kommuner",
    )


def _key_figures(of: Publication) -> tuple[KeyFigure, ...]:
    participants, country = of.overview[PARTICIPATING], of.overview.get(COUNTRY)
    return (
        KeyFigure(
            "Opfylder resultatkravet",
            participants["fulfilled_pct"],
            f"Hele landet: {numbers.with_unit(country['fulfilled_pct'])}"
            if country
            else "",
        ),
        KeyFigure(
            f"Afstand til {of.initiative.requirement}{numbers.SPACE}pct.",
            participants[DISTANCE],
            sentences.missing(participants[MISSING]),
        ),
        met_figure(of),
    )


def _overview(of: Publication) -> Item:
    initiative = of.initiative
    columns = [
        column("n_municipalities", "Kommuner"),
        column("n_target_group", "I målgruppen"),
        column("n_exempt", "Fritaget"),
        column("n_measured", "Måles"),
        column("n_fulfilled", "Opfylder"),
        column("fulfilled_pct", "Opfylder, pct. af de målte"),
        distance_column(initiative),
        column("mean_municipality_pct", "Gennemsnit af kommunernes andele, pct."),
        column("n_self_supporting", "Selvforsørgende"),
    ]
    if of.is_in_force:
        columns.append(column("n_municipalities_met", "Kommuner, der har nået kravet"))
    participants = of.overview[PARTICIPATING]
    clause = requirement_clause(participants, of)
    met = (
        sentences.municipalities_met(
            participants["n_municipalities_met"],
            participants["n_municipalities"],
            initiative.requirement,
        )
        if of.is_in_force
        else ""
    )
    headline = sentences.fulfilled(
        participants["fulfilled_pct"], of.month, [initiative.requirement]
    )
    return Item(
        "1",
        "overblik",
        "Samlet overblik",
        sentences.joined(sentences.sentence(headline), clause, met),
        (_beside_country(of),),
        (
            parts.bars(
                "overblik",
                headline,
                f"Søjler for andelen, der opfylder resultatkravet i "
                f"{numbers.month(of.month)}, med kravet som en streg.",
                of.overview.values(),
                "fulfilled_pct",
                (of.level,),
            ),
        ),
        (
            parts.area_table(
                "overblik",
                f"Overblik, {numbers.month(of.month)}",
                columns,
                of.overview.values(),
                (
                    "Hele landet er alle kommuner, også dem, der ikke deltager.",
                    "Gennemsnittet af kommunernes andele vejer alle kommuner lige; "
                    "det opgøres kun for hele landet.",
                    "Selvforsørgende får hverken løn eller ydelse og opfylder ikke "
                    "kravet.",
                ),
            ),
        ),
    )


def _beside_country(of: Publication) -> str:
    country = of.overview.get(COUNTRY)
    if country is None:
        return ""
    ours, theirs = of.overview[PARTICIPATING]["fulfilled_pct"], country["fulfilled_pct"]
    if not ours.state is theirs.state is State.SHOWN:
        return "De deltagende kommuner kan ikke sammenlignes med hele landet."
    said = sentences.pct(theirs.value, ours.value)
    if ours.value == theirs.value:
        return f"I hele landet er andelen den samme: {said}"
    word = "lavere" if theirs.value < ours.value else "højere"
    return f"I hele landet er andelen {word}: {said}"


def _target_group(of: Publication) -> Item:
    participants = of.overview[PARTICIPATING]
    n, exempt = participants["n_target_group"], participants["n_exempt"]
    month = numbers.month(of.month)
    share = derived.share(exempt, n)
    if n.state is not State.SHOWN:
        statement = f"Målgruppens størrelse i {month} offentliggøres ikke."
    elif exempt.state is not State.SHOWN:
        statement = f"{numbers.count(n.value)} borgere er i målgruppen i {month}."
    else:
        statement = (
            f"{numbers.count(n.value)} borgere er i målgruppen i {month}, og "
            f"{numbers.count(exempt.value)} af dem er fritaget"
            + (f": {sentences.pct(share.value)}" if share.state is State.SHOWN else ".")
        )
    return Item(
        "2",
        "maalgruppe",
        "Målgruppe og fritagelser i kommunerne",
        statement,
        _texts(
            sentences.extremes(of.target_group, "exempt_pct"),
            sentences.withheld(of.target_group, [c.key for c in TARGET_GROUP_COLUMNS]),
        ),
        (
            parts.bars(
                "fritaget",
                sentences.extremes(of.target_group, "exempt_pct"),
                "En søjle for hver kommune: fritagne i pct. af målgruppen, højeste "
                "andel øverst.",
                of.target_group,
                "exempt_pct",
            ),
        ),
        (
            parts.area_table(
                "maalgruppe",
                f"Målgruppe og fritagelser, {month}",
                TARGET_GROUP_COLUMNS,
                of.target_group,
            ),
        ),
    )


def _fulfilment(of: Publication) -> Item:
    ours = parts.points(of.trend[PARTICIPATING], "fulfilled_pct")
    statement = sentences.development(ours, "andelen, der opfylder resultatkravet,")
    columns = (
        column("n_measured", "Måles"),
        column("n_fulfilled", "Opfylder"),
        column("fulfilled_pct", "Opfylder, pct."),
    )
    return Item(
        "3",
        "opfyldelse",
        "Opfyldelse af resultatkravet måned for måned",
        statement,
        _texts(sentences.since_before(ours)),
        (development_picture(of),),
        (
            parts.months_beside(
                "opfyldelse",
                "Opfyldelse af resultatkravet måned for måned",
                columns,
                [
                    (area, parts.AREA_NAMES[area], records)
                    for area, records in of.trend.items()
                ],
                (
                    "Alle måneder er opgjort på ny til denne udgivelse og kan afvige "
                    "fra tidligere udgivelser.",
                ),
            ),
        ),
    )


def development_picture(of: Publication):
    """The development of the share that fulfils the requirement."""
    ours = parts.points(of.trend[PARTICIPATING], "fulfilled_pct")
    return parts.lines(
        "opfyldelse",
        sentences.development(ours, "andelen, der opfylder resultatkravet,"),
        "En linje for de deltagende kommuner og en for hele landet, med kravet som en "
        "vandret streg.",
        [parts.area_series(rows, "fulfilled_pct") for rows in of.trend.values()],
        (of.level,),
    )


def requirement_columns(of: Publication) -> tuple[Column, ...]:
    """The columns of item 4."""
    met = (
        (
            column("met_requirement", "Har nået kravet"),
            column("first_month_met", "Første måned"),
        )
        if of.is_in_force
        else ()
    )
    return (
        column("n_measured", "Måles"),
        column("n_fulfilled", "Opfylder"),
        column("fulfilled_pct", "Opfylder, pct."),
        distance_column(of.initiative),
        *(column(part.measure, part.name, PARTS_GROUP) for part in PARTS),
        *met,
    )


def _requirement(of: Publication) -> Item:
    columns = requirement_columns(of)
    met = (
        sentences.flags_met(
            of.requirement, "met_requirement", of.initiative.requirement
        )
        if of.is_in_force
        else f"Kravet på {of.initiative.requirement}{numbers.SPACE}pct. skal nås i "
        f"{requirement_period(of.initiative)} og gælder ikke endnu."
    )
    extremes = sentences.extremes(of.requirement, "fulfilled_pct")
    return Item(
        "4",
        "resultatkrav",
        "Resultatkravet i kommunerne: anden ydelse, afgange, virksomhedspraktik og "
        "løntilskud",
        sentences.joined(met, extremes),
        _texts(
            sentences.withheld(of.requirement, [column.key for column in columns]),
        ),
        (
            parts.stacked(
                "resultatkrav",
                extremes,
                "En søjle for hver kommune, delt i anden ydelse, afgange og "
                "virksomhedspraktik og løntilskud, højeste andel øverst.",
                of.requirement,
                "fulfilled_pct",
                PARTS,
                (of.level,),
            ),
        ),
        (
            parts.area_table(
                "resultatkrav",
                f"Resultatkravet i kommunerne, {numbers.month(of.month)}",
                columns,
                of.requirement,
            ),
        ),
    )


def _benefits(of: Publication) -> Item:
    ours = of.benefits[PARTICIPATING]
    statement = sentences.development(
        parts.points(ours, "anden_ydelse_pct"),
        "andelen, der er afklaret til anden ydelse,",
    )
    columns = (
        *(
            column(part.measure, part.name, "Pct. af de målte")
            for part in BENEFIT_PARTS
        ),
        column("anden_ydelse_pct", "Anden ydelse i alt", "Pct. af de målte"),
    )
    return Item(
        "5",
        "anden-ydelse",
        "Anden ydelse måned for måned",
        statement,
        (),
        (
            parts.lines(
                "anden_ydelse",
                statement,
                "Fire linjer for de deltagende kommuner: ressourceforløb, "
                "førtidspension, revalidering og ledighedsydelse.",
                [
                    parts.Series(part.name, part.look, parts.points(ours, part.measure))
                    for part in BENEFIT_PARTS
                ],
            ),
        ),
        tuple(
            parts.month_table(
                f"anden_ydelse_{area}",
                f"Anden ydelse måned for måned, {parts.AREA_NAMES[area]}",
                columns,
                records,
            )
            for area, records in of.benefits.items()
        ),
    )


def _exits(of: Publication) -> Item:
    extremes = sentences.extremes(of.exits, "afgang_pct")
    return Item(
        "6",
        "afgange",
        "Afgange helt eller delvist fra offentlig forsørgelse i kommunerne",
        extremes,
        _texts(
            sentences.withheld(of.exits, [column.key for column in EXIT_COLUMNS]),
        ),
        (
            parts.stacked(
                "afgange",
                extremes,
                "En søjle for hver kommune, delt i selvforsørget beskæftigelse, "
                "uddannelse, lønnede timer og fleksjob, højeste andel øverst.",
                of.exits,
                "afgang_pct",
                EXIT_PARTS,
            ),
        ),
        (
            parts.area_table(
                "afgange",
                f"Afgange i kommunerne, {numbers.month(of.month)}",
                EXIT_COLUMNS,
                of.exits,
            ),
        ),
    )


def _texts(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
