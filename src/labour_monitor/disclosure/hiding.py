"""Small counts first, then as few others as protect them: proved by points that the
attacker cannot tell from the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.knowledge import Fact, Knowledge, is_pooled
from labour_monitor.disclosure.solver import NEAR, Attack, Repair
from labour_monitor.disclosure.system import Row, System

LEVEL = 3.0
"""How much dearer each rank is than the one before it."""
POOLED = 200.0
KEPT = 50.0
FLAG = 150.0


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
    system: System, facts: list[Fact], constant: set[int]
) -> list[tuple[list[int], list[Row]]]:
    """The numbers that can be known by each other, and the rows that say so; numbers
    that are constant tie nothing together."""
    parent = list(range(len(system.truth)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    rows = list(system.rows)
    for place, fact in enumerate(facts):
        rows += [
            Row(row.numbers, row.coefficients, row.slack, place) for row in fact.rows
        ]
    free = [
        (row, [number for number in row.numbers if number not in constant])
        for row in rows
    ]
    for _, numbers in free:
        for number in numbers[1:]:
            one, other = sorted((root(numbers[0]), root(number)))
            parent[other] = one
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(system.truth)):
        if number not in constant:
            members[root(number)].append(number)
    of_root: dict[int, list[Row]] = defaultdict(list)
    for row, numbers in free:
        if numbers:
            of_root[root(numbers[0])].append(row)
    return [(members[at], of_root[at]) for at in sorted(members) if of_root[at]]


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
        tables_of: dict[int, bool] | None = None,
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
        self._unknown: set[int] = set()
        self._attack = Attack(self.truth, local)
        self._repair: Repair | None = None
        self._points: list[np.ndarray] = []
        self._low = np.zeros(len(numbers))
        self._high = np.zeros(len(numbers))
        self._refresh()

    def protect(self) -> None:
        """Hides what is needed, and shows again what in the end is not.

        Raises:
            NotProtectedError: nothing is left to hide for a number.
        """
        for column in self._unproved(self.protected):
            while not self._prove_one(column):
                self._hide_for(column)
        self._show_again()

    def _refresh(self) -> None:
        """Takes over what is known now."""
        now = {
            column
            for number, column in self._column.items()
            if not self.knowledge.is_known(number)
        }
        appeared, gone = sorted(now - self._unknown), sorted(self._unknown - now)
        self._unknown = now
        self._attack.set_unknown(appeared)
        self._attack.set_known(gone)
        for row, fact in self._facts.items():
            self._attack.set_fact(row, self.knowledge.is_fact_known(fact))
        if self._repair is not None:
            self._repair.set_unknown(appeared)
            self._repair.set_candidate(
                [j for j in gone if self._can_hide(self.numbers[j])]
            )
            self._refresh_repair_facts()

    def _refresh_repair_facts(self) -> None:
        assert self._repair is not None
        for row, fact in self._facts.items():
            self._repair.set_fact(
                row, self.knowledge.is_fact_known(fact), self.knowledge.can_hide(fact)
            )

    def _can_hide(self, number: int) -> bool:
        knowledge = self.knowledge
        return (
            number not in knowledge.forced
            and number not in knowledge.system.known_by_rule
            and knowledge.is_shown_anywhere(number)
        )

    def _keep(self, point: np.ndarray) -> None:
        self._points.append(point)
        np.minimum(self._low, point, out=self._low)
        np.maximum(self._high, point, out=self._high)

    def _is_open(self, column: int) -> bool:
        return bool(self._high[column] - self._low[column] < self.limit - NEAR)

    def _unproved(self, columns: Iterable[int]) -> list[int]:
        """Those that are left when points for many at a time are found no more."""
        left = [column for column in columns if self._is_open(column)]
        while len(left) > 3:
            before = len(left)
            self._keep(self._attack.reach(left, 1.0, self.limit))
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

    def _hide_for(self, column: int) -> None:
        """The cheaper of two ways to keep it uncertain: upwards from where it can be,
        or down to nothing first."""
        repair = self._ready_repair()
        low = self._low[column]
        upwards = repair.at_least(column, low + self.limit)
        plans = [] if upwards is None else [repair.used(upwards)]
        down = repair.at_most(column, -self.truth[column])
        if down is None:
            lowest = repair.lowest(column)
            down = repair.at_most(column, lowest + NEAR)
        if down is not None:
            low = float(down[column])
            columns, facts, cost = repair.used(down)
            up = repair.at_least(column, low + self.limit)
            if up is not None:
                more, more_facts, more_cost = repair.used(up)
                plans.append(
                    (
                        sorted({*columns, *more}),
                        sorted({*facts, *more_facts}),
                        cost + more_cost,
                    )
                )
        if not plans:
            raise NotProtectedError(self.numbers[column])
        columns, facts, _ = min(plans, key=lambda plan: (plan[2], len(plan[0])))
        if not columns and not facts:
            raise NotProtectedError(self.numbers[column])
        protected = self.numbers[column]
        for other in columns:
            self.knowledge.hidden.add(self.numbers[other])
            self.knowledge.protects[self.numbers[other]].add(protected)
        for row in facts:
            self.knowledge.hide_fact(self._facts[row], protected)
        self._refresh()

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
            self._repair = Repair(self.truth, self._rows, self._cost, fact_cost)
            known = [j for j in range(len(self.numbers)) if j not in self._unknown]
            self._repair.set_unknown(sorted(self._unknown))
            self._repair.set_candidate(
                [j for j in known if self._can_hide(self.numbers[j])]
            )
            self._refresh_repair_facts()
        return self._repair

    def _show_again(self) -> None:
        """What was hidden to protect others and is not needed, dearest first."""
        knowledge = self.knowledge
        hidden = [
            number
            for number in self.numbers
            if number in knowledge.protects and number in knowledge.hidden
        ]
        hidden.sort(key=lambda number: (-self._cost[self._column[number]], number))
        for number in hidden:
            knowledge.hidden.discard(number)
            before = set(self._unknown)
            self._refresh()
            gone = sorted(before - self._unknown)
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
            self._refresh()

    def _bounds_of_points(self) -> None:
        none = np.zeros(len(self.numbers))
        self._low = np.min([none, *self._points], axis=0)
        self._high = np.max([none, *self._points], axis=0)

    def _still_protected(self, number: int) -> bool:
        """Whoever it was hidden for is looked at first: most often it is still
        needed."""
        for other in sorted(self.knowledge.protects[number]):
            if not self._prove_one(self._column[other]):
                return False
        return all(self._prove_one(column) for column in self._unproved(self.protected))
