"""What the reports of both initiatives have of a publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import deliveries, derived, parts, sentences
from labour_monitor.report.document import (
    Item,
    KeyFigure,
    Marks,
    Report,
    State,
)
from labour_monitor.report.reading import Initiative, Part, Record

DISTANCE = "distance_points"
"""From the share to the requirement."""
MISSING = "n_missing"
"""So many more citizens would have to fulfil it."""
FULFILLED_COLUMNS = (
    parts.column("n_measured", "Målte"),
    parts.column("n_fulfilled", "Opfylder"),
    parts.column("fulfilled_pct", "Opfylder, pct."),
)


@dataclass(frozen=True)
class Publication:
    """The rows of one publication, with what is derived of them."""

    initiative: Initiative
    date: date
    month: date
    """That of the report."""
    target_group: Sequence[Record]

    @property
    def is_in_force(self) -> bool:
        """Whether the requirement can be met in the month of the report."""
        return self.initiative.is_in_force(self.month)


def with_distance(record: Record, initiative: Initiative) -> Record:
    """With the distance to the requirement, where a row has a share that fulfils it."""
    if "fulfilled_pct" not in record.figures:
        return record
    requirement = initiative.requirement
    return record.plus(
        **{
            DISTANCE: derived.distance(record["fulfilled_pct"], requirement),
            MISSING: derived.missing(
                record["n_measured"], record["n_fulfilled"], requirement
            ),
        }
    )


def key_figures(
    record: Record, beside: Iterable[Record], initiative: Initiative
) -> tuple[KeyFigure, KeyFigure]:
    """What stands first of an area: its share that fulfils the requirement, with that
    of other areas, and how far it is from the requirement."""
    others = [
        f"{parts.in_caption(row.keys['area_type'])} "
        f"{numbers.with_unit(row['fulfilled_pct'])}"
        for row in beside
    ]
    return (
        KeyFigure(
            "Opfylder resultatkravet",
            record["fulfilled_pct"],
            danish.listed(others) if others else "",
        ),
        KeyFigure(
            f"Afstand til {sentences.level(initiative.requirement)}",
            record[DISTANCE],
            sentences.missing(record[MISSING]),
        ),
    )


def in_target_group(record: Record, month: date) -> tuple[str, bool]:
    """How many are in the target group, and whether there is more to say of them."""
    group, said = record["n_target_group"], numbers.month(month)
    if group.state is not State.SHOWN:
        return f"Hvor mange der er i målgruppen i {said}, offentliggøres ikke", False
    if not group.value:
        return f"Ingen borgere er i målgruppen i {said}", False
    return f"{sentences.citizens(group.value)} er i målgruppen i {said}", True


def report(
    of: Publication,
    headline: str,
    requirement: str,
    key_figures: tuple[KeyFigure, ...],
    items: tuple[Item, ...],
    part: Part,
    marks: Marks,
) -> Report:
    """The report of a publication, which ends with what it rests on."""
    code = of.initiative.code
    rests_on = deliveries.item(
        deliveries.read_for(part.deliveries, code, of.date),
        part.rules_of(code, of.date).exemption_list,
    )
    return Report(
        code,
        of.initiative.name,
        of.date,
        of.month,
        headline,
        requirement,
        key_figures,
        (*items, rests_on),
        marks,
    )
