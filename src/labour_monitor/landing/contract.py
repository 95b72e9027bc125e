"""The contract of the landing, read from the one place where it is written: the dbt
source `landing` in `models/staging/_landing__sources.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from labour_monitor import project

FILE = "models/staging/_landing__sources.yml"
FIRST_WEEK = date.fromisocalendar(2010, 31, 1)
_WEEK_COLUMN = re.compile(r"y_(\d\d)(\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column of a source.

    `data_type` is one of varchar, date, integer, decimal(18,2), boolean. `role` says
    what the rules of bad input need to know of it: pnr, start, end, municipality, year,
    month, value, report or weeks (which stands for all week columns of DREAM). `digits`
    is the form of a text that is so many digits; `bounds` are the first and the last
    number that a column of numbers may hold.
    """

    name: str
    data_type: str
    role: str | None
    nullable: bool
    codes: str | None
    known_codes: str | None = None
    digits: int | None = None
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True)
class Source:
    """A source: `kind` is snapshot or increment, `identity` is pnr, row or report, and
    `owner` is whom to ask about it."""

    name: str
    kind: str
    identity: str
    is_cohort_source: bool
    columns: tuple[Column, ...]
    owner: str

    @property
    def has_weeks(self) -> bool:
        return any(column.role == "weeks" for column in self.columns)

    @property
    def named_columns(self) -> tuple[Column, ...]:
        """The columns that a delivery has one of, by name."""
        return tuple(column for column in self.columns if column.role != "weeks")

    def named(self, role: str) -> list[str]:
        """The names of the columns of a role."""
        return [column.name for column in self.columns if column.role == role]

    @property
    def identity_columns(self) -> list[str]:
        """The columns whose values together are in one row of a delivery alone."""
        if self.identity == "row":
            return [column.name for column in self.columns]
        return self.named(self.identity)


def week_column(day: date) -> str:
    """DREAM's column of the ISO week that contains the day (T3), such as y_2031."""
    year, week, _ = day.isocalendar()
    return f"y_{year % 100:02d}{week:02d}"


def week_of_column(name: str) -> date | None:
    """The Monday of the week column; None for a name that is no ISO week.

    Two digits of a year from 91 on are of the last century, as in DREAM.
    """
    match = _WEEK_COLUMN.fullmatch(name)
    if match is None:
        return None
    year, week = int(match[1]), int(match[2])
    try:
        return date.fromisocalendar(year + (1900 if year >= 91 else 2000), week, 1)
    except ValueError:
        return None


def weeks(first: date, last: date) -> list[str]:
    """Week columns from the week of `first` to that of `last`, both included."""
    monday = first - timedelta(days=first.weekday())
    names = []
    while monday <= last:
        names.append(week_column(monday))
        monday += timedelta(weeks=1)
    return names


class ContractError(ValueError):
    """The contract says something of a column that nobody reads, or lacks what its
    role needs: it would be passed over in silence."""


_NEEDED = {"pnr": "form", "year": "bounds", "month": "bounds"}
"""What the rules of bad input need of a column, by its role."""


def _form(form: dict[str, Any]) -> int:
    """The number of digits, which is the only form there is."""
    (digits,) = form.values()
    if list(form) != ["digits"] or not isinstance(digits, int) or digits < 1:
        raise ValueError(form)
    return digits


def _bounds(bounds: list[Any]) -> tuple[int, int]:
    first, last = bounds
    if not (isinstance(first, int) and isinstance(last, int) and first <= last):
        raise ValueError(bounds)
    return first, last


def _column(source: str, column: dict[str, Any]) -> Column:
    meta = dict(column.get("config", {}).get("meta", {}))
    try:
        if (needed := _NEEDED.get(meta.get("role"))) and needed not in meta:
            raise ValueError(needed)
        read = Column(
            name=column["name"],
            data_type=column["data_type"],
            role=meta.pop("role", None),
            nullable=meta.pop("nullable", False),
            codes=meta.pop("codes", None),
            known_codes=meta.pop("known_codes", None),
            digits=_form(meta.pop("form")) if "form" in meta else None,
            bounds=_bounds(meta.pop("bounds")) if "bounds" in meta else None,
        )
        if meta:
            raise ValueError(meta)
    except (ValueError, AttributeError, TypeError):
        raise ContractError(
            f"source {source}, file {FILE}, column {column['name']}: expected role, "
            "nullable, codes, known_codes, form: {digits: number}, bounds: [first, "
            "last], a form of a person number, and bounds of a year and of a month; "
            f"found {column.get('config', {}).get('meta', {})}. What to do: correct "
            "the meta of the column."
        ) from None
    return read


@cache
def sources(path: Path | None = None) -> dict[str, Source]:
    """The sources by name, in the order of the contract.

    Raises:
        ContractError: a column has a meta that nobody reads, or lacks what its role
            needs.
    """
    path = path or project.root() / FILE
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        tables = document["sources"][0]["tables"]
    except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError):
        raise ContractError(
            f"file {FILE}: expected the tables of the source `landing`; found a file "
            "that cannot be read so. What to do: restore it, or correct its YAML."
        ) from None
    found: dict[str, Source] = {}
    for table in tables:
        meta = table.get("config", {}).get("meta", {})
        if "kind" not in meta:
            continue  # a relation of the run itself, not a delivered source
        found[table["name"]] = Source(
            name=table["name"],
            kind=meta["kind"],
            identity=meta["identity"],
            is_cohort_source=meta.get("is_cohort_source", False),
            columns=tuple(_column(table["name"], c) for c in table["columns"]),
            owner=meta["owner"],
        )
    return found
