"""The true counts: all publications of all editions of an initiative, from the house
editions, as one block of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from ..files import ContentError
from ..landing.paths import parquet
from .exposures import Exposure
from .tables import COUNTRY, MUNICIPALITY

ABSENT = -1
"""In place of the number of a count that a publication does not have."""
_PARTICIPATES = "is_participating"
_COUNT_COLUMNS = "area_type, area_code, data_month, measure, value"


@dataclass(frozen=True)
class Requirement:
    """R3, R4: what was required of an initiative when a publication was kept (P4).

    Attributes:
        pct: the share asked for, by the column of `dim_publication` that has it.
        months: the first and the last month in which it can be reached.
    """

    pct: dict[str, int]
    months: tuple[int, int]


@dataclass(frozen=True)
class World:
    """A publication as one edition at least has it. Another edition may have the same
    one with other counts: it was made from another database."""

    publication_date: date
    edition: int


@dataclass
class History:
    """The publications of an initiative.

    Attributes:
        worlds: different publications, those of the oldest edition first.
        world_of: of an edition's number and a publication date, the world.
        areas: type and code of each.
        first_month: months are counted from it.
        measures: names of the counts, with `category:<category>`.
        values: world, area, month, measure; `ABSENT` where there is none.
        numbers: the same shape: the number of the variable. What is equal of an area,
            month and measure is one variable, in whatever publication it stands.
        truth: the value of each variable.
        participates: world, area.
        requirements: of each world.
        counting: statuses that fulfil the requirement (R1), of each world.
        categories: the statuses of each category, of each world.
    """

    initiative: str
    worlds: list[World]
    world_of: dict[tuple[int, date], int]
    areas: list[tuple[str, str]]
    first_month: int
    measures: list[str]
    values: np.ndarray
    participates: np.ndarray
    requirements: list[Requirement]
    counting: list[frozenset[str]]
    categories: list[dict[str, list[str]]]
    numbers: np.ndarray = field(init=False)
    truth: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self._add_categories()
        self._number()

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self.truth)

    def measure(self, name: str) -> int:
        return self.measures.index(name)

    def of_type(self, area_type: str) -> list[int]:
        return [i for i, (kind, _) in enumerate(self.areas) if kind == area_type]

    def pooled(self, area_type: str) -> int | None:
        found = self.of_type(area_type)
        return found[0] if found else None

    def members(self, world: int, area: int) -> list[int]:
        """The municipalities of a pooled area: those that take part, or all."""
        municipalities = self.of_type(MUNICIPALITY)
        if self.areas[area][0] == COUNTRY:
            return municipalities
        return [i for i in municipalities if self.participates[world, i] == 1]

    def outsiders(self, world: int) -> list[int]:
        """Municipalities that are in the whole country alone, and in no table."""
        if self.pooled(COUNTRY) is None:
            return []
        municipalities = self.of_type(MUNICIPALITY)
        return [i for i in municipalities if self.participates[world, i] != 1]

    def month(self, number: int) -> date:
        return first_day(self.first_month + number)

    def exposure(
        self, table: str, place: tuple[int, int, int], measure: str, problem: str
    ) -> Exposure:
        """A finding at a world, an area and a month."""
        world, area, month = place
        return Exposure(
            initiative=self.initiative,
            table=table,
            area=self.areas[area][1],
            month=self.month(month),
            measure=measure,
            publication_date=self.worlds[world].publication_date,
            problem=problem,
        )

    def _add_categories(self) -> None:
        """A category counts those of its statuses."""
        names = sorted({name for of_world in self.categories for name in of_world})
        shape = (*self.values.shape[:3], len(names))
        added = np.full(shape, ABSENT, dtype=np.int64)
        for world, categories in enumerate(self.categories):
            for place, name in enumerate(names):
                statuses = [
                    self.measures.index(f"status:{status}")
                    for status in categories.get(name, [])
                    if f"status:{status}" in self.measures
                ]
                if statuses:
                    parts = self.values[world][:, :, statuses]
                    total = np.where(parts == ABSENT, 0, parts).sum(axis=2)
                    has_one = (parts != ABSENT).any(axis=2)
                    added[world, :, :, place] = np.where(has_one, total, ABSENT)
        self.values = np.concatenate([self.values, added], axis=3)
        self.measures = [*self.measures, *(f"category:{name}" for name in names)]

    def _number(self) -> None:
        places = np.arange(np.prod(self.values.shape[1:], dtype=np.int64))
        span = int(self.values.max(initial=0)) + 2
        flat = self.values.reshape(len(self.worlds), -1)
        keys = places[None, :] * span + flat + 1
        keys[flat == ABSENT] = -1
        different, numbers = np.unique(keys, return_inverse=True)
        missing = int(different.size > 0 and different[0] == -1)
        self.numbers = numbers.reshape(self.values.shape) - missing
        self.truth = (different[missing:] % span) - 1


def read(
    connection: duckdb.DuckDBPyConnection, editions: Sequence[Path], initiative: str
) -> History:
    """The publications of an initiative.

    Args:
        connection: where the work is done.
        editions: their folders, oldest first.
        initiative: its name.

    Raises:
        ContentError: a file is missing or cannot be read.
    """
    connection.execute(
        "create or replace temp table counts (world integer, area_type varchar, "
        "area_code varchar, data_month date, measure varchar, value bigint)"
    )
    worlds: list[World] = []
    world_of: dict[tuple[int, date], int] = {}
    known: dict[tuple, int] = {}
    for number, edition in enumerate(editions):
        new = {}
        for publication_date, *digest in _digests(connection, edition, initiative):
            key = (publication_date, *digest)
            if key not in known:
                known[key] = new[publication_date] = len(worlds)
                worlds.append(World(publication_date, number))
            world_of[number, publication_date] = known[key]
        if new:
            _load(connection, edition, initiative, new)
    return _history(connection, editions, initiative, worlds, world_of)


def house(edition: Path, table: str) -> str:
    """A file of the house edition, to be read by DuckDB."""
    return relation(edition / "house" / f"{table}.parquet")


def relation(path: Path) -> str:
    """A Parquet file as what stands after `from`.

    Raises:
        ContentError: there is no such file.
    """
    if not path.is_file():
        raise ContentError(
            f"file {path.name} of {path.parent}: expected a Parquet file; found none. "
            "What to do: put the edition back as it was published."
        )
    return parquet(path)


def _digests(
    connection: duckdb.DuckDBPyConnection, edition: Path, initiative: str
) -> list[tuple]:
    """Publication dates of an edition, with what tells one content from another."""
    return connection.execute(
        f"select publication_date, count(*), bit_xor(hash({_COUNT_COLUMNS})), "
        f"sum(hash({_COUNT_COLUMNS})) from {house(edition, 'fct_publication')} "
        "where initiative = ? group by publication_date order by publication_date",
        [initiative],
    ).fetchall()


def _load(
    connection: duckdb.DuckDBPyConnection,
    edition: Path,
    initiative: str,
    worlds: dict[date, int],
) -> None:
    rows = ", ".join(f"(date '{day}', {world})" for day, world in worlds.items())
    connection.execute(
        f"insert into counts select world, {_COUNT_COLUMNS} "
        f"from {house(edition, 'fct_publication')} inner join "
        f"(values {rows}) as worlds (publication_date, world) using (publication_date) "
        "where initiative = ?",
        [initiative],
    )


def _history(
    connection: duckdb.DuckDBPyConnection,
    editions: Sequence[Path],
    initiative: str,
    worlds: list[World],
    world_of: dict[tuple[int, date], int],
) -> History:
    first, last = connection.execute(
        "select min(data_month), max(data_month) from counts"
    ).fetchone()
    first_month = month_number(first) if first else 0
    n_months = month_number(last) - first_month + 1 if first else 0
    areas = _numbered(connection, "area", "area_type, area_code")
    names = [name for (name,) in _numbered(connection, "measure", "measure")]
    cells = connection.execute(
        "select world, a.number as area, year(data_month) * 12 + month(data_month) - 1 "
        "as month, m.number as measure, value from counts "
        "inner join numbered_area as a using (area_type, area_code) "
        "inner join numbered_measure as m using (measure)"
    ).fetchnumpy()
    values = np.full(
        (len(worlds), len(areas), n_months, len(names)), ABSENT, dtype=np.int64
    )
    place = (cells["world"], cells["area"], cells["month"] - first_month)
    values[(*place, cells["measure"])] = cells["value"]
    taking_part = connection.execute(
        "select world, number, max(value) as value from counts "
        "inner join numbered_area using (area_type, area_code) where measure = ? "
        "group by world, number",
        [_PARTICIPATES],
    ).fetchnumpy()
    participates = np.full((len(worlds), len(areas)), ABSENT, dtype=np.int64)
    participates[taking_part["world"], taking_part["number"]] = taking_part["value"]
    rules = [
        _rules(connection, editions[world.edition], initiative, world.publication_date)
        for world in worlds
    ]
    return History(
        initiative=initiative,
        worlds=worlds,
        world_of=world_of,
        areas=areas,
        first_month=first_month,
        measures=names,
        values=values,
        participates=participates,
        requirements=[rule[0] for rule in rules],
        counting=[rule[1] for rule in rules],
        categories=[rule[2] for rule in rules],
    )


def _numbered(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str
) -> list[tuple]:
    """Different rows of the counts, which get numbers in a table of their own."""
    connection.execute(
        f"create or replace temp table numbered_{name} as "
        f"select {columns}, (row_number() over (order by {columns})) - 1 as number "
        f"from (select distinct {columns} from counts where measure <> ?)",
        [_PARTICIPATES],
    )
    return connection.execute(
        f"select {columns} from numbered_{name} order by number"
    ).fetchall()


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _rules(
    connection: duckdb.DuckDBPyConnection,
    edition: Path,
    initiative: str,
    publication_date: date,
) -> tuple[Requirement, frozenset[str], dict[str, list[str]]]:
    """What an edition says of the requirement and the scheme of a publication. An
    edition of a version before does not say it: it was made by those of its day."""
    with_own = (edition / "house" / "dim_publication_status.parquet").is_file()
    of_publication = "and publication_date = ?" if with_own else ""
    of = [initiative, publication_date] if with_own else [initiative]
    table = house(edition, "dim_publication" if with_own else "dim_initiative")
    *shares, first, last = connection.execute(
        "select requirement_pct, lower_requirement_pct, requirement_first_month, "
        f"requirement_last_month from {table} where initiative = ? {of_publication}",
        of,
    ).fetchone() or (None, None, None, None)
    columns = ("requirement_pct", "lower_requirement_pct")
    requirement = Requirement(
        pct={
            name: int(share)
            for name, share in zip(columns, shares, strict=True)
            if share is not None
        },
        months=(month_number(first), month_number(last)) if first else (0, -1),
    )
    table = house(edition, "dim_publication_status" if with_own else "dim_status")
    statuses = connection.execute(
        f"select distinct status, category, counts from {table} "
        f"where initiative = ? {of_publication} order by all",
        of,
    ).fetchall()
    counting = {status for status, _, counts in statuses if counts}
    if any(counts is None for *_, counts in statuses):  # kept by a version before
        counting = _counting_today(connection, edition, initiative)
    categories: dict[str, list[str]] = {}
    for status, category, _ in statuses:
        if status not in categories.setdefault(category, []):
            categories[category].append(status)
    return requirement, frozenset(counting), categories


def _counting_today(
    connection: duckdb.DuckDBPyConnection, edition: Path, initiative: str
) -> set[str]:
    return {
        status
        for (status,) in connection.execute(
            f"select distinct status from {house(edition, 'dim_status')} "
            "where initiative = ? and counts",
            [initiative],
        ).fetchall()
    }


def initiatives(
    connection: duckdb.DuckDBPyConnection, editions: Sequence[Path]
) -> list[str]:
    """All of which an edition has a publication."""
    found = {
        name
        for edition in editions
        for (name,) in connection.execute(
            f"select distinct initiative from {house(edition, 'fct_publication')}"
        ).fetchall()
    }
    return sorted(found)
