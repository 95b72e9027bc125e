"""A made-up report that has everything a report can have: all kinds of figures, all
symbols, groups of columns, pictures of all shapes, texts a writer could trip on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    Row,
    Series,
    Shape,
    State,
    Table,
)

HIDDEN = Figure(Kind.COUNT, None, State.HIDDEN)
NONE = Figure(Kind.PCT, None, State.NOT_APPLICABLE)
MONTHS = [date(2021, month, 1) for month in range(1, 13)]
NAMES = ("Albertslund", "Læsø", "Ærø", "Aabenraa")


def count(value: int) -> Figure:
    return Figure(Kind.COUNT, value)


def pct(value: str) -> Figure:
    return Figure(Kind.PCT, Decimal(value))


def marks(is_internal: bool = False, is_synthetic: bool = True) -> Marks:
    return Marks(is_internal, is_synthetic, is_synthetic, 5)


def overview() -> Table:
    return Table(
        "overblik",
        "Målgruppe og opfyldelse, december 2021",
        "Område",
        (
            Column("n_target_group", "I målgruppen", Kind.COUNT, "Antal borgere"),
            Column("n_fulfilled", "Opfylder", Kind.COUNT, "Antal borgere"),
            Column("fulfilled_pct", "Opfylder", Kind.PCT, "Andel i pct.", "Andel"),
            Column("distance", "Afstand til 80 pct.", Kind.POINTS),
            Column("change", "Ændring", Kind.CHANGE),
            Column("met", "Har opfyldt kravet", Kind.FLAG),
            Column("first", "Første gang", Kind.MONTH),
        ),
        (
            Row(
                "Deltagende kommuner",
                (
                    *(count(18_639), count(5_667), pct("30.40")),
                    *(Figure(Kind.POINTS, Decimal("-49.60"), is_derived=True),),
                    *(Figure(Kind.CHANGE, -1_203, is_derived=True),),
                    *(Figure(Kind.FLAG, True), Figure(Kind.MONTH, date(2021, 12, 1))),
                ),
                "deltagere",
                is_pooled=True,
            ),
            Row(
                "Læsø",
                (
                    *(HIDDEN, count(0), Figure(Kind.PCT, None, State.HIDDEN)),
                    Figure(Kind.POINTS, None, State.HIDDEN),
                    Figure(Kind.CHANGE, 0, is_derived=True),
                    *(Figure(Kind.FLAG, False), Figure(Kind.MONTH, None, NONE.state)),
                ),
                "825",
            ),
            Row(
                "=Ærø",
                (
                    *(count(0), count(0), NONE),
                    *(Figure(Kind.POINTS, None, NONE.state), count(7)),
                    *(Figure(Kind.FLAG, False), Figure(Kind.MONTH, None, NONE.state)),
                ),
                "492",
            ),
        ),
        ("Tallene er talt den sidste dag i måneden.",),
    )


def development() -> Table:
    shares = [pct(f"{20 + n}.{n:02}") for n in range(len(MONTHS))]
    shares[4] = Figure(Kind.PCT, None, State.HIDDEN)
    return Table(
        "udvikling",
        "Andel, der opfylder resultatkravet",
        "Måned",
        (
            Column("n_fulfilled", "Opfylder", Kind.COUNT),
            Column("fulfilled_pct", "Andel i pct.", Kind.PCT),
        ),
        tuple(
            Row(f"måned {n}", (count(1_000 + n), share), month=month)
            for n, (month, share) in enumerate(zip(MONTHS, shares, strict=True))
        ),
    )


def many() -> Table:
    """More rows than a page has."""
    return Table(
        "kommuner",
        "Alle kommuner",
        "Kommune",
        (
            Column("n_measured", "Målt", Kind.COUNT),
            *(
                Column(
                    f"{name}_pct",
                    name.capitalize(),
                    Kind.PCT,
                    "Opfylder ved",
                    f"Opfylder ved {name}",
                )
                for name in ("afgang", "virksomhedsrettet", "ydelse")
            ),
        ),
        tuple(
            Row(
                f"{NAMES[n % 4]} {n}",
                (count(100 + n), pct("10.00"), pct("0.00"), pct("12.34")),
                f"{101 + n}",
            )
            for n in range(98)
        ),
    )


def pictures() -> tuple[Picture, Picture, Picture]:
    table, municipalities = development(), many()
    lines = Picture(
        "udvikling",
        Shape.LINES,
        "Andelen stiger til 31 pct. i december",
        "En linje fra 20 pct. i januar 2021 til 31,11 pct. i december 2021.",
        "pct.",
        (
            Series(
                "Deltagende kommuner",
                Look.PARTICIPATING,
                tuple((row.month, row.figures[1]) for row in table.rows if row.month),
            ),
        ),
        (Level("Resultatkrav", Look.REQUIREMENT, Decimal(80)),),
    )
    bars = Picture(
        "kommuner",
        Shape.BARS,
        "Albertslund ligger højest",
        "Søjler for 20 kommuner.",
        "pct.",
        (
            Series(
                "Ydelse",
                Look.ANDEN_YDELSE,
                tuple((row.header, row.figures[3]) for row in municipalities.rows[:20]),
            ),
        ),
    )
    stacked = Picture(
        "dele",
        Shape.STACKED,
        "Tre dele",
        "Tre dele af hver søjle.",
        "pct.",
        tuple(
            Series(
                column.header,
                look,
                tuple((row.header, row.figures[n]) for row in municipalities.rows[:20]),
            )
            for n, (column, look) in enumerate(
                zip(
                    municipalities.columns[1:],
                    (Look.AFGANG, Look.VIRKSOMHEDSRETTET, Look.ANDEN_YDELSE),
                    strict=True,
                ),
                start=1,
            )
        ),
    )
    return lines, bars, stacked


def report(is_internal: bool = False, is_synthetic: bool = True) -> Report:
    lines, bars, stacked = pictures()
    return Report(
        "afklaringspuljen",
        "Afklaringspuljen",
        date(2022, 2, 28),
        date(2021, 12, 1),
        "30 pct. opfylder resultatkravet i december 2021",
        "Resultatkravet er, at mindst 80 pct. af de målte borgere opfylder det.",
        (
            KeyFigure("Opfylder resultatkravet", pct("30.40"), "Kravet er 80 pct."),
            KeyFigure("I målgruppen", count(18_639)),
            KeyFigure("Kommuner, der har opfyldt kravet", count(0), "af 63"),
        ),
        (
            Item(
                "1",
                "overblik",
                "Samlet overblik",
                "30,40 pct. opfylder resultatkravet.",
                ("Kommunerne er sorteret efter navn.",),
                (),
                (overview(),),
            ),
            Item(
                "3",
                "opfyldelse-af-resultatkravet-over-maaneder",
                "Opfyldelse af resultatkravet: alle måneder",
                "Andelen stiger.",
                (),
                (lines,),
                (development(),),
            ),
            Item(
                "4",
                "kommuner",
                "Resultatkravet i kommunerne",
                "Ingen kommuner har opfyldt kravet.",
                (),
                (bars, stacked),
                (many(),),
            ),
        ),
        marks(is_internal, is_synthetic),
    )
