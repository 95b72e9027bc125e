"""The pages of municipalities: of each the line of every item, beside the participants
and the country, and what it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import ModuleType

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import (
    afklaringspuljen,
    derived,
    fsm2,
    parts,
    publications,
    sentences,
)
from labour_monitor.report.document import (
    Column,
    Figure,
    Item,
    KeyFigure,
    Kind,
    Look,
    Marks,
    Municipality,
    MunicipalityInitiative,
    Picture,
    Report,
    Series,
    State,
    Table,
)
from labour_monitor.report.reading import COUNTRY, PARTICIPATING, Part, Record

_AS_FIRST_PUBLISHED = (
    "For den enkelte kommune bliver kun rapportens egen måned offentliggjort, så her "
    "er de måneder, der har en udgivelse. Hver måned er vist, som den blev "
    "offentliggjort første gang."
)
Points = Sequence[tuple[date, Figure]]

_BENEFITS_TOGETHER = (
    "Fordelingen på ydelser vises kun for de deltagende kommuner tilsammen og for hele "
    "landet."
)
_WHERE = {PARTICIPATING: "i de deltagende kommuner", COUNTRY: "i hele landet"}
_AS_OF_THE_NEWEST = "Alle måneder er vist, som de er i den nyeste udgivelse."


def municipalities(
    part: Part, newest: Mapping[str, Report], marks: Marks
) -> tuple[Municipality, ...]:
    """The pages of all municipalities, in the order of names.

    Args:
        part: the part of the edition.
        newest: the report of the newest publication of each initiative.
        marks: what every page says.
    """
    makers = [
        maker(part, newest[code], marks)
        for code, maker in (
            (afklaringspuljen.CODE, _Afklaringspuljen),
            (fsm2.CODE, _Fsm2),
        )
        if code in newest
    ]
    return tuple(
        Municipality(
            row["municipality_code"],
            row["municipality_name"],
            row["region_name"],
            tuple(
                maker.of(row["municipality_code"], row["municipality_name"])
                for maker in makers
                if maker.has(row["municipality_code"])
            ),
            tuple(
                maker.name
                for maker in makers
                if not maker.has(row["municipality_code"])
            ),
            marks,
        )
        for row in sorted(
            part.municipalities, key=lambda row: danish.order(row["municipality_name"])
        )
    )


class _Lines:
    """The rows of one table of a publication: of a municipality, and of what stands
    beside it."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._of = {row.code: row for row in records if row.is_municipality}
        self.pooled = [row for row in records if not row.is_municipality]

    def __getitem__(self, code: str) -> Record:
        return self._of[code]

    def __contains__(self, code: str) -> bool:
        return code in self._of

    def beside(self, code: str) -> list[Record]:
        """The line of a municipality, and the pooled areas."""
        return [self._of[code], *parts.by_area(self.pooled)]


class _OfInitiative(ABC):
    """What the pages have of an initiative."""

    content: ModuleType
    made_of: Sequence[parts.Stack]
    """The parts of the share that fulfils the requirement."""

    def __init__(self, part: Part, report: Report, marks: Marks) -> None:
        self._of = self.content.publication(part, report.publication_date)
        self._marks = marks
        self._items = {item.slug: item for item in report.items}
        self._group = _Lines(self._of.target_group)
        self._requirement = _Lines(self._of.requirement)

    @property
    def name(self) -> str:
        """That of the initiative."""
        return self._of.initiative.name

    def has(self, code: str) -> bool:
        """Whether a municipality takes part."""
        return code in self._requirement

    def of(self, code: str, name: str) -> MunicipalityInitiative:
        """What the page of a municipality has of it."""
        of, row = self._of, self._requirement[code]
        clause = self.content.requirement_clause(row, of)
        return MunicipalityInitiative(
            self.content.CODE,
            of.initiative.name,
            of.date,
            of.month,
            self.content.headline(row, of),
            self.content.requirement_told(of.initiative),
            tuple(self._key_figures(row)),
            tuple(self._items_of(code, name)),
            sentences.texts(
                _consists_of(row, self.made_of),
                sentences.joined(clause, self._met(row)),
                _why_withheld(self._rows_of(code), self._marks),
            ),
        )

    @abstractmethod
    def _met(self, row: Record) -> str:
        """What there is to say of meeting the requirement."""

    @abstractmethod
    def _items_of(self, code: str, name: str) -> Iterator[Item]:
        """The items of the report, for one municipality."""

    def _rows_of(self, code: str) -> list[Record]:
        """All that the newest publication has of a municipality."""
        return [self._requirement[code], self._group[code]]

    def _key_figures(self, row: Record) -> Iterator[KeyFigure]:
        beside = parts.by_area(self._requirement.pooled)
        yield from publications.key_figures(row, beside, self._of.initiative)

    def _item(
        self, slug: str, statement: str, table: Table, *pictures: Picture
    ) -> Item:
        of = self._items[slug]
        return Item(of.number, of.slug, of.title, statement, (), pictures, (table,))

    def _beside(
        self, slug: str, lines: _Lines, code: str, columns: Sequence[Column]
    ) -> Table:
        return parts.areas_beside(
            slug,
            f"{self._items[slug].title}, {numbers.month(self._of.month)}",
            columns,
            lines.beside(code),
        )


