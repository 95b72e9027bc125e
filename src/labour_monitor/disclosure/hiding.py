"""Small counts first, then as few others as protect them: proved by points that the
attacker cannot tell from the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.knowledge import Fact, Knowledge, is_pooled
from labour_monitor.disclosure.solver import NEAR, Attack, Repair
from labour_monitor.disclosure.system import Row, System

LEVEL = 3.0
"""How much dearer each rank is than the one before it."""
POOLED = 200.0
KEPT = 50.0
ROUNDS = 3
"""How often more is hidden for the same number. Once is enough, but for the solver's
tolerance: the points that show what to hide prove that it helps."""
FLAG = 1500.0
SPARE = 1.0
"""How much more than the limit is left between the least and the greatest value of a
number that is new, where that hides nothing but figures of municipalities. A later
revision takes some of it: who is told that one of a count is gone knows that there was
one."""
TOLERANCE = 1e-6
"""By how much less than is needed a number has to move where it is looked for what to
hide: a number that can move by exactly as much is found in spite of rounding."""


class NotProtectedError(Exception):
    """A number that cannot be protected, whatever is hidden."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def costs(system: System, description: Description) -> list[float]:
    """What readers miss by each number: by its rank; pooled areas more than
    municipalities; big areas more than small ones."""
    figures = system.figures
    measured = figures.values[..., figures.counts.index("n_measured")]
    size = measured.max(axis=(0, 1), initial=0)
    order = np.argsort(np.argsort(size, kind="stable")) / max(len(size), 1)
    found = []
    for number, (area, count) in enumerate(zip(system.area, system.count, strict=True)):
        cost = LEVEL ** description.rank_of(count) * (1 + 0.9 * order[area])
        if is_pooled(system, area):
            cost *= POOLED
            if count in description.kept_pooled:
                cost *= KEPT
        # Ties go to the number that comes first.
        found.append(float(cost * (1 + 1e-4 * number / len(system.area))))
    return found


def components(
    system: System,
    facts: list[Fact],
    rows: Sequence[Row],
    constant: set[int],
    wanted: Iterable[int],
) -> Iterator[tuple[list[int], list[Row]]]:
    """The numbers that can be known by each other, and the rows that say so; of the
    components with a wanted number. Numbers that are constant tie nothing together."""
    rows = [*rows]
    for place, fact in enumerate(facts):
        rows += [
            Row(row.numbers, row.coefficients, row.slack, place) for row in fact.rows
        ]
    is_free = np.ones(len(system.truth), bool)
    is_free[[*constant]] = False
    of_row = np.repeat(np.arange(len(rows)), [len(row.numbers) for row in rows])
    numbers = np.fromiter(chain.from_iterable(row.numbers for row in rows), np.int64)
    is_tied = is_free[numbers]
    tied_rows, first = np.unique(of_row[is_tied], return_index=True)
    numbers = numbers[is_tied]
    widths = np.diff([*first, len(numbers)])
    label = _labels(len(is_free), np.repeat(numbers[first], widths), numbers)
    label_of_row = label[numbers[first]]
    order = np.argsort(label_of_row, kind="stable")
    members = np.flatnonzero(is_free)
    members = members[np.argsort(label[members], kind="stable")]
    for one in np.unique(label[[*wanted]]):
        at = slice(*np.searchsorted(label_of_row[order], [one, one + 1]))
        of_label = slice(*np.searchsorted(label[members], [one, one + 1]))
        if at.stop > at.start:
            yield (
                members[of_label].tolist(),
                [rows[row] for row in tied_rows[order[at]].tolist()],
            )


