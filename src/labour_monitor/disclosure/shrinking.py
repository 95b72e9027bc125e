"""A locked cohort only shrinks (C8, E1): no group is greater than that of the month
before. That ties all months of an initiative together, in a system that is slow to
solve. Here each month is looked at with an outline of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.knowledge import Knowledge, is_pooled
from labour_monitor.disclosure.publications import MISSING
from labour_monitor.disclosure.system import NONE, Row, System

Place = tuple[int, int]
"""Area and month."""


@dataclass(frozen=True)
class Outline:
    """What is left to find out of all months but one: the group, its parts, and who is
    fulfilled of the measured, of some areas. The attacker is taken to know the rest of
    those months, as far as it can be known.

    Where no status of an area and month is known, people can be moved between such
    areas while all sums of areas stay what they are: those who are fulfilled among
    each other, and the other measured ones. So the statuses need no numbers there, as
    long as no more are taken from an area than it has in each publication.

    Attributes:
        areas: of which areas the other months are open.
    """

    knowledge: Knowledge
    description: Description
    areas: set[int]

    def known(self, month: int) -> set[int]:
        """What is taken to be known of the other months."""
        of_month = self._system.month
        return {
            number
            for number in range(len(of_month))
            if of_month[number] != month and number not in self._open
        }

    def rows(self, month: int) -> list[Row]:
        """All rows of the month; of the others those between what is open there."""
        return [
            *self._rows_of[month],
            *(row for other, row in self._outlines if other != month),
            *self._system.leaving,
        ]

    @property
    def _system(self) -> System:
        return self.knowledge.system

    @cached_property
    def _statuses(self) -> set[str]:
        """Counts that need no numbers in the outline."""
        sums = self._system.figures.statuses
        members = {name for names in sums.values() for name in names}
        return (members | set(sums)) - {"n_measured", "n_fulfilled"}

    @cached_property
    def _places(self) -> dict[Place, list[int]]:
        """The numbers of the areas, by area and month; of others where a table speaks
        of them."""
        system = self._system
        found = defaultdict(list)
        for number, place in enumerate(zip(system.area, system.month, strict=True)):
            found[place].append(number)
        return {
            place: numbers
            for place, numbers in found.items()
            if place[0] in self.areas
            or any(self.knowledge.is_shown_anywhere(number) for number in numbers)
        }

    @cached_property
    def _open(self) -> set[int]:
        """The numbers that may be others in the outline. Where a status is known, who
        is measured is known too."""
        system = self._system
        group = self.description.flow["group"]
        parts = {group, *self.description.sums[group]}
        found = set()
        for numbers in self._places.values():
            wanted = parts | {"n_fulfilled"}
            if any(
                system.count[number] in self._statuses
                and self.knowledge.is_known(number)
                and number not in system.known_by_rule
                for number in numbers
            ):
                wanted -= {"n_measured", "n_fulfilled"}
            found |= {number for number in numbers if system.count[number] in wanted}
        return found

    @cached_property
    def _rows_of(self) -> dict[int, list[Row]]:
        found = defaultdict(list)
        for row in self._system.rows:
            for month in {self._system.month[number] for number in row.numbers}:
                found[month].append(row)
        return found

    @cached_property
    def _outlines(self) -> list[tuple[int, Row]]:
        """The rows of the outline, with the month of each."""
        system = self._system
        found = [
            (month, row)
            for month, rows in sorted(self._rows_of.items())
            for row in rows
            if not any(system.count[number] in self._statuses for number in row.numbers)
            and not self._open.isdisjoint(row.numbers)
        ]
        for place in sorted(self._places):
            found += [(place[1], row) for row in self._limits(*place)]
        return found

    def _limits(self, area: int, month: int) -> Iterator[Row]:
        """Of the measured no more are taken away than there are in every publication,
        and as many in each. What has several values moves by as much in all."""
        system = self._system
        figures = system.figures
        there = [
            publication
            for publication in range(len(figures.publications))
            if system.at(publication, month, area, "n_measured") != NONE
        ]
        least: dict[str, int] = {}
        for name in figures.statuses["n_measured"]:
            at = figures.counts.index(name)
            least[name] = int(min(figures.values[there, month, area, at], default=0))
        fulfilling = set(figures.statuses["n_fulfilled"])
        n_fulfilled = sum(least[name] for name in fulfilling)
        n_others = sum(least.values()) - n_fulfilled
        pairs = {
            (
                system.at(publication, month, area, "n_fulfilled"),
                system.at(publication, month, area, "n_measured"),
            )
            for publication in there
        }
        for fulfilled, measured in sorted(pairs):
            yield Row((fulfilled,), (-1.0,), float(n_fulfilled))
            yield Row((fulfilled, measured), (1.0, -1.0), float(n_others))
        numbers = defaultdict(list)
        rests = {*system.complements.values()}
        for number in self._places[area, month]:
            if number in self._open and number not in rests:
                numbers[system.count[number]].append(number)
        for same in numbers.values():
            for one, other in pairwise(same):
                yield Row((one, other), (1.0, -1.0))


def areas_with_hidden_group(knowledge: Knowledge, description: Description) -> set[int]:
    """The pooled areas, and those of which a table hides the group of a month."""
    system = knowledge.system
    group = description.flow["group"]
    steady = _steady(system)
    hidden = {
        system.area[number]
        for number, count in enumerate(system.count)
        if count == group
        and knowledge.is_shown_anywhere(number)
        and not knowledge.is_known(number)
    }
    pooled = {area for area in range(len(steady)) if is_pooled(system, area)}
    return pooled | {area for area in hidden if steady[area]}


def areas_by_size(
    knowledge: Knowledge, description: Description, besides: set[int]
) -> list[int]:
    """The other areas whose groups can be hidden, smallest first."""
    figures = knowledge.system.figures
    size = figures.values[..., figures.counts.index(description.flow["group"])]
    takes_part = figures.takes_part.any(axis=(0, 1))
    steady = _steady(knowledge.system)
    return [
        area
        for area in size.max(axis=(0, 1)).argsort(kind="stable").tolist()
        if takes_part[area] and steady[area] and area not in besides
    ]


def hide_groups(
    knowledge: Knowledge,
    description: Description,
    areas: Iterable[int],
    for_whom: Iterable[int],
) -> None:
    """The groups of areas, their parts and who is fulfilled, in all months."""
    group = description.flow["group"]
    wanted = {group, *description.sums[group], "n_fulfilled"}
    system = knowledge.system
    of_areas = {*areas}
    for number, (area, count) in enumerate(zip(system.area, system.count, strict=True)):
        if area not in of_areas or count not in wanted or number in knowledge.hidden:
            continue
        if knowledge.can_hide_number(number):
            knowledge.hidden.add(number)
            knowledge.protects[number].update(for_whom)


def _steady(system: System) -> list[bool]:
    """Which areas take part in every publication and month that has them, or in none:
    people cannot be moved to another without a change of sums."""
    figures = system.figures
    there = figures.values.max(axis=3) != MISSING
    always = (figures.takes_part | ~there).all(axis=(0, 1))
    never = ~(figures.takes_part & there).any(axis=(0, 1))
    return (always | never).tolist()