class _Afklaringspuljen(_OfInitiative):
    """What the pages have of Afklaringspuljen."""

    content, made_of = afklaringspuljen, afklaringspuljen.PARTS

    def __init__(self, part: Part, report: Report, marks: Marks) -> None:
        super().__init__(part, report, marks)
        of = self._of
        self._exits = _Lines(of.exits)
        self._overview = _Lines(_joined(of.requirement, self._group))
        self._history = _history(part)
        self._note = _AS_OF_THE_NEWEST if part.is_internal else _AS_FIRST_PUBLISHED

    def _rows_of(self, code: str) -> list[Record]:
        return [*super()._rows_of(code), self._exits[code]]

    def _met(self, row: Record) -> str:
        """Whether a municipality has met the requirement, which is not the same as
        meeting it in the month of the report; empty where that is not shown."""
        of, met, first = self._of, row["met_requirement"], row["first_month_met"]
        if not of.is_in_force or met.state is not State.SHOWN:
            return ""
        period = afklaringspuljen.requirement_period(of.initiative)
        is_last = of.month >= of.initiative.requirement_last_month
        rule = f"Kravet {'skulle' if is_last else 'skal'} nås i {period}"
        if not met.value:
            return f"{rule}, og det er ikke nået{'' if is_last else ' endnu'}"
        if first.state is not State.SHOWN:
            return f"{rule}, og det er nået"
        return f"{rule}, og det blev nået første gang i {numbers.month(first.value)}"

    def _key_figures(self, row: Record) -> Iterator[KeyFigure]:
        yield from super()._key_figures(row)
        of = self._of
        if of.is_in_force:
            yield KeyFigure(
                f"Har nået {sentences.level(of.initiative.requirement)}",
                row["met_requirement"],
                _since(row["first_month_met"]),
            )
        else:
            yield afklaringspuljen.in_force_from(of)

    def _items_of(self, code: str, name: str) -> Iterator[Item]:
        of = self._of
        row, exits = self._requirement[code], self._exits[code]
        own = self._history[code]
        yield self._item(
            "overblik",
            sentences.sentence(
                sentences.beside_others(
                    row["fulfilled_pct"],
                    [
                        (_WHERE[other.keys["area_type"]], other["fulfilled_pct"])
                        for other in parts.by_area(self._requirement.pooled)
                    ],
                    [of.initiative.requirement],
                )
                or afklaringspuljen.headline(row, of)
            ),
            self._beside(
                "overblik",
                self._overview,
                code,
                [
                    *afklaringspuljen.TARGET_GROUP_COLUMNS[:2],
                    *publications.FULFILLED_COLUMNS,
                    afklaringspuljen.distance_column(of.initiative),
                ],
            ),
        )
        yield self._item(
            "maalgruppe",
            afklaringspuljen.group_statement(self._group[code], of.month),
            self._beside(
                "maalgruppe",
                self._group,
                code,
                afklaringspuljen.TARGET_GROUP_COLUMNS,
            ),
        )
        yield self._item(
            "opfyldelse",
            _development_statement(own, "fulfilled_pct", sentences.FULFILLING),
            self._months("opfyldelse", code, name, "fulfilled_pct"),
            self._picture(code, name),
        )
        yield self._item(
            "resultatkrav",
            _made_of(row, afklaringspuljen.PARTS, "fulfilled_pct"),
            self._beside(
                "resultatkrav",
                self._requirement,
                code,
                afklaringspuljen.requirement_columns(of),
            ),
        )
        yield self._item(
            "anden-ydelse",
            _development_statement(
                own, "anden_ydelse_pct", afklaringspuljen.TO_BENEFIT
            ),
            self._months(
                "anden-ydelse", code, name, "anden_ydelse_pct", _BENEFITS_TOGETHER
            ),
        )
        yield self._item(
            "afgange",
            _made_of(exits, afklaringspuljen.EXIT_PARTS, "afgang_pct"),
            self._beside("afgange", self._exits, code, afklaringspuljen.EXIT_COLUMNS),
        )

    def _months(
        self, slug: str, code: str, name: str, measure: str, *notes: str
    ) -> Table:
        areas = [(code, name), *self._areas()]
        return parts.months_beside(
            slug.replace("-", "_"),
            self._items[slug].title,
            [parts.column(measure, "Pct. af de målte")],
            [(end, said, self._history[end]) for end, said in areas],
            (self._note, *notes),
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
            _title(
                own,
                parts.points(self._history[PARTICIPATING], "fulfilled_pct"),
                [self._of.initiative.requirement],
            ),
            f"En linje for {name}, en for de deltagende kommuner og en for hele "
            "landet: hvor mange pct. af de målte der opfylder resultatkravet. Kravet "
            "er en vandret streg.",
            [
                Series(name, Look.MUNICIPALITY, own),
                *(
                    parts.area_series(self._history[area], "fulfilled_pct")
                    for area, _ in self._areas()
                ),
            ],
            (self._of.level,),
        )


