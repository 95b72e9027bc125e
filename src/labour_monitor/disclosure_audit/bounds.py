"""Between which values a count must lie, given all that is known: by propagation of
bounds where that is enough, and by a solver where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from .history import ABSENT
from .relations import Rows

TOLERANCE = 1e-6
_MOST_ROUNDS = 60
_FIXED = 1e-7
_NO_END = (
    highspy.HighsModelStatus.kUnbounded,
    # There are values that fit: the true ones.
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
_ENDS = (highspy.HighsModelStatus.kOptimal, *_NO_END)
_STEP = 1e-4
"""Bounds that come nearer by less are left to the solver."""
_MOST_STEPS = 150_000
"""How often the solver moves on in a part of the system, for all its counts together.
The largest that was seen, of 77,000 variables, needed an eighth. What is not proved by
then is a finding; the number is there so that it ends."""


@dataclass(frozen=True)
class Targets:
    """Counts to be judged: each a variable, or one less another one.

    Attributes:
        plus: the variable.
        minus: what is taken from it; `ABSENT` where nothing is.
    """

    plus: np.ndarray
    minus: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        taken = np.where(self.minus == ABSENT, 0.0, values[self.minus])
        return values[self.plus] - taken

    def chosen(self, which: np.ndarray) -> Targets:
        return Targets(self.plus[which], self.minus[which])


def propagated(
    rows: Rows,
    truth: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    has_moved: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of all variables that follow from the rows one at a time, until no more
    do. They are never wrong; the solver may find narrower ones. Where it is said which
    bounds have moved, the others followed from the rows before."""
    lower, upper = lower.copy(), upper.copy()
    if has_moved is None:
        has_moved = np.ones(len(truth), dtype=bool)
    rows = _substituted(rows, truth, (upper > lower) | has_moved)
    for _ in range(_MOST_ROUNDS):
        touched = np.bincount(rows.of_entry, has_moved[rows.columns], rows.size)
        if not touched.any():
            break
        new_lower, new_upper = _narrowed(
            rows.chosen(np.flatnonzero(touched)), lower, upper
        )
        new_lower = np.minimum(new_lower, truth)
        new_upper = np.maximum(new_upper, truth)
        is_fixed = (upper > lower) & (new_upper - new_lower < _FIXED)
        new_lower[is_fixed] = new_upper[is_fixed] = truth[is_fixed]
        has_moved = is_fixed | (new_upper < upper - _STEP) | (new_lower > lower + _STEP)
        lower, upper = new_lower, new_upper
    return lower, upper


