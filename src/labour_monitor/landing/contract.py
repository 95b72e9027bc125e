"""The contract of the landing, read from the one place where it is written: the dbt
source `landing` in `models/staging/_landing__sources.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from labour_monitor import project

FIRST_WEEK = date.fromisocalendar(2010, 31, 1)
_WEEK_COLUMN = re.compile(r"y_(\d\d)(\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column of a source.

    `data_type` is one of varchar, date, integer, decimal(18,2), boolean. `role` says
    what the rules of bad input need to know of it: pnr, start, end, municipality, year,
    month, value, report or weeks (which stands for all week columns of DREAM).
    """

    name: str
    data_type: str
    role: str | None
    nullable: bool
    codes: str | None
    known_codes: str | None = None


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


@cache
def sources(path: Path | None = None) -> dict[str, Source]:
    """The sources by name, in the order of the contract."""
    path = path or project.root() / "models/staging/_landing__sources.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    found: dict[str, Source] = {}
    for table in document["sources"][0]["tables"]:
        meta = table.get("config", {}).get("meta", {})
        if "kind" not in meta:
            continue  # a relation of the run itself, not a delivered source
        columns = []
        for column in table["columns"]:
            column_meta = column.get("config", {}).get("meta", {})
            columns.append(
                Column(
                    name=column["name"],
                    data_type=column["data_type"],
                    role=column_meta.get("role"),
                    nullable=column_meta.get("nullable", False),
                    codes=column_meta.get("codes"),
                    known_codes=column_meta.get("known_codes"),
                )
            )
        found[table["name"]] = Source(
            name=table["name"],
            kind=meta["kind"],
            identity=meta["identity"],
            is_cohort_source=meta.get("is_cohort_source", False),
            columns=tuple(columns),
            owner=meta["owner"],
        )
    return found