def _labels(size: int, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of each number the least one that pairs tie it to."""
    label = np.arange(size)
    while True:
        least = np.minimum(label[one], label[other])
        new = label.copy()
        for end in (label[one], label[other], one, other):
            np.minimum.at(new, end, least)
        new = new[new]
        if (new == label).all():
            return label
        label = new


class Block:
    """A component: its numbers as columns, and the points found in it."""

    def __init__(
        self,
        knowledge: Knowledge,
        numbers: list[int],
        rows: list[Row],
        facts: list[Fact],
        protected: list[int],
        cost: list[float],
        limit: int,
    ) -> None:
        self.knowledge = knowledge
        self.numbers = numbers
        self.limit = float(limit)
        system = knowledge.system
        self._column = {number: i for i, number in enumerate(numbers)}
        local = []
        self._facts: dict[int, Fact] = {}
        for row in rows:
            pairs = [
                (self._column[number], coefficient)
                for number, coefficient in zip(
                    row.numbers, row.coefficients, strict=True
                )
                if number in self._column
            ]
            if row.fact is not None:
                self._facts[len(local)] = facts[row.fact]
            local.append(
                Row(
                    tuple(column for column, _ in pairs),
                    tuple(coefficient for _, coefficient in pairs),
                    row.slack,
                )
            )
        self._rows = local
        self._cost = np.array([cost[number] for number in numbers])
        self.truth = np.array([system.truth[number] for number in numbers], float)
        self.protected = [self._column[number] for number in protected]
        self._width = np.full(len(numbers), self.limit)
        self._unknown: set[int] = set()
        self._attack = Attack(self.truth, local)
        self._repair: Repair | None = None
        self._points: list[np.ndarray] = []
        self._hidden_here: list[int] = []
        self._low = np.zeros(len(numbers))
        self._high = np.zeros(len(numbers))
        self._refresh(numbers)
        self._refresh_facts()

    def protect(self, new: set[int]) -> list[int]:
        """Hides what is needed, and shows again what in the end is not. Returns the
        numbers for which nothing is left to hide.

        Args:
            new: the numbers that are to have room to spare.
        """
        self._width[[j for j in self.protected if self.numbers[j] in new]] += SPARE
        failing = [
            column
            for column in self._unproved(self.protected)
            if not self._prove_or_hide(column) and not self._has_no_spare(column)
        ]
        self.protected = [j for j in self.protected if j not in failing]
        self._show_again()
        return [self.numbers[column] for column in failing]

    def unproved(self) -> list[int]:
        """The numbers that what is hidden does not protect."""
        return [
            self.numbers[column]
            for column in self._unproved(self.protected)
            if not self._prove_one(column)
        ]

    def _has_no_spare(self, column: int) -> bool:
        """Whether a number is protected that cannot have room to spare."""
        if self._width[column] == self.limit:
            return False
        self._width[column] = self.limit
        return self._prove_or_hide(column)

    def _refresh(self, changed: Iterable[int]) -> list[int]:
        """Takes over what is known now, where some numbers were hidden or shown.
        Returns the columns that are known again."""
        touched = set(changed)
        for number in changed:
            touched |= self.knowledge.numerators[number]
        appeared, gone = [], []
        for number in sorted(touched & self._column.keys()):
            column = self._column[number]
            if self.knowledge.is_known(number):
                if column in self._unknown:
                    gone.append(column)
            elif column not in self._unknown:
                appeared.append(column)
        self._unknown = (self._unknown | set(appeared)) - set(gone)
        self._attack.set_unknown(appeared)
        self._attack.set_known(gone)
        if self._repair is not None:
            self._repair.set_unknown(appeared)
        return gone

    def _refresh_facts(self) -> None:
        for row, fact in self._facts.items():
            known = self.knowledge.is_fact_known(fact)
            self._attack.set_fact(row, known)
            if self._repair is not None:
                self._repair.set_fact(row, known, self.knowledge.can_hide(fact))

    def _keep(self, point: np.ndarray) -> None:
        self._points.append(point)
        np.minimum(self._low, point, out=self._low)
        np.maximum(self._high, point, out=self._high)

    def _is_open(self, column: int) -> bool:
        wide = self._high[column] - self._low[column]
        return bool(wide < self._width[column] - NEAR)

    def _unproved(self, columns: Iterable[int]) -> list[int]:
        """Those that are left when points for many at a time are found no more."""
        left = [column for column in columns if self._is_open(column)]
        while left:
            before = len(left)
            self._keep(self._attack.reach(left, 1.0, self._width[left]))
            self._keep(self._attack.reach(left, -1.0))
            left = [column for column in left if self._is_open(column)]
            if len(left) > 0.8 * before:
                break
        return left

    def _prove_one(self, column: int) -> bool:
        for sign in (1.0, -1.0):
            if self._is_open(column):
                self._keep(self._attack.reach([column], sign))
        return not self._is_open(column)

    def _prove_or_hide(self, column: int) -> bool:
        for _ in range(ROUNDS):
            if self._prove_one(column):
                return True
            if not self._hide_for(column):
                return False
        return self._prove_one(column)

    def _hide_for(self, column: int) -> bool:
        """The cheaper of two ways to keep it uncertain: upwards from where it can be,
        or down to nothing first. False where there is none."""
        repair = self._ready_repair()
        far = self._width[column] - TOLERANCE
        upwards = repair.at_least(column, self._low[column] + far)
        plans = [] if upwards is None else [repair.used(upwards)]
        down = repair.at_most(column, -self.truth[column])
        if down is None:
            lowest = repair.lowest(column)
            down = repair.at_most(column, lowest + NEAR)
        if down is not None:
            low = float(down[column])
            columns, facts, cost = repair.used(down)
            up = repair.at_least(column, low + far)
            if up is not None:
                more, more_facts, more_cost = repair.used(up)
                plans.append(
                    (
                        sorted({*columns, *more}),
                        sorted({*facts, *more_facts}),
                        cost + more_cost,
                    )
                )
        plans = [plan for plan in plans if plan[0] or plan[1]]
        if self._width[column] > self.limit:
            plans = [plan for plan in plans if self._is_for_spare(*plan[:2])]
        if not plans:
            return False
        columns, facts, _ = min(plans, key=lambda plan: (plan[2], len(plan[0])))
        protected = self.numbers[column]
        self._hidden_here += [self.numbers[other] for other in columns]
        for other in columns:
            self.knowledge.hidden.add(self.numbers[other])
            self.knowledge.protects[self.numbers[other]].add(protected)
        for row in facts:
            self.knowledge.hide_fact(self._facts[row], protected)
        self._refresh([self.numbers[other] for other in columns])
        if facts:
            self._refresh_facts()
        return True

    def _is_for_spare(self, columns: list[int], facts: list[int]) -> bool:
        """Whether a plan hides nothing but figures of municipalities, and no flag."""
        system = self.knowledge.system
        areas = {system.area[self.numbers[column]] for column in columns}
        return not facts and not any(is_pooled(system, area) for area in areas)

    def _ready_repair(self) -> Repair:
        if self._repair is None:
            system = self.knowledge.system
            fact_cost = {
                row: FLAG
                * (
                    POOLED
                    if is_pooled(
                        system, system.area[self.numbers[self._rows[row].numbers[0]]]
                    )
                    else 1.0
                )
                for row in self._facts
            }
            candidates = [
                column
                for column, number in enumerate(self.numbers)
                if column not in self._unknown
                and self.knowledge.can_hide_number(number)
            ]
            self._repair = Repair(
                self.truth, self._rows, self._cost, candidates, fact_cost
            )
            self._repair.set_unknown(sorted(self._unknown))
            self._refresh_facts()
        return self._repair

    def _show_again(self) -> None:
        """What was hidden to protect others and is not needed, dearest first."""
        knowledge = self.knowledge
        self._repair = None
        for number in sorted(
            set(self._hidden_here),
            key=lambda number: (-self._cost[self._column[number]], number),
        ):
            knowledge.hidden.discard(number)
            gone = self._refresh([number])
            kept = self._points
            bounds = self._low, self._high
            self._points = [
                point for point in kept if (np.abs(point[gone]) <= NEAR).all()
            ]
            self._bounds_of_points()
            if self._still_protected(number):
                del knowledge.protects[number]
                continue
            knowledge.hidden.add(number)
            self._points = kept
            self._low, self._high = bounds
            self._refresh([number])

    def _bounds_of_points(self) -> None:
        none = np.zeros(len(self.numbers))
        self._low = np.min([none, *self._points], axis=0)
        self._high = np.max([none, *self._points], axis=0)

    def _still_protected(self, number: int) -> bool:
        """Whoever it was hidden for is looked at first: most often it is still
        needed."""
        for other in sorted(self.knowledge.protects[number]):
            column = self._column[other]
            if column in self.protected and not self._prove_one(column):
                return False
        return all(self._prove_one(column) for column in self._unproved(self.protected))
