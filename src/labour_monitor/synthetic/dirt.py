"""Rows that cannot be right, and rows delivered twice: a few in every landing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa

from labour_monitor.synthetic.contract import SPELL_COLUMNS

Row = dict[str, Any]
Spoil = Callable[[Row], Row]

CODE_COLUMNS: dict[str, str] = {
    "bopael": "kom",
    "visitation": "personkategori_kode",
    "integrationsprogram": "program_kode",
    "ydelser": "ydelse_kode",
    "fritagelser": "fritagelse_kode",
    "aktivering": "tilbud_kode",
    "eindkomst": "ansaettelse_kode",
}
"""Columns whose codes come from a list; ``kom`` has a reason of its own."""

REQUIRED_VALUE: dict[str, str] = {
    "personer": "foed_dag",
    "bopael": "kom",
    "visitation": "personkategori_kode",
    "integrationsprogram": "program_kode",
    "ydelser": "ydelse_kode",
    "fritagelser": "fritagelse_kode",
    "aktivering": "publiceret",
    "uddannelse": "su_berettiget",
    "persongrupper": "persongruppe",
    "eindkomst": "ajo_cvr_nr",
    "socialt_frikort": "timer",
}

MONTH_COLUMNS = {"eindkomst": "vmo_basis_maaned", "socialt_frikort": "maaned"}
VALUE_TO_CHANGE = {"eindkomst": "ajo_smalt_loenbeloeb", "socialt_frikort": "beloeb"}


def spoil_pnr(row: Row) -> Row:
    """A person number of nine digits."""
    return {**row, "pnr": row["pnr"][:9]}


def set_value(column: str, value: Any) -> Spoil:
    """Put a value into a column."""
    return lambda row: {**row, column: value}


def end_before_start(source: str) -> Spoil:
    """Let the spell end the day before it starts."""
    start, end = SPELL_COLUMNS[source]
    return lambda row: {**row, end: row[start] - timedelta(days=1)}


def unknown_code(source: str) -> Spoil:
    """A code that no list has."""
    column = CODE_COLUMNS[source]
    return set_value(column, 3 if source == "visitation" else "UKENDT")


def spoils(source: str) -> dict[str, Spoil]:
    """A way to spoil a row of the source for each reject reason that it can have.

    The two reasons for rows in conflict need a sound row beside the spoiled one."""
    found: dict[str, Spoil] = {"invalid_pnr": spoil_pnr}
    if source in SPELL_COLUMNS:
        found["missing_start"] = set_value(SPELL_COLUMNS[source][0], None)
        found["end_before_start"] = end_before_start(source)
    if source == "bopael":
        found["unknown_municipality"] = set_value("kom", "999")
    elif source in CODE_COLUMNS:
        found["unknown_code"] = unknown_code(source)
    if source in MONTH_COLUMNS:
        found["invalid_period"] = set_value(MONTH_COLUMNS[source], 13)
    if source in REQUIRED_VALUE:
        found["missing_value"] = set_value(REQUIRED_VALUE[source], None)
    return found


def dirty_rows(source: str, delivery: int, table: pa.Table) -> pa.Table:
    """Spoiled copies of rows of a delivery, and copies of rows as they are.

    Copies keep every sound row in place: what is rejected here is extra. In the
    increments they carry ids of their own."""
    ways = spoils(source)
    sample = table.slice(0, len(ways) + 2).to_pylist()
    sample = [row for row in sample if all(_has(row, name) for name in _keys(source))]
    rows = []
    for number, (row, way) in enumerate(zip(sample, ways.values(), strict=False)):
        row = dict(row)
        if "indberetning_id" in row:
            row["indberetning_id"] = f"9{delivery:02d}{number:09d}"
        rows.append(way(row))
    rows += sample[len(ways) :]
    if source in VALUE_TO_CHANGE and sample:
        column = VALUE_TO_CHANGE[source]
        twins = {**sample[0], "indberetning_id": f"9{delivery:02d}999999999"}
        rows += [{**twins, column: value} for value in (100, 200)]
    plain = [
        pa.field(
            field.name,
            field.type.value_type if pa.types.is_dictionary(field.type) else field.type,
        )
        for field in table.schema
    ]
    return pa.Table.from_pylist(rows, pa.schema(plain))


def _keys(source: str) -> tuple[str, ...]:
    return SPELL_COLUMNS[source][:1] if source in SPELL_COLUMNS else ("pnr",)


def _has(row: Row, column: str) -> bool:
    return row[column] is not None


