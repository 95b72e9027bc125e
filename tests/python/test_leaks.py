"""P3: whatever is delivered after the as-of date, no figure moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from labour_monitor.landing import contract

AS_OF = "2021-02-28"


def shuffle(folder: Path) -> None:
    """Every column in an order of its own: other rows, of other persons."""
    chance = np.random.default_rng(2021)
    for file in folder.glob("*.parquet"):
        table = pq.read_table(file)
        for place, name in enumerate(table.column_names):
            order = chance.permutation(table.num_rows)
            table = table.set_column(place, name, table.column(name).take(order))
        pq.write_table(table, file)


def empty(folder: Path) -> None:
    for file in folder.glob("*.parquet"):
        pq.write_table(pq.read_table(file).slice(0, 0), file)


def spoil(folder: Path) -> None:
    for file in folder.glob("*.parquet"):
        file.write_bytes(b"no Parquet file")


def later_deliveries(landing: Path) -> list[Path]:
    """The folders of the deliveries made after the as-of date."""
    return [
        folder
        for source in contract.sources()
        for folder in sorted((landing / source).iterdir())
        if folder.name.removeprefix("delivered=") > AS_OF
    ]


CHANGES = (shuffle, empty, shutil.rmtree, spoil)


def moves_nothing(workshop, february, change_of: Callable[[int], Callable]) -> None:
    """A run after the later deliveries were changed gives the figures of February.

    Args:
        change_of: the change of a later delivery, by its number.
    """
    later = later_deliveries(workshop.landing)
    assert {folder.parent.name for folder in later} == set(contract.sources())
    for number, folder in enumerate(later):
        change_of(number)(folder)
    workshop.run(AS_OF)
    figures = workshop.figures()
    assert [name for name in february if figures.get(name) != february[name]] == []
    assert set(figures) == set(february)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_delivered_after_the_as_of_date_moves_no_figure(
    workshop, february, change: Callable[[Path], None]
) -> None:
    workshop.forget()
    moves_nothing(workshop, february, lambda _: change)


def test_nor_does_it_in_the_database_where_the_figures_were_made_before(
    workshop, february
) -> None:
    """Each of the changes, by turns."""
    moves_nothing(workshop, february, lambda number: CHANGES[number % len(CHANGES)])


def test_what_is_delivered_until_then_does_move_figures(workshop, february) -> None:
    """The same change in time for the as-of date is seen: the comparison can fail."""
    benefits = workshop.landing / "ydelser"
    in_time = benefits / "delivered=2021-02-26"
    shutil.copytree(benefits / "delivered=2021-02-25", in_time)
    shuffle(in_time)
    workshop.run(AS_OF)
    figures = workshop.figures()
    assert figures["fct_citizen_month"] != february["fct_citizen_month"]
    assert figures["fct_area_month"] != february["fct_area_month"]
    # What was published before stays, and the cohort was drawn from older deliveries.
    for kept in ("fct_publication", "fct_cohort"):
        assert figures[kept] == february[kept]


def test_the_figures_that_are_compared_are_there(february) -> None:
    """All but what only a later publication can have, and what publishing fills."""
    n_rows = {name: table.count(b"\n") - 1 for name, table in february.items()}
    empty_tables = {name for name, n in n_rows.items() if n == 0}
    assert empty_tables == {"fct_revision", "fct_revision_cause", "fct_disclosure"}
