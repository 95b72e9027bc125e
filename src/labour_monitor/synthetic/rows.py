"""Rows of a register before they are delivered: what happened and when it was known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from labour_monitor.synthetic.calendar import OPEN
from labour_monitor.synthetic.contract import REGISTERS, SPELL_COLUMNS


@dataclass(frozen=True)
class Coded:
    """Text column as positions in a short list; -1 is null."""

    values: tuple[str, ...]
    index: np.ndarray

    def take(self, rows: np.ndarray) -> Coded:
        return Coded(self.values, self.index[rows])

    def to_arrow(self) -> pa.Array:
        index = np.asarray(self.index, dtype=np.int32)
        positions = pa.array(index, mask=index < 0)
        return pa.DictionaryArray.from_arrays(positions, pa.array(self.values))


Column = Coded | np.ndarray


@dataclass(frozen=True)
class SpellRows:
    """Rows of a snapshot register.

    A delivery holds a row from ``known_from`` on, and its end from ``end_known_from``
    on; before that day the spell looks open.
    """

    source: str
    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    known_from: np.ndarray
    end_known_from: np.ndarray
    columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> SpellRows:
        """The rows at these positions or under this mask, in this order."""
        return replace(
            self,
            person=self.person[rows],
            start=self.start[rows],
            end=self.end[rows],
            known_from=self.known_from[rows],
            end_known_from=self.end_known_from[rows],
            columns={
                name: column.take(rows) if isinstance(column, Coded) else column[rows]
                for name, column in self.columns.items()
            },
        )

    def delivered(self, pnr: pa.Array, delivery_day: int) -> pa.Table:
        """The rows as a delivery of that day shows them."""
        known = self.take(self.known_from <= delivery_day)
        hidden = (known.end == OPEN) | (known.end_known_from > delivery_day)
        start_column, end_column = SPELL_COLUMNS[self.source]
        arrays: dict[str, pa.Array] = {
            "pnr": person_column(pnr, known.person),
            start_column: dates(known.start),
            end_column: dates(known.end, hidden),
        }
        for name, column in known.columns.items():
            is_coded = isinstance(column, Coded)
            arrays[name] = column.to_arrow() if is_coded else pa.array(column)
        names = [name for name, _ in REGISTERS[self.source].columns]
        return pa.table({name: arrays[name] for name in names})


def person_column(pnr: pa.Array, person: np.ndarray) -> pa.Array:
    """Person numbers of the rows, as positions in those of the block."""
    positions = pa.array(np.asarray(person, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(positions, pnr)


def dates(days: np.ndarray, is_null: np.ndarray | None = None) -> pa.Array:
    """Days since 1970-01-01 as dates."""
    return pa.array(np.asarray(days, dtype=np.int32), mask=is_null).cast(pa.date32())


def spell_rows(
    source: str,
    rng: np.random.Generator,
    person: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    columns: dict[str, Column],
    mean_delay: float = 6,
    share_late: float = 0.004,
    ends_are_planned: bool = False,
) -> SpellRows:
    """Rows in a random order, each registered some days after it happened.

    A few are registered months late. Where ``ends_are_planned`` the end is known as
    soon as the row is."""
    n = len(person)
    delay = rng.exponential(mean_delay, n)
    late = rng.random(n) < share_late
    delay[late] += rng.exponential(90, int(late.sum()))
    known_from = (start + delay).astype(np.int64)
    end_delay = rng.exponential(mean_delay, n)
    end_known_from = np.maximum(known_from, end.astype(np.int64) + end_delay)
    if ends_are_planned:
        end_known_from = known_from
    rows = SpellRows(source, person, start, end, known_from, end_known_from, columns)
    return rows.take(rng.permutation(n))


def pick(rng: np.random.Generator, weights: dict[str, float], size: int) -> Coded:
    """Draw codes by weight."""
    share = np.array(list(weights.values()), dtype=float)
    index = rng.choice(len(share), size, p=share / share.sum())
    return Coded(tuple(weights), index.astype(np.int32))
