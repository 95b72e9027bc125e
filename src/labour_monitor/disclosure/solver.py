"""The two linear programmes of disclosure control, on HiGHS: what the attacker can
conclude, and what it costs to keep it from him. Both count in differences from the true
numbers, so that no difference at all is a point of each."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from labour_monitor.disclosure.system import Row

FAR = 2_000.0
"""How far above the truth the attacker looks: what is nearer is proof enough."""
NEAR = 1e-7
STEPS = 10
"""How often the solver moves on, by column and row, before it gives up. It needs less
than one; the number is there so that it ends."""

PERTURBATION = "primal_simplex_bound_perturbation_multiplier"
"""By how much the solver moves bounds while it looks for a point, in its own measure.
To put them back takes longer than it saves."""


class _Silent(highspy.Highs):
    """Says nothing, not even who it is, which the solver prints once it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


class Programme:
    """Columns with bounds and rows, of which bounds and costs are changed between one
    solution and the next; each starts from the basis of the one before it."""

    def __init__(
        self,
        lower: np.ndarray,
        upper: np.ndarray,
        rows: Sequence[tuple[Sequence[int], Sequence[float]]],
        row_lower: np.ndarray,
        row_upper: np.ndarray,
    ) -> None:
        programme = highspy.HighsLp()
        programme.num_col_ = len(lower)
        programme.num_row_ = len(rows)
        programme.col_cost_ = np.zeros(len(lower))
        programme.col_lower_ = lower
        programme.col_upper_ = upper
        programme.row_lower_ = row_lower
        programme.row_upper_ = row_upper
        matrix = programme.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(row) for row, _ in rows)])
        matrix.index_ = np.array([i for row, _ in rows for i in row], np.int32)
        matrix.value_ = np.array([c for _, values in rows for c in values], float)
        self._n = len(lower)
        self._cost = np.zeros(self._n)
        self._highs = _Silent()
        for name, value in (
            ("threads", 1),
            ("solver", "simplex"),
            ("presolve", "off"),
            ("random_seed", 0),
            (PERTURBATION, 0.0),
            ("simplex_iteration_limit", STEPS * (len(lower) + len(rows))),
        ):
            self._highs.setOptionValue(name, value)
        self._highs.passModel(programme)

    def bound(self, columns: Sequence[int], lower: object, upper: object) -> None:
        if len(columns):
            at = np.array(columns, np.int32)
            shape = at.shape
            self._highs.changeColsBounds(
                len(at),
                at,
                np.ascontiguousarray(np.broadcast_to(lower, shape), float),
                np.ascontiguousarray(np.broadcast_to(upper, shape), float),
            )

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        self._highs.changeRowBounds(row, lower, upper)

    def cost(self, cost: np.ndarray) -> None:
        changed = np.flatnonzero(cost != self._cost).astype(np.int32)
        if len(changed):
            self._highs.changeColsCost(len(changed), changed, cost[changed])
            self._cost = cost.copy()

    def primal(self, yes: bool) -> None:
        """Which simplex: the primal where only costs have changed."""
        self._highs.setOptionValue("simplex_strategy", 4 if yes else 1)

    def minimise(self) -> np.ndarray | None:
        """The point with the least cost; None where there is none."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            # A basis of long ago can mislead, and bounds as they are can make it go in
            # circles: once more from nothing.
            self._highs.clearSolver()
            self._highs.setOptionValue(PERTURBATION, 1.0)
            self._highs.run()
            self._highs.setOptionValue(PERTURBATION, 0.0)
            status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._highs.getSolution().col_value)


class Attack:
    """What fits everything that is known, of some numbers."""

    def __init__(self, truth: np.ndarray, rows: list[Row]) -> None:
        self.truth = truth
        self.rows = rows
        self.n = len(truth)
        self._lower = -truth.astype(float)
        self._upper = np.full(self.n, FAR)
        slack = [np.inf if row.slack is None else row.slack for row in rows]
        self._programme = Programme(
            np.zeros(self.n),
            np.zeros(self.n),
            [(row.numbers, row.coefficients) for row in rows],
            np.array([0.0 if row.slack is None else -np.inf for row in rows]),
            np.array([0.0 if s == np.inf else s for s in slack]),
        )
        self._programme.primal(True)

    def set_known(self, columns: Sequence[int]) -> None:
        self._programme.bound(columns, 0.0, 0.0)

    def set_unknown(self, columns: Sequence[int]) -> None:
        at = list(columns)
        self._programme.bound(at, self._lower[at], self._upper[at])

    def set_fact(self, row: int, known: bool) -> None:
        slack = self.rows[row].slack
        assert slack is not None
        self._programme.bound_row(row, -np.inf, slack if known else np.inf)

    def reach(
        self, columns: Sequence[int], sign: float, at_most: np.ndarray | None = None
    ) -> np.ndarray:
        """A point in which the columns together are as great (sign 1) or as small as
        can be, none further above the truth than is asked for."""
        cost = np.zeros(self.n)
        cost[list(columns)] = -sign
        if at_most is not None:
            self._programme.bound(columns, self._lower[list(columns)], at_most)
        self._programme.cost(cost)
        point = self._programme.minimise()
        if at_most is not None:
            self.set_unknown(columns)
        return np.zeros(self.n) if point is None else point


class Repair:
    """The least that must be hidden besides, so that a number can be far from the
    truth. A candidate can be so at its cost, upwards in a column of its own and
    downwards in another; what a flag says can be wrong at its cost."""

    def __init__(
        self,
        truth: np.ndarray,
        rows: list[Row],
        cost: np.ndarray,
        candidates: list[int],
        fact_cost: dict[int, float],
    ) -> None:
        self._n = n = len(truth)
        self._truth = truth.astype(float)
        self._candidates = np.array(candidates, int)
        self._up = {column: n + i for i, column in enumerate(candidates)}
        self._down = len(candidates)
        after = n + 2 * len(candidates)
        self._wrong = {row: after + i for i, row in enumerate(fact_cost)}
        total = after + len(fact_cost)
        self._cost = np.zeros(total)
        self._cost[n : n + self._down] = cost[self._candidates]
        self._cost[n + self._down : after] = cost[self._candidates]
        self._fact_cost = fact_cost
        lower, upper = np.zeros(total), np.zeros(total)
        upper[n : n + self._down] = FAR
        upper[n + self._down : after] = self._truth[self._candidates]
        self._programme = Programme(
            lower,
            upper,
            [self._row(place, row) for place, row in enumerate(rows)],
            np.array([0.0 if row.slack is None else -np.inf for row in rows]),
            np.array([0.0 if row.slack is None else row.slack for row in rows]),
        )
        self._programme.primal(False)

    def _row(self, place: int, row: Row) -> tuple[list[int], list[float]]:
        columns, values = list(row.numbers), list(row.coefficients)
        for column, value in zip(row.numbers, row.coefficients, strict=True):
            if (up := self._up.get(column)) is not None:
                columns += [up, up + self._down]
                values += [value, -value]
        if place in self._wrong:
            columns.append(self._wrong[place])
            values.append(-100.0)
        return columns, values

    def set_unknown(self, columns: Sequence[int]) -> None:
        """Free, at no cost."""
        at = list(columns)
        ups = [self._up[column] for column in at if column in self._up]
        self._programme.bound([*ups, *(up + self._down for up in ups)], 0.0, 0.0)
        self._programme.bound(at, -self._truth[at], FAR)

    def set_fact(self, row: int, known: bool, can_hide: bool) -> None:
        """What nobody is told any more may be wrong at no cost."""
        loose = np.inf if not known else FAR if can_hide else 0.0
        self._programme.bound([self._wrong[row]], 0.0, loose)
        self._cost[self._wrong[row]] = self._fact_cost[row] if known else 0.0

    def at_most(self, column: int, value: float) -> np.ndarray | None:
        """The cheapest point in which a column is that small; None if there is none."""
        return self._solve(column, -self._truth[column], value)

    def at_least(self, column: int, value: float) -> np.ndarray | None:
        """The cheapest point in which it is that great."""
        return self._solve(column, value, FAR)

    def lowest(self, column: int) -> float:
        """As small as can be, whatever is hidden for it."""
        cost = np.zeros(len(self._cost))
        cost[column] = 1.0
        self._programme.cost(cost)
        point = self._programme.minimise()
        return 0.0 if point is None else float(point[column])

    def _solve(self, column: int, lower: float, upper: float) -> np.ndarray | None:
        self._programme.cost(self._cost)
        self._programme.bound([column], lower, upper)
        point = self._programme.minimise()
        self._programme.bound([column], -self._truth[column], FAR)
        return point

    def used(self, point: np.ndarray) -> tuple[list[int], list[int], float]:
        """What a point needs hidden: columns, rows of facts, and the cost of it."""
        ups = point[self._n : self._n + self._down]
        downs = point[self._n + self._down : self._n + 2 * self._down]
        facts = [
            row
            for row, wrong in self._wrong.items()
            if point[wrong] > NEAR and self._cost[wrong] > 0
        ]
        return (
            self._candidates[ups + downs > NEAR].tolist(),
            facts,
            float(self._cost @ point),
        )
