"""What each register looks like on disk, as Parquet types: from the one contract of the
landing, so that the generator and the in-door cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from labour_monitor.landing import contract
from labour_monitor.synthetic.calendar import WEEK_COLUMNS, weeks_in_delivery

_TYPES: dict[str, pa.DataType] = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "integer": pa.int32(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Register:
    """A register: its name, whether deliveries replace or add up, its columns."""

    name: str
    is_increment: bool
    columns: tuple[tuple[str, pa.DataType], ...]

    def schema(self, delivered: date) -> pa.Schema:
        """The schema of one delivery; DREAM grows by its weeks."""
        fields = list(self.columns)
        if self.name == "dream":
            weeks = WEEK_COLUMNS[: weeks_in_delivery(delivered)]
            fields += [(week, pa.string()) for week in weeks]
        return pa.schema(fields)


REGISTERS: dict[str, Register] = {
    source.name: Register(
        name=source.name,
        is_increment=source.kind == "increment",
        columns=tuple((c.name, _TYPES[c.data_type]) for c in source.named_columns),
    )
    for source in contract.sources().values()
}

SPELL_COLUMNS: dict[str, tuple[str, str]] = {
    source.name: tuple(
        next(column.name for column in source.columns if column.role == role)
        for role in ("start", "end")
    )
    for source in contract.sources().values()
    if any(column.role == "start" for column in source.columns)
}
"""Start and end column of each register of spells."""
