"""One figure of each report table, and whether Superset says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from labour_monitor.editions import contracts
from labour_monitor.landing.paths import parquet


@dataclass(frozen=True)
class Figure:
    """A measure in one row of a report table, as the edition's Parquet file has it.
    `row` has the keys of the row; `value` is none where the table has no figure."""

    table: str
    measure: str
    row: Mapping[str, str]
    value: Decimal | None


def figures(house: Path) -> list[Figure]:
    """The newest figure of the participants together in each report table: its first
    measure."""
    return [_newest(house, table) for table in contracts.marts() if table.is_report]


def _newest(house: Path, table: contracts.Table) -> Figure:
    measure, keys = table.measures[0], table.keys
    order = ", ".join(f"{key} desc" for key in keys)
    rows = duckdb.execute(
        f"select {measure}, {', '.join(f'{key}::varchar' for key in keys)} "
        f"from {parquet(house / f'{table.name}.parquet')} "
        f"where area_type = 'participating' and {measure} is not null "
        f"order by {order} limit 1"
    ).fetchall()
    if not rows:
        return Figure(table.name, measure, {}, None)
    value, *row = rows[0]
    return Figure(
        table.name, measure, dict(zip(keys, row, strict=True)), Decimal(str(value))
    )


def is_same(figure: Figure, answer: object) -> bool:
    """Whether an answer is the figure. No figure is never the same: nothing was
    compared."""
    try:
        return figure.value is not None and Decimal(str(answer)) == figure.value
    except InvalidOperation:
        return False


def line(figure: Figure, answers: Sequence[object]) -> str:
    """What Superset answered to one figure, however often it was asked."""
    what = f"{figure.table}, {figure.measure}"
    if figure.value is None:
        return (
            f"{what}: DIFFERENT, the edition has no figure of the participants together"
        )
    others = [answer for answer in answers if not is_same(figure, answer)]
    where = ", ".join(f"{key} {value}" for key, value in figure.row.items())
    if others:
        return (
            f"{what} ({where}): DIFFERENT, the edition has {figure.value:,} and "
            f"Superset {others[0]}, in {len(others)} of {len(answers)} answers"
        )
    return f"{what} ({where}): {figure.value:,}, the same in {len(answers)} answers"
