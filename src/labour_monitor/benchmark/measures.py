"""What is measured, in the order of the table, and what each must cost at most."""

from __future__ import annotations

from dataclasses import dataclass

from labour_monitor.synthetic import NATION

FIRST_RUN = "`dbt seed` and `dbt run`, no database before"
SAME_RUN = "`dbt run` again, nothing new"
DBT_BUILD = "`dbt build` without unit tests, no database before"
BUILD = "`labour-monitor build`, the month before, no database before"
NEXT_MONTH = "`labour-monitor build`, next month: a new delivery of each register"
LAND = "`labour-monitor land` of wide DREAM from CSV"
BASELINE = "the area figures by hand"

MEASURES = (FIRST_RUN, SAME_RUN, DBT_BUILD, BUILD, NEXT_MONTH, LAND, BASELINE)


@dataclass(frozen=True)
class Target:
    """The most that a measure may cost on two cores."""

    seconds: float | None = None
    memory_gb: float | None = None


DEFAULT = 20_000
"""Citizens of a benchmark that ends within five minutes on two cores."""
TENTH = NATION // 10
TARGETS = {
    (TENTH, FIRST_RUN): Target(16),
    (NATION, FIRST_RUN): Target(60, 6),
    (NATION, SAME_RUN): Target(30),
    (NATION, DBT_BUILD): Target(85, 6),
    (NATION, BUILD): Target(100),
    (NATION, NEXT_MONTH): Target(45),
    (2 * NATION, FIRST_RUN): Target(memory_gb=8),
}
MEDIAN_OF = 3
"""Runs up to a tenth of the nation; of more citizens one run is measured."""


def runs_of(citizens: int) -> int:
    return MEDIAN_OF if citizens <= TENTH else 1