def _history(part: Part) -> dict[str, list[Record]]:
    """Of each municipality, and of each pooled area by its type, the months that are
    known of it. In the house these are all months of the newest publication. The public
    has of each publication the month of its report."""
    found: dict[str, list[Record]] = {}
    if part.is_internal:
        rows = _published_months(part)
    else:
        rows = [
            row
            for day in afklaringspuljen.days(part)
            for row in part.of(afklaringspuljen.REQUIREMENT, day)
        ]
    for row in rows:
        key = row.code if row.is_municipality else row.keys["area_type"]
        found.setdefault(key, []).append(row)
    return found


def _published_months(part: Part) -> Iterator[Record]:
    cells: dict[tuple, dict[str, int]] = {}
    keys = ("area_type", "area_code", "data_month")
    for row in part.municipality_months:
        if row["initiative"] == afklaringspuljen.CODE:
            cell = cells.setdefault(tuple(row[key] for key in keys), {})
            cell[row["measure"]] = row["value"]
    for key, cell in cells.items():
        measured, fulfilled, benefit = (
            Figure(Kind.COUNT, int(cell[measure]))
            if measure in cell  # of another scheme a category may not be
            else Figure(Kind.COUNT, None, State.NOT_APPLICABLE)
            for measure in ("n_measured", "n_fulfilled", "anden_ydelse")
        )
        yield Record(
            dict(zip(keys, key, strict=True)),
            {
                "fulfilled_pct": derived.share(fulfilled, measured),
                "anden_ydelse_pct": derived.share(benefit, measured),
            },
        )


def _joined(records: Iterable[Record], others: _Lines) -> list[Record]:
    """The rows of one table with the figures of another's rows of the same areas."""
    pooled = {row.code: row for row in others.pooled}
    return [
        row.plus(
            **(others[row.code] if row.is_municipality else pooled[row.code]).figures
        )
        for row in records
    ]


