"""A structural fault: what is wrong with a delivery, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labour_monitor.landing import contract
from labour_monitor.landing.paths import shown

_OF_A_ROW = re.compile(r'value ".*?"(?= is )|\d{6}[ -]?\d{4}', re.DOTALL)
"""How DuckDB quotes a text that is no UTF-8; and what may be a person number."""
_OF_A_FILE = ("Parquet", ".parquet", "encoding", "decompress", "don't know what type")
"""What DuckDB says of a file that it cannot read, by any of these."""


def without_values(said: str) -> str:
    """What an engine says, without what may be a value of somebody's row (D1)."""
    return _OF_A_ROW.sub("a value that is not told", said)


def retold(error: Exception) -> str | None:
    """What is told in the place of an error of DuckDB that may hold a value of a row,
    or is of a file that cannot be read, of which it may not say which one; None of any
    other error."""
    said = without_values(str(error))
    if any(sign in said for sign in _OF_A_FILE):
        return (
            f"{said}\nWhat to do: `labour-monitor check` says which file of which "
            "delivery cannot be read; have it delivered again under a new date"
        )
    return said if said != str(error) else None


@dataclass(frozen=True)
class Fault:
    """Why a run cannot start. Never holds a value of a row: a row is a person.

    `asks` is false where the command or the machine is at fault and not the delivery:
    then there is nothing to ask the owner of the source.
    """

    expected: str
    found: str
    advice: str
    source: str | None = None
    delivered: date | None = None
    file: str | None = None
    column: str | None = None
    line: str | None = None
    asks: bool = True

    @property
    def owner(self) -> str | None:
        """Whom to ask about the delivery; None where it is about none."""
        source = contract.sources().get(self.source) if self.source else None
        return source.owner if source and self.asks else None

    def __str__(self) -> str:
        where = [
            f"{label} {value}".strip()
            for label, value in (
                ("source", self.source),
                ("delivery", self.delivered),
                ("file", self.file),
                ("column", self.column),
                ("line", self.line),
            )
            if value is not None
        ]
        return shown(
            f"{', '.join(where) or 'the run'}: expected {self.expected}; "
            f"found {self.found}. What to do: {self.advice}."
            + (f" Ask: {self.owner}." if self.owner else "")
        )


class LandingError(Exception):
    """The run cannot start, or go on; holds every fault that was found."""

    def __init__(self, faults: Sequence[Fault], *said: str) -> None:
        self.faults = tuple(faults)
        super().__init__(report(self.faults, *said))


def some(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    listed = ", ".join(names[:5])
    return listed if len(names) <= 5 else f"{listed} and {len(names) - 5} more"


def report(
    faults: Sequence[Fault],
    stopped: str = "The run cannot start",
    unchanged: str = "Nothing was built or changed",
) -> str:
    """All faults as one message, a line each."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    lines = [f"{stopped}: {count}. {unchanged}."]
    lines += [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
    return "\n".join(lines)
