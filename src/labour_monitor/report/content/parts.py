"""Tables and pictures of records, the same way in every report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import derived
from labour_monitor.report.document import (
    Column,
    Figure,
    Kind,
    Level,
    Look,
    Picture,
    Row,
    Series,
    Shape,
    State,
    Table,
)
from labour_monitor.report.reading import COUNTRY, PARTICIPATING, Record, kind_of

AREA_NAMES = {PARTICIPATING: "Deltagende kommuner", COUNTRY: "Hele landet"}
AREA_LOOKS = {PARTICIPATING: Look.PARTICIPATING, COUNTRY: Look.COUNTRY}
AREA = "Område"
MONTH = "Måned"
FIGURE = "Tal"


def in_caption(area: str) -> str:
    """The name of a pooled area within a caption."""
    return AREA_NAMES[area].lower()


@dataclass(frozen=True)
class Stack:
    """A part of a whole: the measure, what it is called, how it looks."""

    measure: str
    name: str
    look: Look

    @property
    def word(self) -> str:
        """What it is called in a sentence: without the letter of its part."""
        return self.name.split(". ")[-1].lower()


def column(
    key: str,
    header: str,
    group: str = "",
    kind: Kind | None = None,
    alone: str = "",
) -> Column:
    """A column of a measure; its kind follows from the name unless it is derived."""
    return Column(key, header, kind or kind_of(key), group, alone)


def made_of_columns(stacks: Iterable[Stack]) -> tuple[Column, ...]:
    """The columns of what a share is made of, to stand right after it."""
    return tuple(
        column(
            part.measure,
            part.name,
            "Heraf, pct. af de målte",
            alone=f"Heraf {_lowered(part.name)}, pct.",
        )
        for part in stacks
    )


def _lowered(name: str) -> str:
    """The name of a part after another word: one with a letter before it stays."""
    return name if ". " in name else name[:1].lower() + name[1:]


def name_of(record: Record) -> str:
    """The name of the area of a record."""
    return AREA_NAMES.get(record.keys["area_type"]) or record.name


def participants(records: Iterable[Record]) -> Record:
    """The row of the participants together."""
    (found,) = (row for row in records if row.keys["area_type"] == PARTICIPATING)
    return found


def by_area(records: Iterable[Record]) -> list[Record]:
    """The participants together, the country, then municipalities in the order of
    names."""
    pooled = list(AREA_NAMES)
    return sorted(
        records,
        key=lambda record: (
            (len(pooled), danish.order(record.name))
            if record.is_municipality
            else (pooled.index(record.keys["area_type"]), ("", ""))
        ),
    )


def by_value(records: Iterable[Record], measure: str) -> list[Record]:
    """The pooled areas, then municipalities with the highest figure first; those whose
    figure is not shown are last, in the order of names."""
    records = by_area(records)
    return [record for record in records if not record.is_municipality] + sorted(
        (record for record in records if record.is_municipality),
        key=lambda record: (
            (1, Decimal(0))
            if record[measure].state is not State.SHOWN
            else (0, -record[measure].value)
        ),
    )


def table(
    name: str,
    caption: str,
    columns: Sequence[Column],
    records: Iterable[Record],
    notes: Sequence[str] = (),
    by: str = AREA,
) -> Table:
    """A table with a row for each area, or by MONTH for each month of one area, the
    newest first."""
    if by == MONTH:
        ordered = sorted(records, key=lambda record: record.month, reverse=True)
    else:
        ordered = by_area(records)
    row = _of_month if by == MONTH else _of_area
    rows = [
        row(record, tuple(record[column.key] for column in columns))
        for record in ordered
    ]
    return Table(name, caption, by, tuple(columns), tuple(rows), tuple(notes))


def _of_area(record: Record, figures: tuple[Figure, ...]) -> Row:
    return Row(
        name_of(record),
        figures,
        area_code=record.keys.get("area_code") or record.keys["area_type"],
        is_pooled=not record.is_municipality,
    )


def _of_month(record: Record, figures: tuple[Figure, ...]) -> Row:
    return Row(numbers.month(record.month), figures, month=record.month)


def recounted(months: Sequence[Record]) -> tuple[str, ...]:
    """The note of a table of months: an earlier one can differ from what was published
    before."""
    if len({record.month for record in months}) < 2:
        return ()
    return (
        "Alle måneder er gjort op på ny til denne udgivelse og kan afvige fra "
        "tidligere udgivelser.",
    )


def areas_beside(
    name: str, caption: str, columns: Sequence[Column], records: Sequence[Record]
) -> Table:
    """A table of few areas beside each other, with a row for each figure: it is no
    wider than a phone, however many figures there are. The columns are those of a table
    with a row for each area."""
    return Table(
        name,
        caption,
        FIGURE,
        tuple(
            Column(_key_of(record), name_of(record), Kind.COUNT) for record in records
        ),
        tuple(
            Row(column.name, tuple(record[column.key] for record in records))
            for column in columns
        ),
    )


def _key_of(record: Record) -> str:
    return record.code if record.is_municipality else record.keys["area_type"]


def months_beside(
    name: str,
    caption: str,
    columns: Sequence[Column],
    areas: Sequence[tuple[str, str, Sequence[Record]]],
    notes: Sequence[str] = (),
) -> Table:
    """A table with a row for each month, the newest first, and of each area the same
    columns beside each other.

    Args:
        name, caption, columns, notes: of the table; the columns are those of an area.
        areas: of each what its columns end with, its name, and its months.
    """
    found = [{record.month: record for record in records} for _, _, records in areas]
    months = sorted({month for those in found for month in those}, reverse=True)
    none = Figure(Kind.COUNT, None, State.NOT_APPLICABLE)
    return Table(
        name,
        caption,
        MONTH,
        tuple(
            Column(
                f"{column.key}_{end}",
                column.header,
                column.kind,
                group,
                f"{group}: {column.name}",
            )
            for end, group, _ in areas
            for column in columns
        ),
        tuple(
            Row(
                numbers.month(month),
                tuple(
                    those[month][column.key] if month in those else none
                    for those in found
                    for column in columns
                ),
                month=month,
            )
            for month in months
        ),
        tuple(notes),
    )


def points(records: Iterable[Record], measure: str) -> tuple[tuple[date, Figure], ...]:
    """A measure over months, the oldest first."""
    return tuple(
        sorted(
            ((record.month, record[measure]) for record in records),
            key=lambda point: point[0],
        )
    )


def lines(
    name: str,
    title: str,
    description: str,
    series: Iterable[Series],
    levels: Iterable[Level] = (),
    unit: str = "pct.",
) -> Picture:
    """A picture of months."""
    return Picture(
        name, Shape.LINES, title, description, unit, tuple(series), tuple(levels)
    )


def area_series(records: Sequence[Record], measure: str) -> Series:
    """A line of the months of one pooled area."""
    area = records[0].keys["area_type"]
    return Series(AREA_NAMES[area], AREA_LOOKS[area], points(records, measure))


def counts(
    name: str,
    title: str,
    description: str,
    records: Iterable[Record],
    measure: str,
) -> Picture:
    """A bar of a count for each municipality, the greatest first; beside the bars of
    pooled areas those of municipalities could not be seen."""
    municipalities = [
        (row.name, row[measure])
        for row in by_value(records, measure)
        if row.is_municipality
    ]
    return Picture(
        name,
        Shape.BARS,
        title,
        description,
        "borgere",
        (Series("Kommuner", Look.MUNICIPALITY, tuple(municipalities)),),
    )


def level_of(requirement: int, look: Look) -> Level:
    """The line of a requirement."""
    return Level(f"Krav: {requirement}{numbers.SPACE}pct.", look, Decimal(requirement))


def bars(
    name: str,
    title: str,
    description: str,
    records: Iterable[Record],
    measure: str,
    levels: Iterable[Level] = (),
) -> Picture:
    """A bar for each area, municipalities by value. Pooled areas are series of their
    own, so that they stand out."""
    ordered = by_value(records, measure)
    series = [
        Series(
            name_of(record),
            AREA_LOOKS[record.keys["area_type"]],
            ((name_of(record), record[measure]),),
        )
        for record in ordered
        if not record.is_municipality
    ]
    municipalities = tuple(
        (record.name, record[measure]) for record in ordered if record.is_municipality
    )
    if municipalities:
        series.append(Series("Kommuner", Look.MUNICIPALITY, municipalities))
    return Picture(
        name, Shape.BARS, title, description, "pct.", tuple(series), tuple(levels)
    )


def stacked(
    name: str,
    title: str,
    description: str,
    records: Iterable[Record],
    total: str,
    parts: Sequence[Stack],
    levels: Iterable[Level] = (),
    by: str = "",
) -> Picture:
    """A bar for each area laid end to end of the parts of a share. Where parts of a
    shown share are withheld, what they are together is one more part. Where the share
    is withheld there is no bar, which would be too short.

    Args:
        name, title, description, levels: of the picture.
        records: of all areas.
        total: the share.
        parts: what it is made of.
        by: what municipalities are sorted by, if not by the share: it is a whole then,
            of which nothing is to be said.
    """
    ordered = by_value(records, by or total)
    series = [
        Series(
            part.name,
            part.look,
            tuple(
                (name_of(record), derived.within(record[total], record[part.measure]))
                for record in ordered
            ),
        )
        for part in parts
    ]
    rest = tuple(
        (
            name_of(record),
            derived.rest(record[total], [record[part.measure] for part in parts]),
        )
        for record in ordered
    )
    if any(figure.state is State.SHOWN for _, figure in rest):
        series.append(Series("Fordeling vises ikke", Look.WITHHELD, rest))
    totals = [] if by else [(name_of(record), record[total]) for record in ordered]
    return Picture(
        name,
        Shape.STACKED,
        title,
        description,
        "pct.",
        tuple(series),
        tuple(levels),
        tuple(totals),
    )
