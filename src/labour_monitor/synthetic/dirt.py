"""Rows that cannot be right, and rows delivered twice: a few in every landing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from typing import Any

import pyarrow as pa

from labour_monitor.landing import contract
from labour_monitor.synthetic.contract import SPELL_COLUMNS
from labour_monitor.synthetic.population import NUMBERS_PER_BIRTHDAY

Row = dict[str, Any]
Spoil = Callable[[Row], Row]


def _first(
    wanted: Callable[[contract.Column], bool | str | None],
) -> dict[str, str]:
    """The first such column of each register that has one."""
    found: dict[str, str] = {}
    for source in contract.sources().values():
        for column in filter(wanted, source.columns):
            found.setdefault(source.name, column.name)
    return found


CODE_COLUMNS = _first(lambda column: column.codes)
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

UNKNOWN = "UKENDT"
MONTH_COLUMNS = _first(lambda column: column.role == "month")
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
    return set_value(column, 3 if source == "visitation" else UNKNOWN)


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


def renumbered(row: Row, source: str, identity: str) -> Row:
    """A copy that is no second account of the same report or person.

    Of a report it has another id; in ``personer`` it is a person born in 2005, of whom
    there are none, because a spoiled second row would put the sound one in conflict."""
    if "indberetning_id" in row:
        return {**row, "indberetning_id": identity}
    if source == "personer":
        return {**row, "pnr": f"610105{row['pnr'][-4:]}"}
    return dict(row)


def conflicting_person(row: Row, source: str) -> Row:
    """A second row of the same person that says something else."""
    if source == "personer":
        return {**row, "foed_dag": row["foed_dag"] - timedelta(days=1)}
    return {**row, "y_1052": "111" if row["y_1052"] != "111" else "112"}


def is_named(row: Row) -> bool:
    """Whether the row is a named citizen's."""
    return int(row["pnr"][-4:]) >= NUMBERS_PER_BIRTHDAY


def is_sound(source: str, row: Row) -> bool:
    """Whether nothing is wrong with a row of a written landing."""
    if len(row["pnr"]) != 10 or str(row.get("indberetning_id", "")).startswith("D-"):
        return False
    if source in REQUIRED_VALUE and row[REQUIRED_VALUE[source]] is None:
        return False
    if source in CODE_COLUMNS and row[CODE_COLUMNS[source]] in (UNKNOWN, "999", 3):
        return False
    if source in SPELL_COLUMNS:
        start, end = SPELL_COLUMNS[source]
        if row[start] is None or (row[end] is not None and row[end] < row[start]):
            return False
    return True


def dirty_rows(source: str, delivery: int, table: pa.Table) -> pa.Table:
    """Spoiled copies of rows of a delivery, copies of rows as they are, and conflicts.

    Except in conflicts, copies keep every sound row in place: what is rejected here is
    extra."""
    ways = spoils(source)
    sample = table.slice(0, len(ways) + 3).to_pylist()
    sample = [row for row in sample if is_sound(source, row)]
    rows = [
        way(renumbered(row, source, f"D-{delivery}-{number}"))
        for number, (row, way) in enumerate(
            zip(cycle(sample), ways.values(), strict=False)
        )
    ]
    rows += sample[-1:]
    if source in ("dream", "personer"):
        rows += [conflicting_person(row, source) for row in sample[-2:-1]]
    if source in VALUE_TO_CHANGE and sample:
        twin = renumbered(sample[-1], source, f"D-{delivery}-conflict")
        rows += [{**twin, VALUE_TO_CHANGE[source]: value} for value in (100, 200)]
    plain = [
        pa.field(
            field.name,
            field.type.value_type if pa.types.is_dictionary(field.type) else field.type,
        )
        for field in table.schema
    ]
    return pa.Table.from_pylist(rows, pa.schema(plain))
