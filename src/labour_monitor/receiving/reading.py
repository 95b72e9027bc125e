"""What the readers of all formats have in common: a file opened, and its rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from labour_monitor.landing.faults import Fault

Say = Callable[[str], None]
SECONDS_BETWEEN_MESSAGES = 5.0
CELLS_OF_A_BATCH = 25_000_000
"""Rows times columns held at a time, where the format lets us choose: bounds memory."""


@dataclass(frozen=True)
class Reading:
    """A file that was opened and found whole as far as its format tells.

    Attributes:
        names: the columns as delivered, in their order.
        types: what each of them is read as, before the contract is asked.
        n_rows: the number of rows, where the file tells before it is read.
        format: facts for the manifest and the user, such as the delimiter.
        batches: the rows of the columns at some positions, in the order given. Raises
            LandingError where the rows turn out to be broken.
        told: what more is known of a column than its type, by its name, for the case
            that it cannot be read.
    """

    names: list[str]
    types: list[pa.DataType]
    n_rows: int | None
    format: dict[str, str]
    batches: Callable[[list[int]], Iterator[pa.RecordBatch]]
    told: dict[str, str] = field(default_factory=dict)


Open = Callable[[Path, Fault, Say], Reading]
"""Opens a file; the fault that is given says where, and each that is raised says what.
Raises LandingError with all faults that were found."""


class Progress:
    """Says now and then how far a long work has come."""

    def __init__(self, say: Say, doing: str, unit: str, total: int | None) -> None:
        self._say, self._doing, self._unit, self._total = say, doing, unit, total
        self._done = 0
        self._said = time.monotonic()

    def add(self, done: int) -> None:
        self._done += done
        if time.monotonic() - self._said >= SECONDS_BETWEEN_MESSAGES:
            self._said = time.monotonic()
            of = f" of {self._total:,}" if self._total else ""
            self._say(f"{self._doing}: {self._done:,}{of} {self._unit}")
