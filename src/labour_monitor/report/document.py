"""What a report is made of, before it is a page, a sheet or a PDF.

`content` makes it, the writers show it. All texts in it are Danish.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """Whether a figure is there, by the words of the public tables (D2)."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NOT_APPLICABLE = "not_applicable"


class Kind(StrEnum):
    """What a figure is, and with it how it is written."""

    COUNT = "count"
    """A whole number of people or municipalities."""
    PCT = "pct"
    """A share in per cent, with two decimals."""
    POINTS = "points"
    """A difference of two shares in percentage points, with two decimals."""
    CHANGE = "change"
    """A difference of two counts."""
    FLAG = "flag"
    """Yes or no."""
    MONTH = "month"
    """A month, by its first day."""
    DATE = "date"
    TEXT = "text"


Value = int | Decimal | bool | date | str | None


@dataclass(frozen=True)
class Figure:
    """One figure of a table. Its value is None unless it is shown."""

    kind: Kind
    value: Value
    state: State = State.SHOWN
    is_derived: bool = False
    """Whether the report derived it (a distance, a difference) of shown values."""


@dataclass(frozen=True)
class Column:
    """A column of figures. `key` names it in files and is unique in its table. Where
    the figure is not derived it is the column of the edition's table, followed by
    `_participating` or `_country` where a table has it of both. Where the rows of a
    table are figures it is the area, and its kind says no more than where they stand.
    """

    key: str
    header: str
    kind: Kind
    group: str = ""
    """What stands above it and the columns beside it of the same group."""
    alone: str = ""
    """What it is called where nothing stands above it: its header means little then."""

    @property
    def name(self) -> str:
        """What it is called where nothing stands above it."""
        return self.alone or self.header


@dataclass(frozen=True)
class Row:
    """A row of a table. `area_code` is set where the row is of an area, `month` where
    it is of a month: sheets and CSV then have a date that can be sorted and drawn."""

    header: str
    figures: tuple[Figure, ...]
    area_code: str = ""
    month: date | None = None
    is_pooled: bool = False
    """All participants together, or the country: it stands out."""


@dataclass(frozen=True)
class Table:
    """A table. The figures of a row stand in the order of the columns.

    `name` is unique in a report and names its CSV file and its Excel table.
    """

    name: str
    caption: str
    row_header: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


class Look(StrEnum):
    """What a series or bar stands for: the same thing has the same colour, dash and
    mark everywhere."""

    PARTICIPATING = "participating"
    COUNTRY = "country"
    MUNICIPALITY = "municipality"
    REQUIREMENT = "requirement"
    LOWER_REQUIREMENT = "lower_requirement"
    ANDEN_YDELSE = "anden_ydelse"
    AFGANG = "afgang"
    VIRKSOMHEDSRETTET = "virksomhedsrettet"
    INDSATSGRUPPE = "indsatsgruppe"
    REHABILITERINGSGRUPPE = "rehabiliteringsgruppe"
    FRITAGELSESGRUPPE = "fritagelsesgruppe"
    WITHHELD = "withheld"
    """A part of a whole whose own parts are withheld."""
    FIRST = "first"
    """The first to the fourth of several things that have no look of their own."""
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"


@dataclass(frozen=True)
class Series:
    """A line of a picture, or the bars of one colour. A figure that is not shown leaves
    a gap, which the picture marks."""

    name: str
    look: Look
    points: tuple[tuple[date | str, Figure], ...]
    """By month (lines) or by the name of a bar, in the order in which they stand."""


@dataclass(frozen=True)
class Level:
    """A straight line across a picture: a requirement."""

    name: str
    look: Look
    value: Decimal


class Shape(StrEnum):
    LINES = "lines"
    """Months from left to right."""
    BARS = "bars"
    """Bars from the left, one below another; several series stand beside each other."""
    STACKED = "stacked"
    """Bars from the left whose series are laid end to end."""


@dataclass(frozen=True)
class Picture:
    """A picture of figures that stand in a table beside it.

    `title` says what it shows; `description` tells it to who cannot see it.
    """

    name: str
    shape: Shape
    title: str
    description: str
    unit: str
    series: tuple[Series, ...]
    levels: tuple[Level, ...] = ()
    totals: tuple[tuple[str, Figure], ...] = ()
    """What the parts of a bar are together, by its name; it stands beside the bar."""


