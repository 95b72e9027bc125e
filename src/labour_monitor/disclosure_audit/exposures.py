"""What the audit finds: a place of the public editions, and what is wrong there. It
never holds a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WORKED_OUT = "a small count can be worked out"
COMPLEMENT = "a small rest can be worked out"
SMALL_SHOWN = "a small count is shown"
MEAN = "the mean gives away a hidden share"
BESIDE_HIDDEN = "a value stands beside its state"
NOTHING_SHOWN = "there is no value beside the state shown"
UNKNOWN_STATE = "the state is none of the three"
NO_STATE = "the column of the state is missing"
NO_COLUMN = "the column is missing"
UNKNOWN_COLUMN = "the audit does not know this column"
UNKNOWN_TABLE = "the audit does not know this table"
NOT_IN_HOUSE = "the house edition has no such row"
OTHER_THAN_HOUSE = "the counts of the house edition say something else"
NO_SUM = "the counts of the house edition do not add up"
GREW = "the group of a locked cohort is greater than a month before"


@dataclass(frozen=True, order=True)
class Exposure:
    """A finding of the audit."""

    initiative: str
    table: str
    area: str = ""
    month: date | None = None
    measure: str = ""
    publication_date: date | None = None
    problem: str = WORKED_OUT

    def __str__(self) -> str:
        month = f"{self.month:%Y-%m}" if self.month else ""
        published = f"published {self.publication_date}" if self.month else ""
        place = (self.initiative, self.table, self.area, month, self.measure, published)
        return f"{', '.join(part for part in place if part)}: {self.problem}"
