"""The cells of the public tables: which numbers each of them speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from labour_monitor.disclosure.description import (
    KEYS,
    NAME,
    Kind,
    Measure,
)
from labour_monitor.disclosure.places import Edition
from labour_monitor.disclosure.publications import Figures
from labour_monitor.disclosure.system import NONE, System
from labour_monitor.files import ContentError

Figure = tuple[str, int, int, object]
"""Of a cell that speaks of no count: measure, area, month and value."""


@dataclass(frozen=True)
class Cell:
    """A measure of a row of a report table."""

    table: str
    publication: int
    area: int
    month: int
    """Of the row; a table without months speaks of its report month."""
    measure: Measure
    numbers: tuple[int, ...]
    """The count, or the numerator and the denominator; none of other kinds."""
    value: object
    """In the house; None for a share of nobody, or a mean that the area does not
    have."""

    @property
    def figure(self) -> Figure:
        """What it says: a figure that is equal in two publications is one."""
        return self.measure.name, self.area, self.month, self.value


def read_cells(
    house: duckdb.DuckDBPyConnection,
    edition: Edition,
    place: int,
    system: System,
    tables: dict[str, tuple[Measure, ...]],
    dates: dict[str, list[date]] | None = None,
) -> list[Cell]:
    """The cells of the report tables of an edition, by table, and by publication date,
    area and month.

    Args:
        house: where the tables are read.
        edition: where they stand.
        place: which edition it is.
        system: the numbers.
        tables: the tables and their measures.
        dates: of each table the publications that are read; all where it is not said.

    Raises:
        ContentError: a table has another column than its description.
    """
    figures = system.figures
    of_date = {
        publication.publication_date: number
        for number, publication in enumerate(figures.publications)
        if place in publication.editions
    }
    cells = []
    for table, measures in tables.items():
        relation = edition.table(table)
        columns = [
            row[0] for row in house.execute(f"describe from {relation}").fetchall()
        ]
        found = {name for name in columns if name not in KEYS}
        described = {measure.name for measure in measures}
        if found != described:
            raise ContentError(
                f"file {NAME}: table {table}: expected its measures "
                f"{', '.join(sorted(found))}; found {', '.join(sorted(described))}. "
                "What to do: say of each column what it counts."
            )
        area = "area_code" if "area_code" in columns else "cast(null as varchar)"
        month = "data_month" if "data_month" in columns else "report_month"
        names = ", ".join(f'"{measure.name}"' for measure in measures)
        rows = house.execute(
            f"select publication_date, area_type, {area}, {month}, {names} "
            f"from {relation} where {of_dates(dates, table)} order by 1, 2, 3, 4"
        ).fetchall()
        for publication_date, area_type, area_code, data_month, *values in rows:
            publication = of_date[publication_date]
            at = _area(figures, area_type, area_code)
            when = figures.months.index(data_month)
            for measure, value in zip(measures, values, strict=True):
                numbers = _numbers(system, publication, when, at, measure)
                cells.append(
                    Cell(table, publication, at, when, measure, numbers, value)
                )
    return cells


def of_dates(dates: dict[str, list[date]] | None, table: str) -> str:
    """The condition that a publication of a table is one of those that are read."""
    if dates is None:
        return "true"
    days = ", ".join(f"date '{day}'" for day in dates[table])
    return f"publication_date in ({days})"


def _area(figures: Figures, area_type: str, area_code: str | None) -> int:
    if area_code is None:
        found = figures.area_of_type(area_type)
        assert found is not None, area_type
        return found
    return figures.areas.index((area_type, area_code))


def _numbers(
    system: System, publication: int, month: int, area: int, measure: Measure
) -> tuple[int, ...]:
    if measure.kind not in (Kind.COUNT, Kind.SHARE):
        return ()
    then = month - measure.months_back
    if then < 0:
        return ()
    names = [name for name in (measure.count, measure.of) if name is not None]
    found = tuple(system.at(publication, then, area, name) for name in names)
    return () if NONE in found else found


def first_of(cells: list[Cell]) -> dict[tuple[int, int, int], set[str]]:
    """The tables that show an area and a month of a publication."""
    shown: dict[tuple[int, int, int], set[str]] = {}
    for cell in cells:
        key = cell.publication, cell.month, cell.area
        shown.setdefault(key, set()).add(cell.table)
    return shown


def months_of_requirement(figures: Figures, publication: int, until: int) -> list[int]:
    """The months of which a flag speaks, up to that of its row (R3, R4)."""
    rules = figures.rules[publication]
    if rules.first_month is None or rules.last_month is None:
        return []
    return [
        month
        for month in range(until + 1)
        if rules.first_month <= figures.months[month] <= rules.last_month
    ]
