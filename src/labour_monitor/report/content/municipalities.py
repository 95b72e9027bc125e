"""The pages of municipalities: of each the line of every item, beside the participants
and the country, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import (
    afklaringspuljen,
    fsm2,
    parts,
    sentences,
)
from labour_monitor.report.document import (
    Column,
    Figure,
    Item,
    KeyFigure,
    Look,
    Marks,
    Municipality,
    MunicipalityInitiative,
    Picture,
    Report,
    Series,
    State,
)
from labour_monitor.report.reading import COUNTRY, PARTICIPATING, Part, Record


def municipalities(
    part: Part, newest: Mapping[str, Report], marks: Marks
) -> tuple[Municipality, ...]:
    """The pages of all municipalities, in the order of names.

    Args:
        part: the part of the edition.
        newest: the report of the newest publication of each initiative.
        marks: what every page says.
    """
    makers = []
    if afklaringspuljen.CODE in newest:
        makers.append(_Afklaringspuljen(part, newest[afklaringspuljen.CODE]))
    if fsm2.CODE in newest:
        makers.append(_Fsm2(part, newest[fsm2.CODE]))
    return tuple(
        Municipality(
            row["municipality_code"],
            row["municipality_name"],
            row["region_name"],
            tuple(
                made
                for maker in makers
                if (
                    made := maker.of(row["municipality_code"], row["municipality_name"])
                )
            ),
            marks,
        )
        for row in sorted(
            part.municipalities, key=lambda row: danish.order(row["municipality_name"])
        )
    )


def _by_code(records: Iterable[Record]) -> dict[str, Record]:
    return {record.code: record for record in records if record.is_municipality}


def _pooled(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if not record.is_municipality]


class _Afklaringspuljen:
    """What the pages have of Afklaringspuljen."""

    def __init__(self, part: Part, report: Report) -> None:
        self._report = report
        self._items = {item.slug: item for item in report.items}
        self._of = afklaringspuljen.publication(part, report.publication_date)
        self._codes = {
            name: _by_code(getattr(self._of, name))
            for name in ("target_group", "requirement", "exits")
        }
        self._pooled = {
            name: _pooled(getattr(self._of, name))
            for name in ("target_group", "requirement", "exits")
        }
        self._columns = afklaringspuljen.requirement_columns(self._of)
        rows = [
            row
            for day in afklaringspuljen.days(part)
            for row in part.of(afklaringspuljen.REQUIREMENT, day)
        ]
        self._history: dict[str, list[Record]] = {}
        for row in rows:
            key = row.code if row.is_municipality else row.keys["area_type"]
            self._history.setdefault(key, []).append(row)

    def of(self, code: str, name: str) -> MunicipalityInitiative | None:
        """What the page of a municipality has of it; None where it takes no part."""
        row = self._codes["requirement"].get(code)
        if row is None:
            return None
        of = self._of
        return MunicipalityInitiative(
            afklaringspuljen.CODE,
            of.initiative.name,
            of.date,
            of.month,
            sentences.fulfilled(
                row["fulfilled_pct"], of.month, [of.initiative.requirement]
            ),
            tuple(self._key_figures(row)),
            _paragraphs(
                afklaringspuljen.requirement_clause(row, of),
                _why_withheld(
                    [row, self._codes["target_group"][code], self._codes["exits"][code]]
                ),
            ),
            tuple(self._items_of(code, name)),
        )

    def _key_figures(self, row: Record) -> Iterator[KeyFigure]:
        of = self._of
        yield KeyFigure(
            "Opfylder resultatkravet",
            row["fulfilled_pct"],
            _beside(self._pooled["requirement"], "fulfilled_pct"),
        )
        yield KeyFigure(
            f"Afstand til {of.initiative.requirement}{numbers.SPACE}pct.",
            row[afklaringspuljen.DISTANCE],
            sentences.missing(row[afklaringspuljen.MISSING]),
        )
        if of.is_in_force:
            yield KeyFigure(
                "Har nået kravet",
                row["met_requirement"],
                _since(row["first_month_met"]),
            )

    def _items_of(self, code: str, name: str) -> Iterator[Item]:
        of, items = self._of, self._items
        month = numbers.month(of.month)
        row = self._codes["requirement"][code]
        group = self._codes["target_group"][code]
        exits = self._codes["exits"][code]

        def table(slug: str, own: Record, pooled: str, columns: Sequence[Column]):
            return parts.area_table(
                slug,
                f"{items[slug].title}, {month}",
                columns,
                [own, *self._pooled[pooled]],
            )

        def item(slug: str, statement: str, *tables, pictures=()) -> Item:
            its = items[slug]
            return Item(
                its.number, slug, its.title, statement, (), tuple(pictures), tables
            )

        yield item(
            "maalgruppe",
            _group_statement(group, month),
            table(
                "maalgruppe",
                group,
                "target_group",
                afklaringspuljen.TARGET_GROUP_COLUMNS,
            ),
        )
        yield item(
            "opfyldelse",
            sentences.development(
                parts.points(self._history[code], "fulfilled_pct"),
                "andelen, der opfylder resultatkravet,",
            ),
            self._months(code, name, "fulfilled_pct", "opfyldelse"),
            pictures=[self._picture(code, name)],
        )
        yield item(
            "resultatkrav",
            sentences.made_of(row, afklaringspuljen.PARTS),
            table("resultatkrav", row, "requirement", self._columns),
        )
        yield item(
            "anden-ydelse",
            sentences.development(
                parts.points(self._history[code], "anden_ydelse_pct"),
                "andelen, der er afklaret til anden ydelse,",
            ),
            self._months(code, name, "anden_ydelse_pct", "anden_ydelse"),
        )
        yield item(
            "afgange",
            sentences.made_of(exits, afklaringspuljen.EXIT_PARTS),
            table("afgange", exits, "exits", afklaringspuljen.EXIT_COLUMNS),
        )

    def _months(self, code: str, name: str, measure: str, slug: str):
        areas = [(code, name), *self._areas()]
        return parts.months_beside(
            slug,
            f"{self._items[slug.replace('_', '-')].title}",
            [parts.column(measure, "Pct. af de målte")],
            [(end, said, self._history[end]) for end, said in areas],
            (
                "Hver måned er vist, som den blev offentliggjort første gang. Måneder "
                "uden udgivelse mangler.",
            ),
        )

    def _areas(self) -> list[tuple[str, str]]:
        return [
            (area, parts.AREA_NAMES[area])
            for area in (PARTICIPATING, COUNTRY)
            if area in self._history
        ]

    def _picture(self, code: str, name: str) -> Picture:
        own = parts.points(self._history[code], "fulfilled_pct")
        return parts.lines(
            "opfyldelse",
            sentences.development(own, "andelen, der opfylder resultatkravet,"),
            f"En linje for {name}, en for de deltagende kommuner og en for hele landet.",
            [
                Series(name, Look.MUNICIPALITY, own),
                *(
                    parts.area_series(self._history[area], "fulfilled_pct")
                    for area, _ in self._areas()
                ),
            ],
            (self._of.level,),
        )


class _Fsm2:
    """What the pages have of Flere skal med 2."""

    def __init__(self, part: Part, report: Report) -> None:
        self._items = {item.slug: item for item in report.items}
        self._of = fsm2.publication(part, report.publication_date)
        self._group = _by_code(self._of.target_group)
        self._rows = _by_code(self._of.requirement)
        self._columns = fsm2.requirement_columns(self._of)
        self._history: dict[str, list[Record]] = {}
        for row in self._of.months:
            if row.is_municipality:
                self._history.setdefault(row.code, []).append(row)

    def of(self, code: str, name: str) -> MunicipalityInitiative | None:
        """What the page of a municipality has of it; None where it takes no part."""
        row = self._rows.get(code)
        if row is None:
            return None
        of = self._of
        clauses = [
            sentences.to_requirement(
                row["fulfilled_pct"], row["n_measured"], row["n_fulfilled"], step
            )
            for step in of.steps
        ]
        return MunicipalityInitiative(
            fsm2.CODE,
            of.initiative.name,
            of.date,
            of.month,
            sentences.fulfilled(row["fulfilled_pct"], of.month, of.steps),
            tuple(self._key_figures(row)),
            _paragraphs(
                sentences.sentence(f"Det er {danish.listed(clauses)}")
                if all(clauses)
                else "",
                _why_withheld([row, self._group[code]]),
            ),
            tuple(self._items_of(code, name)),
        )

    def _key_figures(self, row: Record) -> Iterator[KeyFigure]:
        of = self._of
        yield KeyFigure(
            "Opfylder resultatkravet",
            row["fulfilled_pct"],
            _beside(_pooled(of.requirement), "fulfilled_pct"),
        )
        yield KeyFigure(
            f"Afstand til {of.initiative.requirement}{numbers.SPACE}pct.",
            row[fsm2.DISTANCE],
            sentences.missing(row[fsm2.MISSING]),
        )
        for flag, step in fsm2.flags(of):
            yield KeyFigure(f"Har nået {step}{numbers.SPACE}pct.", row[flag])

    def _items_of(self, code: str, name: str) -> Iterator[Item]:
        of, items = self._of, self._items
        month = numbers.month(of.month)
        row, group = self._rows[code], self._group[code]
        months = self._history[code]
        own = parts.points(months, "fulfilled_pct")
        development = sentences.development(
            own, "andelen, der opfylder resultatkravet,"
        )

        def item(slug: str, statement: str, table, pictures=()) -> Item:
            its = items[slug]
            return Item(
                its.number, slug, its.title, statement, (), tuple(pictures), (table,)
            )

        def beside(slug: str, own_row: Record, pooled, columns: Sequence[Column]):
            return parts.area_table(
                slug, f"{items[slug].title}, {month}", columns, [own_row, *pooled]
            )

        pooled_group = _pooled(of.target_group)
        yield item(
            "maalgruppe",
            _group_statement(group, month),
            beside("maalgruppe", group, pooled_group, fsm2.FLOW_COLUMNS),
        )
        yield item(
            "kategorier",
            sentences.made_of(group, fsm2.CATEGORY_PARTS),
            beside("kategorier", group, pooled_group, fsm2.CATEGORY_COLUMNS),
        )
        yield item(
            "resultatkrav",
            sentences.made_of(row, fsm2.FULFILLED_PARTS),
            beside("resultatkrav", row, _pooled(of.requirement), self._columns),
        )
        yield item(
            "udvikling",
            development,
            parts.months_beside(
                "udvikling",
                items["udvikling"].title,
                [
                    parts.column("n_measured", "Måles"),
                    parts.column("n_fulfilled", "Opfylder"),
                    parts.column("fulfilled_pct", "Opfylder, pct."),
                ],
                [
                    (code, name, months),
                    (
                        PARTICIPATING,
                        parts.AREA_NAMES[PARTICIPATING],
                        of.participants,
                    ),
                ],
            ),
            [
                parts.lines(
                    "udvikling",
                    development,
                    f"En linje for {name} og en for de deltagende kommuner, med kravets "
                    "trin som vandrette streger.",
                    [
                        Series(name, Look.MUNICIPALITY, own),
                        parts.area_series(of.participants, "fulfilled_pct"),
                    ],
                    of.levels,
                )
            ],
        )


def _beside(pooled: Iterable[Record], measure: str) -> str:
    return "; ".join(
        f"{parts.name_of(row)}: {numbers.with_unit(row[measure])}"
        for row in parts.by_area(pooled)
    )


def _since(month: Figure) -> str:
    if month.state is not State.SHOWN:
        return ""
    return f"Første gang i {numbers.month(month.value)}"


def _group_statement(row: Record, month: str) -> str:
    n = row["n_target_group"]
    if n.state is not State.SHOWN:
        return f"Hvor mange der er i målgruppen i {month}, offentliggøres ikke."
    noun = "borger" if n.value == 1 else "borgere"
    count = numbers.count(n.value) if n.value else "Ingen"
    return f"{count} {noun} er i målgruppen i {month}."


def _why_withheld(records: Iterable[Record]) -> str:
    figures = [figure for record in records for figure in record.figures.values()]
    n_hidden = sum(
        figure.state is State.HIDDEN for figure in figures if not figure.is_derived
    )
    if not n_hidden:
        return ""
    return (
        "Nogle af tallene for kommunen er holdt tilbage og vist som •. De handler om "
        "meget få borgere, og i en lille gruppe kunne naboer eller kolleger regne ud, "
        "hvem der er tale om. Også tal, som de kunne regnes ud af, er holdt tilbage. "
        "Tallene indgår i de deltagende kommuner tilsammen."
    )


def _paragraphs(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
