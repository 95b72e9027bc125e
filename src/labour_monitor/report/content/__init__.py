"""What is in the report of one part of an edition, in Danish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

from labour_monitor.report import reading
from labour_monitor.report.content import (
    afklaringspuljen,
    front_page,
    fsm2,
    guides,
    municipalities,
)
from labour_monitor.report.document import Delivery, MadeBy, Marks, Site

_INITIATIVES = (afklaringspuljen, fsm2)
"""In the order in which they are read."""


def site(
    part: Path,
    marks: Marks,
    as_of: date,
    deliveries: tuple[Delivery, ...] = (),
    rules: tuple[MadeBy, ...] = (),
) -> Site:
    """All that one part of an edition tells.

    Args:
        part: the folder of the part.
        marks: what every page says of itself; `is_internal` where it is the house's.
            Of which publications the list of participants is one, is told by `rules`.
        as_of: the as-of date of the edition.
        deliveries: what its publications rest on, where that is known.
        rules: by which rules they were made, where that is known.

    Raises:
        reading.ReadingError: its tables are not those of such a part.
    """
    tables = reading.read(part, marks.is_internal, deliveries, rules)
    publications = [
        (initiative, day)
        for initiative in _INITIATIVES
        for day in initiative.days(tables)
    ]
    # Of one that has no publication yet the edition has the list of today.
    not_yet = [
        (initiative, date.max)
        for initiative in _INITIATIVES
        if not initiative.days(tables)
    ]
    reports = tuple(
        initiative.report(
            tables, day, _naming_examples(marks, tables, [(initiative, day)])
        )
        for initiative, day in publications
    )
    marks = _naming_examples(marks, tables, [*publications, *not_yet])
    newest = {report.initiative: report for report in reversed(reports)}
    return Site(
        tuple(front_page.news(tables, newest[code]) for code in reversed(newest)),
        reports,
        municipalities.municipalities(tables, newest, marks),
        guides.guides(tables, reports, marks, as_of),
        marks,
        as_of,
    )


def _naming_examples(
    marks: Marks, tables: reading.Part, publications: Iterable[tuple[ModuleType, date]]
) -> Marks:
    """The marks of what is of some publications alone: of whose participants the list
    is an example."""
    examples = {
        initiative.CODE
        for initiative, day in publications
        if tables.rules_of(initiative.CODE, day).has_example_participants
    }
    names = tuple(
        tables.initiatives[initiative.CODE].name
        for initiative in _INITIATIVES
        if initiative.CODE in examples
    )
    return replace(
        marks,
        has_example_participants=marks.has_example_participants and bool(names),
        examples=names,
    )
