"""How each engine is told what the in-door has found: one opening, two dialects.

The in-door reads the files itself, whichever engine builds the models: what is checked
and what is said of it are the same. Only the SQL of the relations is another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from labour_monitor.landing import paths
from labour_monitor.landing.contract import Column
from labour_monitor.landing.inspection import (
    InspectedFile,
    is_integer,
    is_number,
    scan,
    trimmed,
    week_code,
)


class Dialect(Protocol):
    """The SQL of an engine, where the two differ."""

    keeps_deliveries: bool
    """Whether what follows from a delivery alone is kept (`landing.keeping`): that
    takes rows away from a table."""
    row_number: str
    """The number of a row within its file, from 0."""

    def literal(self, text: object) -> str:
        """A text in SQL."""

    def scan(self, path: Path) -> str:
        """The FROM item that reads one Parquet file with the numbers of its rows."""

    def column(self, file: InspectedFile, column: Column) -> str:
        """What reads a column as the contract's type."""

    def week(self, file: InspectedFile, week: str) -> str:
        """What reads a week of DREAM, untrimmed."""

    def struct(self, fields: Mapping[str, str]) -> str:
        """One value with these fields."""

    def relation(self, name: str, select: str) -> str:
        """The statement that makes a small relation of the landing anew."""


class _DuckDB:
    keeps_deliveries = True
    row_number = "file_row_number"

    def literal(self, text: object) -> str:
        return paths.literal(text)

    def scan(self, path: Path) -> str:
        return scan(path)

    def column(self, file: InspectedFile, column: Column) -> str:
        return file.expressions[column.name]

    def week(self, file: InspectedFile, week: str) -> str:
        return file.weeks[week]

    def struct(self, fields: Mapping[str, str]) -> str:
        pairs = (f"{name} := {value}" for name, value in fields.items())
        return f"struct_pack({', '.join(pairs)})"

    def relation(self, name: str, select: str) -> str:
        return f"create or replace table {name} as {select}"


_GLOB = re.compile(r"[\\*?\[\]{}]")


class _Spark:
    """A table of Parquet files cannot be replaced in one step, and no row of it taken
    away: the relations of the landing are views, of literals where they are small."""

    keeps_deliveries = False
    row_number = "_metadata.row_index"

    def literal(self, text: object) -> str:
        return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"

    def scan(self, path: Path) -> str:
        no_pattern = _GLOB.sub(r"\\\g<0>", str(path.absolute()))
        return f"parquet.{self._quoted(no_pattern)}"

    def column(self, file: InspectedFile, column: Column) -> str:
        name, found = file.delivered[column.name]
        value = self._quoted(name)
        is_text = found == "VARCHAR" or found.startswith("ENUM")
        match column.data_type:
            case "varchar" if is_text:
                return trimmed(value)
            case "boolean" if found == "BOOLEAN":
                return value
            case "date" if found == "DATE":
                return value
            case "date" if is_text:
                return f"cast({trimmed(value)} as date)"
            case "integer" if is_integer(found):
                return f"cast({value} as bigint)"
            case "decimal(18,2)" if found in ("FLOAT", "DOUBLE"):
                # As DuckDB rounds, by the binary fraction and not by its digits.
                hundredths = f"cast(round({value} * 100D) as decimal(18,0))"
                return f"cast({hundredths} / 100 as decimal(18,2))"
            case "decimal(18,2)" if is_number(found):
                return f"cast({value} as decimal(18,2))"
        # The in-door has seen that there is no value.
        return f"cast(null as {column.data_type.replace('varchar', 'string')})"

    def week(self, file: InspectedFile, week: str) -> str:
        name, found = file.delivered[week]
        value = self._quoted(name)
        return value if found == "VARCHAR" else week_code(value, found)

    def struct(self, fields: Mapping[str, str]) -> str:
        pairs = (f"'{name}', {value}" for name, value in fields.items())
        return f"named_struct({', '.join(pairs)})"

    def relation(self, name: str, select: str) -> str:
        return f"create or replace view {name} as {select}"

    def _quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"


DUCKDB: Dialect = _DuckDB()
SPARK: Dialect = _Spark()
