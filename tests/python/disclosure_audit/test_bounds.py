"""The bounds that the solver finds, beside those of every system of small whole numbers
that fits what is known (D2)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labour_monitor.disclosure_audit import bounds
from labour_monitor.disclosure_audit.bounds import Targets, propagated, widths
from labour_monitor.disclosure_audit.history import ABSENT
from labour_monitor.disclosure_audit.relations import Rows

MOST = 4
"""All numbers are counted from 0 to it."""
LIMIT = 3


def rows_of(rows: list[tuple[dict[int, float], float, float]]) -> Rows:
    widths = [len(entries) for entries, *_ in rows]
    return Rows(
        starts=np.array([0, *widths]).cumsum(),
        columns=np.array([c for entries, *_ in rows for c in entries], dtype=np.int64),
        coefficients=np.array(
            [a for entries, *_ in rows for a in entries.values()], dtype=float
        ),
        lower=np.array([lower for _, lower, _ in rows], dtype=float),
        upper=np.array([upper for *_, upper in rows], dtype=float),
    )


def judged(rows: Rows, truth: np.ndarray, targets: Targets) -> np.ndarray:
    base = np.zeros(len(truth)), np.full(len(truth), float(MOST))
    bounds = propagated(rows, truth, *base)
    return widths(rows, truth, base, bounds, targets, LIMIT) < LIMIT - 1e-6


def fitting(rows: Rows, size: int) -> np.ndarray:
    """All whole numbers that fit the rows."""
    points = np.array(list(product(range(MOST + 1), repeat=size)))
    matrix = np.zeros((rows.size, size))
    np.add.at(matrix, (rows.of_entry, rows.columns), rows.coefficients)
    sums = points @ matrix.T
    fits = (sums >= rows.lower - 1e-9) & (sums <= rows.upper + 1e-9)
    return points[fits.all(axis=1)]


def widths_of(points: np.ndarray, targets: Targets) -> np.ndarray:
    taken = np.where(targets.minus == ABSENT, 0, points[:, targets.minus])
    values = points[:, targets.plus] - taken
    return values.max(axis=0) - values.min(axis=0)


@st.composite
def tables(draw):
    """A table of two rows and three columns, of which some cells and some totals are
    known: its matrix is that of a network, so that the bounds are whole numbers."""
    cells = np.array(draw(st.lists(st.integers(0, 3), min_size=6, max_size=6)))
    sums = [{0, 1, 2}, {3, 4, 5}, {0, 3}, {1, 4}, {2, 5}, *({i} for i in range(6))]
    known = draw(st.lists(st.sampled_from(sums), max_size=8))
    rows = [
        ({i: 1.0 for i in sorted(cell)}, float(total), float(total))
        for cell in known
        for total in [cells[sorted(cell)].sum()]
    ]
    return rows_of(rows), cells


@given(tables())
@settings(deadline=None, derandomize=True, max_examples=60)
def test_the_bounds_of_a_table_are_those_of_whole_numbers(table) -> None:
    rows, cells = table
    targets = Targets(np.arange(6), np.full(6, ABSENT))
    by_hand = widths_of(fitting(rows, 6), targets) < LIMIT
    assert judged(rows, cells, targets).tolist() == by_hand.tolist()


@st.composite
def systems(draw):
    """Any rows that the truth fits."""
    truth = np.array(draw(st.lists(st.integers(0, 3), min_size=4, max_size=4)))
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        factors = draw(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
        entries = {i: float(factor) for i, factor in enumerate(factors) if factor}
        total = float(np.array(factors) @ truth)
        above = draw(st.sampled_from([0.0, 0.5, 2.0, np.inf]))
        below = draw(st.sampled_from([0.0, 0.5, 2.0, np.inf]))
        if entries:
            rows.append((entries, total - below, total + above))
    return rows_of(rows), truth


@given(systems())
@settings(deadline=None, derandomize=True, max_examples=60)
def test_the_solver_leaves_at_least_what_whole_numbers_leave(system) -> None:
    rows, truth = system
    pairs = np.array([(i, j) for i in range(4) for j in range(-1, 4) if i != j])
    targets = Targets(pairs[:, 0], np.where(pairs[:, 1] < 0, ABSENT, pairs[:, 1]))
    is_wide = widths_of(fitting(rows, 4), targets) >= LIMIT
    assert not (judged(rows, truth, targets) & is_wide).any()


@given(systems())
@settings(deadline=None, derandomize=True, max_examples=25)
def test_propagated_bounds_leave_out_nothing_that_fits(system) -> None:
    rows, truth = system
    base = np.zeros(4), np.full(4, float(MOST))
    lower, upper = propagated(rows, truth, *base)
    points = fitting(rows, 4)
    assert (points >= lower - 1e-6).all()
    assert (points <= upper + 1e-6).all()
    assert (lower <= truth).all()
    assert (truth <= upper).all()


def test_a_count_in_no_row_is_wide() -> None:
    targets = Targets(np.array([0]), np.array([ABSENT]))
    assert not judged(rows_of([]), np.array([2]), targets).any()


def test_what_is_not_proved_in_the_steps_that_there_are_is_narrow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The solver stops at some time, and what it has not looked at is no less a
    finding."""
    rows, truth = rows_of([({0: 1.0, 1: 1.0}, 4.0, 4.0)]), np.array([2, 2])
    targets = Targets(np.arange(2), np.full(2, ABSENT))
    assert not judged(rows, truth, targets).any()
    monkeypatch.setattr(bounds, "_MOST_STEPS", 0)
    assert judged(rows, truth, targets).all()
