"""What the public editions show, and what is plainly wrong in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from . import exposures
from .exposures import Exposure
from .history import ABSENT, History, first_day, month_number, relation
from .tables import (
    FULFILLED,
    KEYS,
    MEASURED,
    MUNICIPALITY,
    PREVIOUS,
    TABLES,
    TARGET_GROUP,
    Table,
    of_initiative,
)

SHOWN, HIDDEN, NOT_APPLICABLE = "shown", "hidden", "not_applicable"
STATES = (SHOWN, HIDDEN, NOT_APPLICABLE)
DIMENSIONS = (
    *("dim_initiative", "dim_municipality", "dim_participation"),
    *("dim_month", "dim_status"),
)

Place = tuple[int, int, int]
"""World, area, month."""


@dataclass
class Shown:
    """Everything that was ever published of an initiative.

    Attributes:
        counts: variables that are known, each with its value.
        shares: rows of numerator, denominator, and hundredths of a percent.
        places: of each table, by world, area and month: whether it has a row there.
        reached: of each requirement, where it is said to be reached in the month or
            before.
        unreached: the same, of what is not.
        first_reached: where it is said that the month is the first one.
        n_met: where it is said of a requirement how many have reached it.
        findings: what is plainly wrong in the newest edition.
        means: means that give away a hidden share.
    """

    history: History
    counts: dict[int, int] = field(default_factory=dict)
    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))
    places: dict[str, np.ndarray] = field(default_factory=dict)
    reached: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    unreached: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    first_reached: set[tuple[str, Place]] = field(default_factory=set)
    n_met: dict[Place, tuple[str, int]] = field(default_factory=dict)
    findings: set[Exposure] = field(default_factory=set)
    means: set[Exposure] = field(default_factory=set)

    def anywhere(self) -> np.ndarray:
        """World, area, month: whether any table has a row there."""
        return np.logical_or.reduce(list(self.places.values()))


def read(
    connection: duckdb.DuckDBPyConnection,
    editions: Sequence[Path],
    history: History,
    limit: int,
) -> Shown:
    """What all editions show of an initiative; the history was read on the same
    connection.

    Raises:
        ContentError: a file is missing or cannot be read.
    """
    shown = Shown(history)
    reader = _Reader(shown, limit)
    tables = of_initiative(history.initiative)
    for table in tables:
        shown.places[table.name] = np.zeros(history.values.shape[:3], dtype=bool)
    for number, edition in enumerate(editions):
        shown.findings.clear()
        for table in tables:
            for rows in _rows(connection, edition, number, table, shown):
                reader.take(rows)
    reader.finish()
    return shown


def unknown_tables(edition: Path) -> Iterator[Exposure]:
    """Public tables that the audit has no reading of."""
    known = {*DIMENSIONS, *(table.name for table in TABLES)}
    for path in sorted((edition / "public").glob("*.parquet")):
        if path.stem not in known:
            yield Exposure("", path.stem, problem=exposures.UNKNOWN_TABLE)


@dataclass
class _Rows:
    """A public table of an edition, with the place of each row in the history, and of
    each measure column the states and values; a state that is none is empty."""

    table: Table
    history: History
    world: np.ndarray
    area: np.ndarray
    month: np.ndarray
    states: dict[str, np.ndarray] = field(default_factory=dict)
    values: dict[str, pd.Series] = field(default_factory=dict)

    def numbers(self, count: str) -> np.ndarray:
        """The variable that a count is in each row."""
        return self._of(self.history.numbers, count)

    def truth(self, count: str) -> np.ndarray:
        truth = self._of(self.history.values, count)
        # F4: nobody was there before the first month.
        return np.where(self.month == 0, 0, truth) if count == PREVIOUS else truth

    def _of(self, block: np.ndarray, count: str) -> np.ndarray:
        month = self.month
        if count == PREVIOUS:
            count, month = TARGET_GROUP, month - 1
        if count not in self.history.measures:
            return np.full(len(self.world), ABSENT)
        found = block[self.world, self.area, month, self.history.measure(count)]
        return np.where(month < 0, ABSENT, found)

    def at(self, row: int) -> Place:
        return int(self.world[row]), int(self.area[row]), int(self.month[row])

    def exposure(self, row: int, measure: str, problem: str) -> Exposure:
        return self.history.exposure(self.table.name, self.at(row), measure, problem)


def _rows(
    connection: duckdb.DuckDBPyConnection,
    edition: Path,
    number: int,
    table: Table,
    shown: Shown,
) -> Iterator[_Rows]:
    """The rows of a table, each at its place in the history; none where it has none."""
    history = shown.history
    file = relation(edition / "public" / f"{table.name}.parquet")
    columns = [
        name for name, *_ in connection.execute(f"describe from {file}").fetchall()
    ]
    shown.findings |= set(_wrong_columns(table, columns))
    present = [name for name in table.measures if {name, f"{name}_state"} <= {*columns}]
    worlds = [
        (day, world)
        for (of_edition, day), world in history.world_of.items()
        if of_edition == number
    ]
    connection.execute(
        "create or replace temp table worlds (publication_date date, world integer)"
    )
    if worlds:
        connection.executemany("insert into worlds values (?, ?)", worlds)
    month = "data_month" if table.has_months else "report_month"
    keys = ["area_type", *(["area_code"] if "area_code" in columns else [])]
    frame = connection.execute(
        "select worlds.world as key_world, numbered_area.number as key_area, "
        f"year({month}) * 12 + month({month}) - 1 as key_month, "
        f"publication_date as key_date, shown.{keys[-1]} as key_code"
        + "".join(f", {name}, {name}_state" for name in present)
        + f" from {file} as shown left join worlds using (publication_date) "
        f"left join numbered_area using ({', '.join(keys)})"
    ).df()
    place = frame["key_month"] - history.first_month
    is_known = (
        (frame["key_world"].notna() & frame["key_area"].notna())
        & (place >= 0)
        & (place < history.values.shape[2])
    )
    for _, row in frame[~is_known].iterrows():
        shown.findings.add(
            Exposure(
                initiative=history.initiative,
                table=table.name,
                area=str(row["key_code"]),
                month=first_day(int(row["key_month"])),
                publication_date=row["key_date"].date(),
                problem=exposures.NOT_IN_HOUSE,
            )
        )
    frame, place = frame[is_known], place[is_known]
    if not frame.empty:
        rows = _Rows(
            table,
            history,
            world=frame["key_world"].to_numpy(dtype=np.int64),
            area=frame["key_area"].to_numpy(dtype=np.int64),
            month=place.to_numpy(dtype=np.int64),
        )
        shown.places[table.name][rows.world, rows.area, rows.month] = True
        for name in present:
            rows.states[name] = frame[f"{name}_state"].to_numpy(dtype=object)
            rows.values[name] = frame[name].reset_index(drop=True)
        yield rows


def _wrong_columns(table: Table, columns: list[str]) -> Iterator[Exposure]:
    def found(measure: str, problem: str) -> Exposure:
        return Exposure(table.initiative, table.name, measure=measure, problem=problem)

    for name in table.measures:
        if name not in columns:
            yield found(name, exposures.NO_COLUMN)
        elif f"{name}_state" not in columns:
            yield found(name, exposures.NO_STATE)
    known = {*KEYS, *table.measures, *(f"{name}_state" for name in table.measures)}
    for name in columns:
        if name not in known:
            yield found(name, exposures.UNKNOWN_COLUMN)


class _Reader:
    """Takes the rows of all tables, and at the end what several say together."""

    def __init__(self, shown: Shown, limit: int) -> None:
        self.shown = shown
        self.history = shown.history
        self.limit = limit
        self.shares: list[np.ndarray] = [shown.shares]
        shape = self.history.values.shape[:3]
        self.has_share = np.zeros(shape, dtype=bool)
        """Where the share is shown of which means are made."""
        self.has_mean: dict[Place, tuple[str, str]] = {}
        self.truly_reached = {
            name: _reached(self.history, name)
            for table in of_initiative(self.history.initiative)
            for name in table.flags.values()
        }

    def take(self, rows: _Rows) -> None:
        table = rows.table
        for name in rows.states:
            self._judge(rows, name)
        for name in rows.states:
            if name in table.counts:
                self._take_counts(rows, name)
            elif name in table.shares:
                self._take_shares(rows, name)
            elif name in table.flags:
                self._take_flags(rows, name)
            elif name == table.first_month:
                self._take_first_months(rows, name)
            elif name == table.n_met:
                self._take_n_met(rows, name)
            elif name == table.mean:
                for row in _where(rows, name, SHOWN):
                    self.has_mean[rows.at(row)] = table.name, name

    def _find(self, rows: _Rows, name: str, wrong: np.ndarray, problem: str) -> None:
        """A finding in each of the rows."""
        for row in wrong:
            self.shown.findings.add(rows.exposure(row, name, problem))

    def _judge(self, rows: _Rows, name: str) -> None:
        """Whether states and values go together; what is wrong says nothing more."""
        states, is_null = rows.states[name], rows.values[name].isna().to_numpy()
        is_state = np.isin(states.astype(str), STATES)
        is_shown = states == SHOWN
        for wrong, problem in (
            (~is_state, exposures.UNKNOWN_STATE),
            (is_shown & is_null, exposures.NOTHING_SHOWN),
            (is_state & ~is_shown & ~is_null, exposures.BESIDE_HIDDEN),
        ):
            self._find(rows, name, np.flatnonzero(wrong), problem)
        rows.states[name] = np.where(~is_state | (is_shown & is_null), "", states)

    def _take_counts(self, rows: _Rows, name: str) -> None:
        count = rows.table.counts[name]
        there = _where(rows, name, SHOWN)
        values = rows.values[name].iloc[there].to_numpy(dtype=np.int64)
        truth, numbers = rows.truth(count), rows.numbers(count)
        is_true = values == truth[there]
        is_small = (values >= 1) & (values < self.limit)
        self._find(rows, name, there[~is_true], exposures.OTHER_THAN_HOUSE)
        self._find(rows, name, there[is_small], exposures.SMALL_SHOWN)
        known = is_true & (numbers[there] != ABSENT)
        self.shown.counts |= dict(
            zip(numbers[there][known].tolist(), values[known].tolist(), strict=True)
        )
        nothing = _where(rows, name, NOT_APPLICABLE)
        self._find(
            rows, name, nothing[truth[nothing] != ABSENT], exposures.OTHER_THAN_HOUSE
        )

    def _take_shares(self, rows: _Rows, name: str) -> None:
        numerator, denominator = rows.table.shares[name]
        over, under = rows.numbers(numerator), rows.numbers(denominator)
        true_over = np.maximum(rows.truth(numerator), 0)
        true_under = rows.truth(denominator)
        there = _where(rows, name, SHOWN)
        values = rows.values[name].iloc[there].to_numpy(dtype=float)
        hundredths = np.rint(values * 100).astype(np.int64)
        # Rounded half up from the exact quotient (marts.md).
        exact = (20_000 * true_over + true_under) // np.maximum(2 * true_under, 1)
        is_true = (true_under[there] > 0) & (hundredths == exact[there])
        self._find(rows, name, there[~is_true], exposures.OTHER_THAN_HOUSE)
        known = is_true & (over[there] != ABSENT)
        said = np.stack([over[there], under[there], hundredths], axis=1)
        self.shares.append(np.unique(said[known], axis=0))
        if (numerator, denominator) == (FULFILLED, MEASURED):
            place = there[known]
            self.has_share[rows.world[place], rows.area[place], rows.month[place]] = (
                True
            )
        nobody = _where(rows, name, NOT_APPLICABLE)
        is_empty = true_under[nobody] <= 0
        # Or the scheme of the publication has no such category.
        is_true = is_empty | (over[nobody] == ABSENT)
        self._find(rows, name, nobody[~is_true], exposures.OTHER_THAN_HOUSE)
        empty = under[nobody][is_empty]
        self.shown.counts |= dict.fromkeys(empty[empty != ABSENT].tolist(), 0)

    def _take_flags(self, rows: _Rows, name: str) -> None:
        column = rows.table.flags[name]
        truth = self.truly_reached[column][rows.world, rows.area, rows.month]
        there = _where(rows, name, SHOWN)
        values = rows.values[name].iloc[there].to_numpy(dtype=bool)
        is_true = values == truth[there]
        self._find(rows, name, there[~is_true], exposures.OTHER_THAN_HOUSE)
        for row, is_reached in zip(there[is_true], values[is_true], strict=True):
            said = self.shown.reached if is_reached else self.shown.unreached
            said[column].add(rows.at(row))
        nothing = _where(rows, name, NOT_APPLICABLE)
        in_time = [self._can_be_reached(rows.at(row)) for row in nothing]
        self._find(
            rows, name, nothing[np.array(in_time, bool)], exposures.OTHER_THAN_HOUSE
        )

    def _take_first_months(self, rows: _Rows, name: str) -> None:
        (column,) = rows.table.flags.values()
        truth = self.truly_reached[column]
        for row in _where(rows, name, SHOWN):
            world, area, last = rows.at(row)
            day = pd.Timestamp(rows.values[name].iloc[row])
            month = month_number(day) - self.history.first_month
            until = truth[world, area, : last + 1]
            if until.any() and int(until.argmax()) == month:
                self.shown.first_reached.add((column, (world, area, month)))
            else:
                self._find(rows, name, np.array([row]), exposures.OTHER_THAN_HOUSE)
        for row in _where(rows, name, NOT_APPLICABLE):
            if truth[rows.at(row)]:
                self._find(rows, name, np.array([row]), exposures.OTHER_THAN_HOUSE)
            elif self._can_be_reached(rows.at(row)):
                self.shown.unreached[column].add(rows.at(row))

    def _take_n_met(self, rows: _Rows, name: str) -> None:
        (column,) = {
            column
            for table in of_initiative(self.history.initiative)
            if table.first_month
            for column in table.flags.values()
        }
        for row in _where(rows, name, SHOWN):
            world, area, month = rows.at(row)
            value = int(rows.values[name].iloc[row])
            among = self.history.members(world, area)
            if self.truly_reached[column][world, among, month].sum() == value:
                self.shown.n_met[world, area, month] = column, value
            else:
                self._find(rows, name, np.array([row]), exposures.OTHER_THAN_HOUSE)

    def _can_be_reached(self, place: Place) -> bool:
        """Whether the month is the first one of the requirement, or later (R3)."""
        first, _ = self.history.requirements[place[0]].months
        return self.history.first_month + place[2] >= first

    def finish(self) -> None:
        self.shown.shares = np.unique(np.concatenate(self.shares), axis=0)
        for place, (table, name) in self.has_mean.items():
            if 1 <= self._n_hidden_in_mean(place) < 3:
                self.shown.means.add(
                    self.history.exposure(table, place, name, exposures.MEAN)
                )

    def _n_hidden_in_mean(self, place: Place) -> int:
        """How many municipalities a mean is made of whose share is not shown; one that
        is in no table is one of them."""
        world, _, month = place
        measured = self.history.measure(MEASURED)
        areas = self.history.of_type(MUNICIPALITY)
        is_in_mean = self.history.values[world, areas, month, measured] > 0
        return int((is_in_mean & ~self.has_share[world, areas, month]).sum())


def _where(rows: _Rows, name: str, state: str) -> np.ndarray:
    return np.flatnonzero(rows.states[name] == state)


def _reached(history: History, column: str) -> np.ndarray:
    """World, area, month: whether a requirement was reached in the month or before."""
    reached = np.zeros(history.values.shape[:3], dtype=bool)
    if not {MEASURED, FULFILLED} <= {*history.measures}:
        return reached
    measured = history.values[:, :, :, history.measure(MEASURED)]
    fulfilled = history.values[:, :, :, history.measure(FULFILLED)]
    for world in range(len(history.worlds)):
        months = requirement_months(history, world)
        pct = history.requirements[world].pct.get(column)
        if pct is not None and len(months):
            reached[world][:, months] = (measured[world][:, months] > 0) & (
                100 * fulfilled[world][:, months] >= pct * measured[world][:, months]
            )
    return np.logical_or.accumulate(reached, axis=2)


def requirement_months(history: History, world: int) -> list[int]:
    """The months in which the requirement can be reached (R3, R4)."""
    first, last = history.requirements[world].months
    return [
        month
        for month in range(history.values.shape[2])
        if first <= history.first_month + month <= last
    ]
