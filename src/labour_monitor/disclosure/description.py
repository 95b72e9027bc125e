"""What the public tables say of whom, as `tables.yml` describes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from labour_monitor.files import ContentError, read_yaml

FILE = Path(__file__).with_name("tables.yml")
NAME = f"src/labour_monitor/disclosure/{FILE.name}"

KEYS = frozenset(
    {
        "publication_date",
        "report_month",
        "data_month",
        "area_type",
        "area_code",
        "area_name",
    }
)
"""The columns of a report table that are no measures."""


class Kind(Enum):
    """What a measure column is; the value is its word in the description."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean_of"
    REACHED = "reached"
    FIRST_MONTH = "first_month"
    N_REACHED = "n_reached"
    NO_PEOPLE = "no_people"


@dataclass(frozen=True)
class Measure:
    """A measure column of a report table."""

    name: str
    kind: Kind
    count: str | None
    """The count, the numerator, or the column of dim_publication with the
    requirement."""
    of: str | None
    """The denominator."""
    months_back: int


@dataclass(frozen=True)
class Description:
    """The report tables, and how their counts hang together."""

    tables: dict[str, dict[str, tuple[Measure, ...]]]
    """Of each initiative: the measures of each table, in the order of the file."""
    sums: dict[str, list[str]]
    flow: dict[str, str]
    locked: tuple[str, ...]
    """Initiatives whose groups only become smaller."""
    rank: dict[str, int]
    kept_pooled: tuple[str, ...]

    def rank_of(self, count: str) -> int:
        """How much readers miss a count: 0 is least."""
        named = self.rank.get(count, self.rank.get(count.partition(":")[0]))
        return self.rank["category"] if named is None else named


@cache
def read_description(path: Path = FILE) -> Description:
    """The description of the public tables.

    Raises:
        ContentError: the file has other content than it must have.
    """
    document = read_yaml(path, NAME)
    try:
        tables = {
            initiative: {
                table: tuple(
                    _measure(name, words, table) for name, words in columns.items()
                )
                for table, columns in tables.items()
            }
            for initiative, tables in document["initiatives"].items()
        }
        return Description(
            tables,
            document["sums"],
            document["flow"],
            tuple(document["locked"]),
            document["rank"],
            tuple(document["kept_pooled"]),
        )
    except (KeyError, TypeError, AttributeError):
        raise ContentError(
            f"file {NAME}: expected initiatives with their tables and measures, sums, "
            "flow, locked, rank and kept_pooled; found other content. What to do: "
            "correct it."
        ) from None


def _measure(name: str, words: dict[str, Any], table: str) -> Measure:
    kinds = [kind for kind in Kind if kind.value in words]
    if len(kinds) != 1:
        raise ContentError(
            f"file {NAME}: table {table}, measure {name}: expected one of "
            f"{', '.join(kind.value for kind in Kind)}; found {sorted(words)}. "
            "What to do: say what the column is."
        )
    kind = kinds[0]
    count = None if kind is Kind.NO_PEOPLE else words[kind.value]
    needs_denominator = kind in (Kind.SHARE, Kind.MEAN)
    of = words["of"] if needs_denominator else None
    return Measure(name, kind, count, of, words.get("months_back", 0))
