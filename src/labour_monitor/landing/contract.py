"""The contract of the landing, read from the one place where it is written: the dbt
source `landing` in `models/staging/_landing__sources.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from labour_monitor import project
from labour_monitor.files import ContentError, read_yaml

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
    number that a column of numbers may hold; `plausible` are the first and the last day
    that a date may well be, the last one as a number of years after the delivery where
    it depends on that; `names` is a list of names, one of which a text may be.
    """

    name: str
    data_type: str
    role: str | None
    nullable: bool
    codes: str | None
    known_codes: str | None = None
    digits: int | None = None
    bounds: tuple[int, int] | None = None
    plausible: tuple[date, date | int] | None = None
    names: str | None = None


@dataclass(frozen=True)
class Source:
    """A source: `kind` is snapshot or increment, `identity` is pnr, row or report, and
    `owner` is whom to ask about it. After `late_after_days` days without a delivery its
    next one is late; None where nothing is said of that. Of one that `is_narrowed`
    DuckDB reads a copy of the rows that can matter (`landing.narrowing`). Of one that
    `has_suspects_view` staging looks, after the check before a build, at the rows alone
    that were not found in order (`landing.checked`)."""

    name: str
    kind: str
    identity: str
    is_cohort_source: bool
    columns: tuple[Column, ...]
    owner: str
    is_narrowed: bool = False
    has_suspects_view: bool = False
    late_after_days: int | None = None

    @property
    def has_weeks(self) -> bool:
        return any(column.role == "weeks" for column in self.columns)

    @property
    def relations(self) -> list[str]:
        """The names of its views in the schema `landing`."""
        names = [self.name]
        if self.has_weeks:
            names += [f"{self.name}_weeks", f"{self.name}_reference_weeks"]
        names += [self.narrowed] * self.is_narrowed
        return names + [self.suspects] * self.has_suspects_view

    @property
    def narrowed(self) -> str:
        """The name of the view of the rows that can matter, where there is one."""
        return (
            f"{self.name}_weeks_narrowed" if self.has_weeks else f"{self.name}_narrowed"
        )

    @property
    def suspects(self) -> str:
        """The name of the view of the rows that may be set aside, where there is
        one."""
        return f"{self.name}_suspects"

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


class ContractError(ContentError):
    """The contract says something of a column that nobody reads, or lacks what its
    role needs: it would be passed over in silence."""


_NEEDED = {"pnr": "form", "year": "bounds", "month": "bounds", "date": "plausible"}
"""What must be known of a column, by its role or type."""


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


def _plausible(days: list[Any]) -> tuple[date, date | int]:
    first = date.fromisoformat(days[0])
    last = days[1] if isinstance(days[1], int) else date.fromisoformat(days[1])
    if len(days) != 2 or (last < first if isinstance(last, date) else last < 0):
        raise ValueError(days)
    return first, last


def _column(source: str, column: dict[str, Any]) -> Column:
    meta = dict(column.get("config", {}).get("meta", {}))
    try:
        needed = _NEEDED.get(meta.get("role")) or _NEEDED.get(column["data_type"])
        if needed and needed not in meta:
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
            plausible=_plausible(meta.pop("plausible"))
            if "plausible" in meta
            else None,
            names=meta.pop("names", None),
        )
        if meta:
            raise ValueError(meta)
    except (ValueError, AttributeError, TypeError, LookupError):
        raise ContractError(
            f"source {source}, file {FILE}, column {column['name']}: expected role, "
            "nullable, codes, known_codes, form: {digits: number}, bounds: [first, "
            "last], plausible: [first day, last day or years after the delivery], "
            "names, a form of a person number, bounds of a year and of a month, and "
            "plausible days of a date; "
            f"found {column.get('config', {}).get('meta', {})}. What to do: correct "
            "the meta of the column."
        ) from None
    return read


_DATA_TYPES = {"varchar", "date", "integer", "decimal(18,2)", "boolean"}
_WORDS = {"kind": {"snapshot", "increment"}, "identity": {"pnr", "row", "report"}}


def _source(table: dict[str, Any], meta: dict[str, Any]) -> Source:
    for name, words in _WORDS.items():
        if meta.get(name) not in words:
            raise _content_error(
                f"source {table['name']}",
                f"{name} as {' or '.join(sorted(words))}",
                f"'{meta.get(name)}'",
            )
    for column in table["columns"]:
        if (found := column.get("data_type")) not in _DATA_TYPES:
            raise _content_error(
                f"source {table['name']}, column {column['name']}",
                f"data_type as one of {', '.join(sorted(_DATA_TYPES))}",
                f"'{found}'",
            )
    source = Source(
        name=table["name"],
        kind=meta["kind"],
        identity=meta["identity"],
        is_cohort_source=meta.get("is_cohort_source", False),
        is_narrowed=meta.get("is_narrowed", False),
        has_suspects_view=meta.get("has_suspects_view", False),
        columns=tuple(_column(table["name"], c) for c in table["columns"]),
        owner=meta["owner"],
        late_after_days=_late_after_days(table),
    )
    for role in {"pnr", source.identity} - {"row"}:
        if (n_columns := len(source.named(role))) != 1:
            raise _content_error(
                f"source {source.name}",
                f"one column with the role {role}",
                f"{n_columns}",
            )
    return source


def _late_after_days(table: dict[str, Any]) -> int | None:
    """The period after which `dbt source freshness` warns, in days."""
    freshness = table["config"].get("freshness")
    if freshness is None:
        return None
    match freshness:
        case {"warn_after": {"count": int(days), "period": "day"}}:
            return days
    raise _content_error(
        f"source {table['name']}",
        "freshness with warn_after: {count: number, period: day}",
        f"{freshness}",
    )


def _content_error(where: str, expected: str, found: str) -> ContractError:
    return ContractError(
        f"file {FILE}{', ' if where else ''}{where}: expected {expected}; found "
        f"{found}. What to do: correct it, or put it back with `git checkout -- "
        f"{FILE}`."
    )


@cache
def sources(path: Path | None = None) -> dict[str, Source]:
    """The sources by name, in the order of the contract.

    Raises:
        ContentError: the file cannot be read.
        ContractError: a column has a meta that nobody reads, or lacks what its role
            needs; or the file has other content than sources.
    """
    document = read_yaml(path or project.root() / FILE, FILE)
    found: dict[str, Source] = {}
    try:
        for table in document["sources"][0]["tables"]:
            meta = table.get("config", {}).get("meta", {})
            if meta:  # without one, a relation of the run itself: not delivered
                found[table["name"]] = _source(table, meta)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise _content_error(
            "",
            "sources with tables, of each its name, kind, owner, identity and columns",
            f"other content ({type(error).__name__}: {error})",
        ) from None
    return found
