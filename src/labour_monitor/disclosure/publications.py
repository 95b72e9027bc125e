"""What every publication says, in the house's own figures: the publications of the
newest house edition, and those of earlier editions that said something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from labour_monitor.disclosure.description import Description, Kind, Measure
from labour_monitor.disclosure.places import Edition
from labour_monitor.disclosure.rules import Rules, read_rules

MUNICIPALITY, PARTICIPATING, COUNTRY = "municipality", "participating", "country"
OTHERS = "others"
"""Made here: the municipalities that take no part, taken together."""
MISSING = -1
PARTICIPATES = "is_participating"


@dataclass(frozen=True)
class Publication:
    """What was said of an initiative on a publication date. Two editions that say the
    same have one publication; where they differ each has its own."""

    publication_date: date
    editions: tuple[int, ...]
    """The editions that say this, as indices."""


@dataclass(frozen=True)
class Figures:
    """All counts of an initiative, as an array."""

    initiative: str
    publications: list[Publication]
    months: list[date]
    areas: list[tuple[str, str]]
    """Type and code; the last is OTHERS."""
    counts: list[str]
    rules: list[Rules]
    """Of each publication."""
    values: np.ndarray
    """By publication, month, area and count; MISSING where there is none."""
    takes_part: np.ndarray
    """By publication, month and area."""
    measured_others: np.ndarray
    """By publication and month: in how many of OTHERS somebody is measured."""

    def area_of_type(self, area_type: str) -> int | None:
        """The one area of a pooled type."""
        found = [i for i, (kind, _) in enumerate(self.areas) if kind == area_type]
        return found[0] if found else None

    def is_municipality(self) -> np.ndarray:
        return np.array([kind == MUNICIPALITY for kind, _ in self.areas])

    def parts_of(self, pooled: int, publication: int, month: int) -> np.ndarray:
        """The areas whose sum a pooled area is."""
        there = self.values[publication, month].max(axis=1) != MISSING
        kinds = [kind for kind, _ in self.areas]
        one = np.array([kind in (MUNICIPALITY, OTHERS) for kind in kinds]) & there
        if kinds[pooled] == PARTICIPATING:
            one &= self.takes_part[publication, month]
        return np.flatnonzero(one)


def described_counts(tables: dict[str, tuple[Measure, ...]]) -> set[str]:
    """The counts of fct_publication that the tables speak of."""
    names: set[str] = set()
    for measures in tables.values():
        for measure in measures:
            if measure.kind in (Kind.COUNT, Kind.SHARE, Kind.MEAN):
                names |= {name for name in (measure.count, measure.of) if name}
    return names


def has_flow(tables: dict[str, tuple[Measure, ...]]) -> bool:
    """Whether the tables say who came and who went (F4)."""
    return any(
        measure.months_back for measures in tables.values() for measure in measures
    )


def read_figures(
    house: duckdb.DuckDBPyConnection,
    places: list[Edition],
    initiative: str,
    description: Description,
) -> Figures:
    """All that was ever published of an initiative."""
    publications = _publications(house, places, initiative)
    if not publications:
        return _no_figures(initiative)
    rows = [
        (number, place)
        for number, publication in enumerate(publications)
        for place in publication.editions[-1:]
    ]
    house.execute(
        "create or replace temp table disclosed_publication "
        "(publication integer, edition integer, publication_date date)"
    )
    house.executemany(
        "insert into disclosed_publication values (?, ?, ?)",
        [
            (number, place, publications[number].publication_date)
            for number, place in rows
        ],
    )
    parts = " union all ".join(
        "select p.publication, f.area_type, f.area_code, f.data_month, f.measure, "
        f"f.value from {places[place].table('fct_publication')} f "
        "join disclosed_publication p on f.publication_date = p.publication_date "
        f"and p.edition = {place} where f.initiative = $initiative"
        for place in sorted({place for _, place in rows})
    )
    house.execute(
        f"create or replace temp table disclosed_figure as {parts}",
        {"initiative": initiative},
    )
    tables = description.tables[initiative]
    # As the first edition has them: it knows best what was not kept yet.
    rules = [
        read_rules(
            house,
            places[publication.editions[0]],
            initiative,
            publication.publication_date,
        )
        for publication in publications
    ]
    wanted = described_counts(tables) | {"n_measured", "n_fulfilled"}
    for of_publication in rules:
        for name, members in of_publication.sums.items():
            wanted |= {name, *members}
    for parent, children in description.sums.items():
        wanted |= {parent, *children}
    if has_flow(tables):
        wanted |= set(description.flow.values())
    counts = sorted(wanted)
    months = [
        month
        for (month,) in house.execute(
            "select distinct data_month from disclosed_figure order by 1"
        ).fetchall()
    ]
    areas = house.execute(
        "select distinct area_type, area_code from disclosed_figure order by all"
    ).fetchall()
    areas = [*areas, (OTHERS, "")]
    values = np.full(
        (len(publications), len(months), len(areas), len(counts)), MISSING, np.int64
    )
    takes_part = np.zeros(values.shape[:3], bool)
    names = [*counts, PARTICIPATES]
    found = _indexed(house, months, areas, names)
    for table in ("publication", "figure", "month", "area", "count"):
        house.execute(f"drop table temp.disclosed_{table}")
    participates = found["count"] == len(counts)
    at = tuple(found[key][~participates] for key in ("publication", "month", "area"))
    values[(*at, found["count"][~participates])] = found["value"][~participates]
    at = tuple(found[key][participates] for key in ("publication", "month", "area"))
    takes_part[at] = found["value"][participates] > 0
    for of_publication, said in zip(rules, values, strict=True):
        for name, members in of_publication.sums.items():
            if name.startswith("category:"):
                parts_at = [counts.index(member) for member in members]
                there = said[..., parts_at[0]] != MISSING
                total = said[..., parts_at].sum(axis=-1)
                said[..., counts.index(name)] = np.where(there, total, MISSING)
    figures = Figures(
        initiative,
        publications,
        months,
        areas,
        counts,
        rules,
        values,
        takes_part,
        np.zeros(values.shape[:2], np.int64),
    )
    _join_others(figures, initiative in description.locked)
    return figures


def _no_figures(initiative: str) -> Figures:
    return Figures(
        initiative,
        [],
        [],
        [],
        [],
        [],
        np.zeros((0, 0, 0, 0), np.int64),
        np.zeros((0, 0, 0), bool),
        np.zeros((0, 0), np.int64),
    )


def _publications(
    house: duckdb.DuckDBPyConnection, places: list[Edition], initiative: str
) -> list[Publication]:
    """By date, then by the first edition that said it."""
    said: dict[tuple[date, object, int], list[int]] = {}
    for place, edition in enumerate(places):
        rows = house.execute(
            "select publication_date, "
            "bit_xor(hash(area_type, area_code, data_month, measure, value)), count(*) "
            f"from {edition.table('fct_publication')} "
            "where initiative = $initiative group by publication_date order by 1",
            {"initiative": initiative},
        ).fetchall()
        for row in rows:
            said.setdefault(row, []).append(place)
    return [
        Publication(key[0], tuple(found))
        for key, found in sorted(said.items(), key=lambda item: (item[0][0], item[1]))
    ]


def _indexed(
    house: duckdb.DuckDBPyConnection,
    months: list[date],
    areas: list[tuple[str, str]],
    names: list[str],
) -> dict[str, np.ndarray]:
    """The figures, with the place of each in the array."""
    house.execute(
        "create or replace temp table disclosed_month as "
        "select unnest($months) as data_month, unnest(range(len($months))) as month",
        {"months": months},
    )
    house.execute(
        "create or replace temp table disclosed_area as "
        "select unnest($kinds) as area_type, unnest($codes) as area_code, "
        "unnest(range(len($kinds))) as area",
        {"kinds": [kind for kind, _ in areas], "codes": [code for _, code in areas]},
    )
    house.execute(
        "create or replace temp table disclosed_count as "
        "select unnest($names) as measure, unnest(range(len($names))) as number",
        {"names": names},
    )
    return house.execute(
        "select publication, month, area, number as count, value from disclosed_figure "
        "join disclosed_month using (data_month) "
        "join disclosed_area using (area_type, area_code) "
        "join disclosed_count using (measure)"
    ).fetchnumpy()


def _join_others(figures: Figures, is_locked: bool) -> None:
    """Municipalities that never take part, and of which no publication says anything
    else than another, stand in no table and are told apart by nothing: their sum says
    as much as each of them. One alone is kept, for its counts are protected. Of a
    locked cohort they are the same in all months, since each group bounds the next
    (C8, E1)."""
    outside = figures.is_municipality() & ~figures.takes_part.any(axis=(0, 1))
    if outside.sum() < 2:
        return
    others = len(figures.areas) - 1
    measured = figures.counts.index("n_measured")
    alike = np.array(
        [_said_alike(figures, month) for month in range(len(figures.months))]
    )
    if is_locked:
        alike[:] = alike.all(axis=0)
    for month in range(len(figures.months)):
        said = figures.values[:, month]
        there = np.flatnonzero(said.max(axis=(1, 2)) != MISSING)
        at = np.flatnonzero(outside & alike[month])
        if len(at) < 2:
            continue
        for publication in there:
            total = said[publication, at].sum(axis=0)
            missing = (said[publication, at] == MISSING).any(axis=0)
            figures.measured_others[publication, month] = (
                said[publication, at, measured] > 0
            ).sum()
            figures.values[publication, month, others] = np.where(
                missing, MISSING, total
            )
            figures.values[publication, month, at] = MISSING


def _said_alike(figures: Figures, month: int) -> np.ndarray:
    """Of which areas all publications that have a month say the same of it."""
    said = figures.values[:, month]
    there = said[said.max(axis=(1, 2)) != MISSING]
    same = (there == there[:1]).all(axis=(0, 2))
    return same & (there.max(axis=(0, 2)) != MISSING)
