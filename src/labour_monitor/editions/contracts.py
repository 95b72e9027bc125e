"""What the tables of an edition are: read from the contracts of the marts, so that a
table, a column, its type, its key and its text are written in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from labour_monitor import project
from labour_monitor.files import ContentError, read_bytes, read_yaml

CITIZEN_KEY = "citizen_key"
"""A table with this column has rows of citizens, and is in no edition (D1)."""
OF_PERSONS = frozenset({"dq_rejected_row"})
"""Tables without it whose rows are of persons all the same."""
DISCLOSURE = "fct_disclosure"
PUBLIC_DIMENSIONS = (
    *("dim_initiative", "dim_municipality", "dim_participation"),
    *("dim_month", "dim_status"),
)
REPORT = "rpt_"
"""How the names of the tables begin that are published with states."""
REPORT_KEYS = (
    *("publication_date", "report_month", "data_month"),
    *("area_type", "area_code", "area_name"),
)
"""The columns of a report table that are no measures."""
STATE = "_state"
STATES = ("shown", "hidden", "not_applicable")
_BLOCKS = "models/docs/columns.md"
_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_NAMED = re.compile(r"""{{ doc\('(\w+)'\) }}""")
_DIMENSIONS = {
    "dim_initiative": ("initiative",),
    "dim_month": ("initiative", "data_month"),
    "dim_municipality": ("municipality_code",),
}
"""What the columns of these names refer to, in any table."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its type is DuckDB's, its description is in English."""

    name: str
    data_type: str
    description: str
    is_required: bool = False
    values: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What its values are counted in; `none` for texts, names and flags."""
        match self.data_type:
            case "date" if self.name.endswith("_month"):
                return "month, by its first day"
            case "date":
                return "day"
            case "timestamp":
                return "moment, in UTC"
            case "boolean" | "varchar":
                return "none"
        if self.name.endswith("_pct") or self.name.startswith("pct_"):
            return "percent"
        if self.name.startswith("n_rows"):
            return "rows"
        is_count = self.name.startswith("n_")
        return _UNITS.get(self.name, "persons" if is_count else "none")


_UNITS = {
    "n_municipalities": "municipalities",
    "n_municipalities_met": "municipalities",
    "n_bytes": "bytes",
    "n_delivered": "rows",
    "n_accepted": "rows",
    "n_rejected": "rows",
    "n_duplicate": "rows",
    "n": "rows or persons, as the finding says",
    "value": "persons; 0 or 1 for is_participating",
    "previous_value": "persons; 0 or 1 for is_participating",
    "age": "years",
    "protects": "protected counts",
}


@dataclass(frozen=True)
class Table:
    """A table under contract: `keys` are the columns that tell its rows apart,
    none where several may be alike."""

    name: str
    description: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def is_report(self) -> bool:
        return self.name.startswith(REPORT)

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns of a report table that a state is decided for."""
        return tuple(name for name in self.names if name not in REPORT_KEYS)

    @property
    def references(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that it refers to, and by which columns."""
        return {
            dimension: keys
            for dimension, keys in _DIMENSIONS.items()
            if dimension != self.name and set(keys) <= set(self.names)
        }

    def with_states(self) -> Table:
        """The table as the public gets it: each measure followed by its state."""
        columns: list[Column] = []
        for column in self.columns:
            if column.name not in self.measures:
                columns.append(column)
                continue
            # What is withheld is null, whatever the contract of the house says.
            columns.append(
                Column(
                    column.name,
                    column.data_type,
                    column.description,
                    False,
                    column.values,
                )
            )
            columns.append(
                Column(
                    f"{column.name}{STATE}",
                    "varchar",
                    f"Whether {column.name} is shown, hidden (withheld so that nobody "
                    "can be recognised) or not_applicable (there is none).",
                    True,
                    STATES,
                )
            )
        return Table(self.name, self.description, self.keys, tuple(columns))


def marts() -> list[Table]:
    """Every table of the marts, by name.

    Raises:
        ContentError: a contract cannot be read.
    """
    root = project.root()
    files = sorted((root / "models/marts").rglob("*.yml"))
    blocks = _blocks()
    tables = [
        _table(path.relative_to(root), model, blocks)
        for path in files
        for model in read_yaml(path, str(path.relative_to(root))).get("models", ())
    ]
    return sorted(tables, key=lambda table: table.name)


def house(tables: list[Table]) -> list[Table]:
    """The tables of the house edition: all but those that have rows of persons."""
    return [
        table
        for table in tables
        if CITIZEN_KEY not in table.names and table.name not in OF_PERSONS
    ]


def public(tables: list[Table]) -> list[Table]:
    """The tables of the public edition, as they are there."""
    return [
        table.with_states() if table.is_report else table
        for table in tables
        if table.is_report or table.name in PUBLIC_DIMENSIONS
    ]


def _blocks() -> dict[str, str]:
    """What several tables say of a column, by the name that dbt knows it by."""
    text = read_bytes(project.root() / _BLOCKS, _BLOCKS).decode(errors="replace")
    return dict(_BLOCK.findall(text))


def _table(path: Path, model: dict[str, Any], blocks: dict[str, str]) -> Table:
    def text(description: str) -> str:
        """Of one line, with the words of the blocks that it names."""
        return " ".join(_NAMED.sub(lambda m: blocks[m[1]], description).split())

    try:
        grains = [
            tuple(
                name.strip('"') for name in test["unique_grain"]["arguments"]["columns"]
            )
            for test in model.get("data_tests", ())
            if "unique_grain" in test
        ]
        columns = tuple(
            Column(
                column["name"],
                column["data_type"],
                text(column["description"]),
                {"type": "not_null"} in column.get("constraints", ()),
                _values(column),
            )
            for column in model["columns"]
        )
        return Table(
            model["name"],
            text(model["description"]),
            grains[0] if grains else (),
            columns,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError(
            f"file {path}: expected a mart with name, description and columns with "
            " name, data_type and description; found "
            f"other content ({type(error).__name__}: {error}). What to do: correct it, "
            f"or put it back with `git checkout -- {path}`."
        ) from None


def _values(column: dict[str, Any]) -> tuple[str, ...]:
    """The values that a column may have, where its contract lists them."""
    for test in column.get("data_tests", ()):
        if isinstance(test, dict) and "accepted_values" in test:
            return tuple(test["accepted_values"]["arguments"]["values"])
    return ()
