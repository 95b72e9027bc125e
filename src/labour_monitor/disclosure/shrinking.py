"""A locked cohort only shrinks (C8, E1): no group is greater than that of the month
before. That ties all months of an initiative together, in a system that is slow to
solve. Here each month is looked at with a few areas of the others."""

from __future__ import annotations

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.knowledge import Knowledge, is_pooled
from labour_monitor.disclosure.system import System

N_BESIDES = (0, 15, 31)
"""How many areas are looked at besides. The time that it takes grows with them."""


def known_of_others(system: System, areas: set[int]) -> set[int]:
    """What is known to whoever knows all areas but some."""
    return {number for number, area in enumerate(system.area) if area not in areas}


def known_elsewhere(system: System, month: int, areas: set[int]) -> set[int]:
    """What is known to whoever knows all of the other months but some areas."""
    return {
        number
        for number, place in enumerate(zip(system.area, system.month, strict=True))
        if place[1] != month and place[0] not in areas
    }


def widening_areas(knowledge: Knowledge, description: Description) -> list[set[int]]:
    """Areas of which other months are looked at: the pooled ones, and those of which a
    table hides the group of a month; then smaller areas besides, smallest first and
    twice as many each time."""
    system = knowledge.system
    figures = system.figures
    group = description.flow["group"]
    found = {area for area in range(len(figures.areas)) if is_pooled(system, area)}
    found |= {
        system.area[number]
        for number, count in enumerate(system.count)
        if count == group
        and knowledge.is_shown_anywhere(number)
        and not knowledge.is_known(number)
    }
    size = figures.values[..., figures.counts.index(group)].max(axis=(0, 1))
    others = [
        area
        for area in size.argsort(kind="stable").tolist()
        if figures.takes_part[..., area].any() and area not in found
    ]
    return [found.union(others[:n]) for n in N_BESIDES]
