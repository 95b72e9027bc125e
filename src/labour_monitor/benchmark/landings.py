"""The registers that are measured on: synthetic ones, the last wages a month's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from labour_monitor import building
from labour_monitor.benchmark.measuring import FailedError
from labour_monitor.files import folder_aside, put_in_place
from labour_monitor.landing import contract, identity
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.landing.paths import place, the_file
from labour_monitor.synthetic import generate
from labour_monitor.synthetic.writing import delivery_file

WAGES = "eindkomst"
_REPORTING_DAY = timedelta(days=28)
"""So long before the last delivery came the one before it, a month's wages earlier."""


def make(landing: Path, citizens: int, progress: Callable[[str], None]) -> None:
    """Registers of so many citizens, where there are none yet.

    Raises:
        FailedError: what lies there does not say that it is synthetic.
    """
    if not building.is_empty(landing):
        if not identity.is_synthetic(landing):
            raise FailedError(
                f"{landing}: expected registers of the generator, whose "
                f"{identity.FILE_NAME} says so; found none or another. What to do: "
                "remove the folder, and the registers are made anew"
            )
        return
    with folder_aside(landing) as aside:
        made = aside / landing.name
        generate(made, citizens=citizens, progress=progress)
        split_last_wages(made)
        put_in_place(made, landing)


def split_last_wages(landing: Path) -> None:
    """Let the last delivery of wages bring the newest month alone. As it is drawn, it
    brings half a year, and the months before come in a delivery of their own now."""
    *_, last = delivered_dates(landing, WAGES)
    drawn = delivery_file(landing, WAGES, last)
    earlier = delivery_file(landing, WAGES, last - _REPORTING_DAY)
    later = drawn.with_suffix(".later")
    earlier.parent.mkdir()
    month = "vmo_basis_aar * 12 + vmo_basis_maaned"
    newest = (
        f"(select max({month}) from {the_file(drawn)} where vmo_basis_maaned <= 12)"
    )
    for file, which in ((earlier, "<"), (later, ">=")):
        duckdb.execute(
            f"copy (from {the_file(drawn)} where {month} {which} {newest}) "
            f"to {place(file)} (format parquet, compression zstd)"
        )
    later.replace(drawn)


def dates(landing: Path) -> list[date]:
    """The days on which anything was delivered, the first one first."""
    found = {d for name in contract.sources() for d in delivered_dates(landing, name)}
    return sorted(found)


def share_of_new_wages(landing: Path) -> float:
    """How much of all wage reports the last delivery brought."""
    *before, last = (
        duckdb.execute(
            f"select count(*) from {the_file(delivery_file(landing, WAGES, day))}"
        ).fetchone()[0]
        for day in delivered_dates(landing, WAGES)
    )
    return last / (sum(before) + last)
