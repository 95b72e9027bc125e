"""A locked cohort only shrinks (C8, E1): no group is greater than that of the month
before. That ties all months of an initiative together, in a system that is slow to
solve. Here each month is looked at with those around it, and a few areas of the
others."""

from __future__ import annotations

from labour_monitor.disclosure.description import Description
from labour_monitor.disclosure.knowledge import Knowledge, is_pooled
from labour_monitor.disclosure.system import System

PROVED_AROUND = (0, 1)
"""How many months before and after one are looked at with it, to see what is protected
already. The time that it takes grows with them."""
HIDDEN_AROUND = (1, 3, 1_000)
"""The same, to hide more; at last all months."""


def known_elsewhere(
    system: System, month: int, n_around: int, areas: set[int]
) -> set[int]:
    """What is known to whoever knows all but a month, so many before and after it, and
    some areas of the others."""
    return {
        number
        for number, place in enumerate(zip(system.area, system.month, strict=True))
        if abs(place[1] - month) > n_around and place[0] not in areas
    }


def areas_besides(knowledge: Knowledge, description: Description) -> set[int]:
    """Areas of which all months are looked at: the pooled ones, and those of which a
    table hides the group of a month."""
    system = knowledge.system
    group = description.flow["group"]
    pooled = {
        area for area in range(len(system.figures.areas)) if is_pooled(system, area)
    }
    return pooled | {
        system.area[number]
        for number, count in enumerate(system.count)
        if count == group
        and knowledge.is_shown_anywhere(number)
        and not knowledge.is_known(number)
    }