def _narrowed(
    rows: Rows, lower: np.ndarray, upper: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds after each row has been looked at once."""
    row, column, factor = rows.of_entry, rows.columns, rows.coefficients
    is_up = factor > 0
    low, high = lower[column] * factor, upper[column] * factor
    least, most = np.where(is_up, low, high), np.where(is_up, high, low)
    at_most = (rows.upper[row] - _without_own(row, least, rows.size)) / factor
    at_least = (rows.lower[row] + _without_own(row, -most, rows.size)) / factor
    lower, upper = lower.copy(), upper.copy()
    np.minimum.at(upper, column, np.where(is_up, at_most, at_least))
    np.maximum.at(lower, column, np.where(is_up, at_least, at_most))
    return lower, upper


def _without_own(row: np.ndarray, least: np.ndarray, size: int) -> np.ndarray:
    """Of each entry the sum of the others in its row; -inf may stand among them."""
    is_open = np.isinf(least)
    n_open = np.bincount(row, is_open, size)[row]
    total = np.bincount(row, np.where(is_open, 0.0, least), size)[row]
    own = np.where(is_open, 0.0, least)
    return np.where(n_open - is_open > 0, -np.inf, total - own)


def widths(
    rows: Rows,
    truth: np.ndarray,
    base: tuple[np.ndarray, np.ndarray],
    bounds: tuple[np.ndarray, np.ndarray],
    targets: Targets,
    limit: int,
) -> np.ndarray:
    """How far apart the least and the greatest value are that the rows leave to each
    target (D2).

    Args:
        rows: what is known.
        truth: the true value of each variable.
        base: bounds that are no rows.
        bounds: what `propagated` makes of rows and base.
        targets: the counts to be judged.
        limit: how far is far enough.

    Returns:
        Of each target how far, or infinity where it is at least the limit. It is less
        than it is where the solver fails.
    """
    lower, upper = bounds
    is_known = (upper == lower)[targets.plus] & (
        (targets.minus == ABSENT) | (upper == lower)[targets.minus]
    )
    found = np.where(is_known, 0.0, np.inf)
    for component in _components(rows, truth, base, bounds, targets, ~is_known):
        found[component.which] = _Search(component, limit).run()
    return found


@dataclass
class _Component:
    """A part of the system that nothing links to the rest.

    Attributes:
        which: numbers of its targets.
        targets: the same, in its own variables.
        rows: its rows, in its own variables.
        truth, lower, upper: of its variables.
    """

    which: np.ndarray
    targets: Targets
    rows: Rows
    truth: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def _components(
    rows: Rows,
    truth: np.ndarray,
    base: tuple[np.ndarray, np.ndarray],
    bounds: tuple[np.ndarray, np.ndarray],
    targets: Targets,
    is_open: np.ndarray,
) -> Iterator[_Component]:
    """The parts with open targets, after what is known has its value."""
    is_free = bounds[1] > bounds[0]
    lower = np.where(is_free, base[0], truth)
    upper = np.where(is_free, base[1], truth)
    rows = _substituted(rows, truth, is_free)
    rows, lower, upper = _without_bounds(rows, truth, lower, upper)
    which = np.flatnonzero(is_open)
    pairs = targets.chosen(which)
    label = _labels(rows, pairs, len(truth))
    of_target = label[np.where(is_free[pairs.plus], pairs.plus, pairs.minus)]
    row_label = label[rows.columns[rows.starts[:-1]]]
    wanted = np.unique(of_target)
    row_order = np.argsort(row_label, kind="stable")
    row_sorted = row_label[row_order]
    target_order = np.argsort(of_target, kind="stable")
    target_sorted = of_target[target_order]
    own = np.full(len(truth), ABSENT)
    for name in wanted:
        mine = _slice(row_order, row_sorted, name)
        chosen = rows.chosen(np.sort(mine))
        of_targets = which[_slice(target_order, target_sorted, name)]
        part = targets.chosen(of_targets)
        variables = np.unique(
            np.concatenate(
                [chosen.columns, part.plus, part.minus[part.minus != ABSENT]]
            )
        )
        own[variables] = np.arange(len(variables))
        yield _Component(
            which=of_targets,
            targets=Targets(
                own[part.plus],
                np.where(part.minus == ABSENT, ABSENT, own[part.minus]),
            ),
            rows=Rows(
                chosen.starts,
                own[chosen.columns],
                chosen.coefficients,
                chosen.lower,
                chosen.upper,
            ),
            truth=truth[variables].astype(float),
            lower=lower[variables],
            upper=upper[variables],
        )


def _slice(order: np.ndarray, ordered: np.ndarray, name: int) -> np.ndarray:
    first, last = np.searchsorted(ordered, [name, name + 1])
    return order[first:last]


def _substituted(rows: Rows, truth: np.ndarray, is_free: np.ndarray) -> Rows:
    """The rows with what is known on the other side; those of nothing else are gone."""
    row = rows.of_entry
    stays = is_free[rows.columns]
    known = np.where(stays, 0.0, truth[rows.columns] * rows.coefficients)
    moved = np.bincount(row, known, rows.size)
    widths = np.bincount(row[stays], minlength=rows.size)
    has_some = widths > 0
    return Rows(
        starts=np.concatenate([[0], widths[has_some]]).cumsum(),
        columns=rows.columns[stays],
        coefficients=rows.coefficients[stays],
        lower=(rows.lower - moved)[has_some],
        upper=(rows.upper - moved)[has_some],
    )


def _without_bounds(
    rows: Rows, truth: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[Rows, np.ndarray, np.ndarray]:
    """Rows of one variable become bounds of it."""
    lower, upper = lower.copy(), upper.copy()
    is_one = np.diff(rows.starts) == 1
    entry = rows.starts[:-1][is_one]
    column, factor = rows.columns[entry], rows.coefficients[entry]
    one, two = rows.lower[is_one] / factor, rows.upper[is_one] / factor
    np.maximum.at(lower, column, np.minimum(one, two))
    np.minimum.at(upper, column, np.maximum(one, two))
    lower, upper = np.minimum(lower, truth), np.maximum(upper, truth)
    return rows.chosen(np.flatnonzero(~is_one)), lower, upper


def _labels(rows: Rows, pairs: Targets, size: int) -> np.ndarray:
    """Of each variable the smallest number of one that rows or targets link it to."""
    label = np.arange(size)
    is_pair = pairs.minus != ABSENT
    firsts = np.repeat(rows.columns[rows.starts[:-1]], np.diff(rows.starts))
    heads = np.concatenate([firsts, pairs.plus[is_pair]])
    tails = np.concatenate([rows.columns, pairs.minus[is_pair]])
    while True:
        least = np.minimum(label[heads], label[tails])
        new = label.copy()
        np.minimum.at(new, label[heads], least)
        np.minimum.at(new, label[tails], least)
        np.minimum.at(new, heads, least)
        np.minimum.at(new, tails, least)
        new = new[new]
        if (new == label).all():
            return label
        label = new


class _Search:
    """Values of all variables of a component that fit what is known: each of them says
    of every target how low or how high it can be. Those for which that is not enough
    have the solver to themselves."""

    def __init__(self, component: _Component, limit: int) -> None:
        self.component = component
        self.limit = limit
        self.targets = component.targets
        self.low = self.targets.of(component.truth)
        self.high = self.low.copy()
        self.n_targets = len(self.low)
        self.n_variables = len(component.truth)
        self.steps_left = _MOST_STEPS
        self.solver = _solver(component)
        self.reach = np.arange(self.n_targets) + self.n_variables

    def run(self) -> np.ndarray:
        """Of each target how far apart its values are; infinity for far enough."""
        is_open = self._open()
        while is_open.any():
            before = int(is_open.sum())
            self._lower(np.flatnonzero(is_open))
            self._raise(np.flatnonzero(self._open()))
            is_open = self._open()
            if is_open.sum() > 0.8 * before:
                break
        for target in np.flatnonzero(is_open):
            for move in (self._raise, self._lower):
                if self._open()[target]:
                    move(np.array([target]))
        return np.where(self._open(), self.high - self.low, np.inf)

    def _open(self) -> np.ndarray:
        return self.high - self.low < self.limit - TOLERANCE

    def _lower(self, which: np.ndarray) -> None:
        """Make the sum of some targets as small as it can be."""
        cost = np.zeros(self.n_variables + self.n_targets)
        np.add.at(cost, self.targets.plus[which], 1.0)
        taken = self.targets.minus[which]
        np.add.at(cost, taken[taken != ABSENT], -1.0)
        has_no_end = self._solve(cost) in _NO_END
        if has_no_end and len(which) == 1:
            self.low[which] = -np.inf

    def _raise(self, which: np.ndarray) -> None:
        """Make as many targets as can be as high as is wanted of them."""
        if not len(which):
            return
        cost = np.zeros(self.n_variables + self.n_targets)
        cost[self.reach[which]] = -1.0
        self.solver.changeColsBounds(
            len(which),
            self.reach[which].astype(np.int32),
            np.full(len(which), -highspy.kHighsInf),
            self.low[which] + self.limit,
        )
        self._solve(cost)

    def _solve(self, cost: np.ndarray) -> highspy.HighsModelStatus:
        """The values that cost least; nothing is learnt where the solver fails."""
        size = len(cost)
        self.solver.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        status = self._run()
        if status not in _ENDS:
            self.solver.clearSolver()
            status = self._run()
        if status == highspy.HighsModelStatus.kOptimal:
            values = np.array(self.solver.getSolution().col_value)
            found = self.targets.of(values[: self.n_variables])
            self.low = np.minimum(self.low, found)
            self.high = np.maximum(self.high, found)
        return status

    def _run(self) -> highspy.HighsModelStatus:
        """With the steps that are left."""
        if self.steps_left <= 0:
            return highspy.HighsModelStatus.kIterationLimit
        self.solver.setOptionValue("simplex_iteration_limit", self.steps_left)
        self.solver.run()
        self.steps_left -= self.solver.getInfo().simplex_iteration_count
        return self.solver.getModelStatus()


class _SilentSolver(highspy.Highs):
    """HiGHS that prints nothing; it would print its name while it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def _solver(component: _Component) -> highspy.Highs:
    """The rows of a component, and for each target a variable that is not above it."""
    rows, targets = component.rows, component.targets
    n_targets, n_variables = len(targets.plus), len(component.truth)
    links = [
        ([n_variables + i, plus], [1.0, -1.0])
        if minus == ABSENT
        else ([n_variables + i, plus, minus], [1.0, -1.0, 1.0])
        for i, (plus, minus) in enumerate(
            zip(targets.plus.tolist(), targets.minus.tolist(), strict=True)
        )
    ]
    widths = [len(columns) for columns, _ in links]
    model = highspy.HighsLp()
    model.num_col_ = n_variables + n_targets
    model.num_row_ = rows.size + n_targets
    model.col_cost_ = np.zeros(model.num_col_)
    infinite = np.full(n_targets, highspy.kHighsInf)
    model.col_lower_ = np.concatenate([component.lower, -infinite])
    model.col_upper_ = np.concatenate([component.upper, infinite])
    model.row_lower_ = np.concatenate([rows.lower, -infinite])
    model.row_upper_ = np.concatenate([rows.upper, np.zeros(n_targets)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate(
        [rows.starts, rows.starts[-1] + np.cumsum(widths)]
    ).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate(
        [rows.columns, *(columns for columns, _ in links)]
    ).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate(
        [rows.coefficients, *(factors for _, factors in links)]
    )
    solver = _SilentSolver()
    solver.setOptionValue("threads", 1)
    # The primal simplex: from one count to the next only costs and bounds that are far
    # away change.
    solver.setOptionValue("simplex_strategy", 4)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-8)
    solver.passModel(model)
    return solver