@dataclass(frozen=True)
class Item:
    """A part of a report: an item of Boks 1, by its number, or one of Flere skal med 2.

    `slug` is its address on the page.
    """

    number: str
    slug: str
    title: str
    """What it is about, as Boks 1 names it, in own words."""
    statement: str
    """What the figures say, in one sentence computed from shown values."""
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class KeyFigure:
    """A figure that stands big at the top, and what to hold it against."""

    label: str
    figure: Figure
    note: str = ""


@dataclass(frozen=True)
class Marks:
    """What every page, sheet and file must say of itself."""

    is_internal: bool
    """Complete tables, for the authority alone."""
    is_synthetic: bool
    """The registers are made up."""
    has_example_participants: bool
    """A list of participants stands in for one that is not public."""
    limit: int
    """Counts below it are withheld from the public."""
    examples: tuple[str, ...] = ()
    """The initiatives of whose participants the list is one, where it is said."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The warnings, in the order of their weight."""
        said = []
        if self.is_synthetic:
            said.append(
                "Opdigtede tal: registrene er syntetiske og handler ikke om virkelige "
                "personer."
            )
        if self.has_example_participants:
            of = f" for {' og '.join(self.examples)}" if self.examples else ""
            said.append(f"Deltagerlisten{of} er et eksempel.")
        if self.is_internal:
            said.append("Til intern brug: ingen tal er holdt tilbage.")
        return tuple(said)


@dataclass(frozen=True)
class Delivery:
    """A delivery of a register that a publication rests on."""

    initiative: str
    publication_date: date
    source: str
    delivered: date


@dataclass(frozen=True)
class MadeBy:
    """The rules by which a publication was made (P4); None where that was not kept."""

    initiative: str
    publication_date: date
    exemption_list: str | None = None
    """The document whose reasons exempt (X2, V2)."""
    has_example_participants: bool | None = None
    """The list of participants stands in for one that is not public (M1)."""
    requirement_pct: int | None = None
    """The share that was asked for (R3, R4)."""
    lower_requirement_pct: int | None = None
    """Its lower step; None too where there was none."""
    requirement_first_month: date | None = None
    requirement_last_month: date | None = None


@dataclass(frozen=True)
class Told:
    """What one publication of one initiative tells."""

    initiative: str
    initiative_name: str
    publication_date: date
    report_month: date
    headline: str
    """The figure that matters most, in one sentence."""
    requirement: str
    """What that figure is measured against, for who has never heard of it."""
    key_figures: tuple[KeyFigure, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Report(Told):
    """The report of a publication. It holds nothing of another publication, so it stays
    the same in every later edition."""

    marks: Marks

    @property
    def stem(self) -> str:
        """How its files are named."""
        return f"{self.initiative}-{self.publication_date}"


@dataclass(frozen=True)
class MunicipalityInitiative(Told):
    """What a municipality's page has of an initiative, by its newest publication: its
    line of every item, beside the participants and the country."""

    paragraphs: tuple[str, ...]
    """Among them, where much is withheld, why."""


@dataclass(frozen=True)
class Municipality:
    """The page of a municipality."""

    code: str
    name: str
    region: str
    initiatives: tuple[MunicipalityInitiative, ...]
    """None where it takes part in neither."""
    others: tuple[str, ...]
    """The names of those in which it takes no part."""
    marks: Marks


@dataclass(frozen=True)
class Text:
    """A part of a page of words: paragraphs, then a list of terms, then tables."""

    slug: str
    title: str
    paragraphs: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Guide:
    """A page of words: definitions, data sources, method."""

    slug: str
    title: str
    lead: str
    texts: tuple[Text, ...]
    marks: Marks


@dataclass(frozen=True)
class News:
    """What the front page says of an initiative, by its newest publication."""

    report: Report
    changes: tuple[str, ...]
    """What changed since the month before, and in the house report what was revised and
    why."""
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...] = field(default=())


@dataclass(frozen=True)
class Site:
    """All that one part of an edition tells, in the order in which it is read."""

    news: tuple[News, ...]
    reports: tuple[Report, ...]
    """Of all publications; of each initiative the newest first."""
    municipalities: tuple[Municipality, ...]
    """All of them, in Danish order of names."""
    guides: tuple[Guide, ...]
    marks: Marks
    as_of: date