class _Fsm2(_OfInitiative):
    """What the pages have of Flere skal med 2."""

    content, made_of = fsm2, fsm2.FULFILLED_PARTS

    def __init__(self, part: Part, report: Report, marks: Marks) -> None:
        super().__init__(part, report, marks)
        self._history: dict[str, list[Record]] = {}
        for row in self._of.months:
            if row.is_municipality:
                self._history.setdefault(row.code, []).append(row)

    def _met(self, row: Record) -> str:
        return fsm2.in_force_from(self._of) or fsm2.STEP_NOTE

    def _key_figures(self, row: Record) -> Iterator[KeyFigure]:
        yield from super()._key_figures(row)
        of = self._of
        if of.is_in_force:
            for flag, step in of.flags:
                yield KeyFigure(f"Har nået {sentences.level(step)}", row[flag])

    def _items_of(self, code: str, name: str) -> Iterator[Item]:
        of = self._of
        group, row = self._group[code], self._requirement[code]
        own = self._history[code]
        points = parts.points(own, "fulfilled_pct")
        yield self._item(
            "maalgruppe",
            fsm2.flow_statement(group, of.month),
            self._beside("maalgruppe", self._group, code, fsm2.FLOW_COLUMNS),
        )
        yield self._item(
            "kategorier",
            fsm2.categories_statement(group, of.month),
            self._beside("kategorier", self._group, code, fsm2.CATEGORY_COLUMNS),
        )
        yield self._item(
            "resultatkrav",
            _made_of(row, fsm2.FULFILLED_PARTS, "fulfilled_pct"),
            self._beside(
                "resultatkrav", self._requirement, code, fsm2.requirement_columns(of)
            ),
        )
        yield self._item(
            "udvikling",
            _development_statement(own, "fulfilled_pct", sentences.FULFILLING),
            parts.months_beside(
                "udvikling",
                self._items["udvikling"].title,
                publications.FULFILLED_COLUMNS,
                [
                    (code, name, own),
                    (PARTICIPATING, parts.AREA_NAMES[PARTICIPATING], of.participants),
                ],
                (_AS_OF_THE_NEWEST,),
            ),
            parts.lines(
                "udvikling",
                _title(
                    points, parts.points(of.participants, "fulfilled_pct"), of.steps
                ),
                f"En linje for {name} og en for de deltagende kommuner: hvor mange "
                "pct. af de målte der opfylder resultatkravet, måned for måned. "
                "Kravets trin er vandrette streger.",
                [
                    Series(name, Look.MUNICIPALITY, points),
                    parts.area_series(of.participants, "fulfilled_pct"),
                ],
                of.levels,
            ),
        )


def _consists_of(row: Record, stacks: Iterable[parts.Stack]) -> str:
    """What the share is made of, where it is shown: for who reads no further."""
    made_of = sentences.made_of(row, stacks, "fulfilled_pct")
    share = row["fulfilled_pct"]
    if not made_of or share.state is not State.SHOWN or not share.value:
        return ""
    return sentences.sentence(f"Andelen består af {made_of}")


def _since(month: Figure) -> str:
    if month.state is not State.SHOWN:
        return ""
    return f"første gang i {numbers.month(month.value)}"


def _made_of(record: Record, stacks: Iterable[parts.Stack], total: str) -> str:
    made_of = sentences.made_of(record, stacks, total)
    if made_of:
        return sentences.sentence(f"Af de målte: {made_of}")
    if any(record[part.measure].state is State.HIDDEN for part in stacks):
        return "Hvordan tallet er sat sammen, offentliggøres ikke."
    return "Ingen borgere måles."


def _title(own: Points, pooled: Points, steps: Sequence[int]) -> str:
    """What the lines of a municipality and of the participants show: where those of the
    municipality are withheld, the others' development."""
    if any(figure.state is State.SHOWN for _, figure in own):
        return sentences.development(own, sentences.FULFILLING, steps)
    said = sentences.development(pooled, sentences.FULFILLING, steps)
    return f"I de deltagende kommuner: {said[:1].lower()}{said[1:]}"


def _development_statement(records: Sequence[Record], measure: str, what: str) -> str:
    months = parts.points(records, measure)
    return sentences.joined(
        sentences.since_last(months, what) or sentences.development(months, what)
    )


def _why_withheld(records: Iterable[Record], marks: Marks) -> str:
    """Why figures are withheld, in words that a citizen understands."""
    figures = [
        figure
        for record in records
        for figure in record.figures.values()
        if not figure.is_derived
    ]
    n_hidden = sum(figure.state is State.HIDDEN for figure in figures)
    if not n_hidden:
        return ""
    how_many = "De fleste" if 2 * n_hidden > len(figures) else "Nogle"
    return (
        f"{how_many} af tallene for kommunen er holdt tilbage. De står som "
        f"{numbers.HIDDEN}. Når et tal handler om 1 til {marks.limit - 1} borgere, "
        "kunne naboer eller kolleger gætte, hvem de er. Også tal, som de små tal kunne "
        f"regnes ud af, er holdt tilbage, så {numbers.HIDDEN} betyder ikke, at tallet "
        "er lille. Kommunens borgere er talt med i tallene for de deltagende kommuner."
    )
