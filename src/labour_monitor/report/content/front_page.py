"""The front page: what the newest publication of each initiative says, and what changed
since the month before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import afklaringspuljen, fsm2, parts, sentences
from labour_monitor.report.document import (
    Column,
    Figure,
    Kind,
    News,
    Report,
    Row,
    Table,
)
from labour_monitor.report.reading import PARTICIPATING, Part, Record


def news(part: Part, report: Report) -> News:
    """What the front page says of the newest publication of an initiative."""
    if report.initiative == afklaringspuljen.CODE:
        of = afklaringspuljen.publication(part, report.publication_date)
        months = of.trend[PARTICIPATING]
        picture = afklaringspuljen.development_picture(of)
        slug = "opfyldelse"
        changes = [*_share_changes(months), *_newly_met(of)]
    else:
        its = fsm2.publication(part, report.publication_date)
        months = its.participants
        picture = fsm2.development_picture(its)
        slug = "udvikling"
        changes = [*_share_changes(months), *_newly_reached(its)]
    (development,) = (item for item in report.items if item.slug == slug)
    tables = list(development.tables)
    if part.is_internal:
        changes += _revised(part, report)
        tables += _revisions(part, report)
    return News(report, tuple(changes), (picture,), tuple(tables))


def _share_changes(months: list[Record]) -> Iterator[str]:
    points = parts.points(months, "fulfilled_pct")
    if len(points) < 2:
        yield "Det er den første måned, så der er ingen måned før at sammenligne med."
        return
    (before, old), (_, new) = points[-2:]
    clause = sentences.change(new, old, f"i {numbers.month(before)}")
    if clause:
        yield sentences.sentence(f"Andelen, der opfylder kravet, er {clause}")
    else:
        yield "Ændringen siden måneden før kan ikke vises."


def _newly_met(of: afklaringspuljen.Publication) -> Iterator[str]:
    if not of.is_in_force:
        return
    names = [
        row.name
        for row in parts.by_area(of.requirement)
        if row.is_municipality and row["first_month_met"].value == of.month
    ]
    yield _reached_now(names, of.initiative.requirement, of.month)


def _newly_reached(of: fsm2.Publication) -> Iterator[str]:
    months = sorted({row.month for row in of.months})
    if len(months) < 2:
        return
    before = {row.code: row for row in of.months if row.month == months[-2]}
    for flag, step in fsm2.flags(of):
        names = [
            row.name
            for row in parts.by_area(of.requirement)
            if row.is_municipality
            and row[flag].value is True
            and row.code in before
            and before[row.code][flag].value is False
        ]
        yield _reached_now(names, step, of.month)


def _reached_now(names: list[str], step: int, month: date) -> str:
    level = f"{step}{numbers.SPACE}pct."
    if not names:
        return f"Ingen kommuner nåede {level} for første gang i {numbers.month(month)}."
    return sentences.sentence(
        f"{danish.listed(names)} nåede {level} for første gang i {numbers.month(month)}"
    )


def _revised(part: Part, report: Report) -> Iterator[str]:
    n = sum(
        row["initiative"] == report.initiative
        and row["publication_date"] == report.publication_date
        for row in part.revisions
    )
    if n:
        yield f"{numbers.count(n)} tal er rettet siden udgivelsen før."
    else:
        yield "Ingen tal er rettet siden udgivelsen før."


_REVISED = {
    "n_target_group": "I målgruppen",
    "n_exempt": "Fritaget",
    "n_measured": "Måles",
    "n_fulfilled": "Opfylder",
}
_CAUSES = {
    "late": "kom for sent",
    "corrected": "blev rettet",
    "rules": "reglerne er ændret",
}


def _revisions(part: Part, report: Report) -> Iterator[Table]:
    causes: dict[tuple[date, str], list[str]] = {}
    for row in part.revision_causes:
        if _is_pooled_of(row, report):
            said = f"{row['source'] or ''} {_CAUSES.get(row['cause'], row['cause'])}"
            causes.setdefault((row["data_month"], row["measure"]), []).append(
                f"{said.strip()} ({numbers.count(row['n_citizens'])})"
            )
    rows = [
        Row(
            f"{numbers.month(row['data_month'])}: {_REVISED[row['measure']]}",
            (
                Figure(Kind.COUNT, row["previous_value"]),
                Figure(Kind.COUNT, row["value"]),
                Figure(
                    Kind.CHANGE, row["value"] - row["previous_value"], is_derived=True
                ),
                Figure(
                    Kind.TEXT,
                    "; ".join(causes.get((row["data_month"], row["measure"]), [])),
                ),
            ),
        )
        for row in part.revisions
        if _is_pooled_of(row, report) and row["measure"] in _REVISED
    ]
    if rows:
        yield Table(
            "rettelser",
            "Rettelser siden udgivelsen før, deltagende kommuner",
            "Måned og tal",
            (
                Column("previous_value", "Før", Kind.COUNT),
                Column("value", "Nu", Kind.COUNT),
                Column("change", "Forskel", Kind.CHANGE),
                Column("causes", "Hvorfor (antal borgere)", Kind.TEXT),
            ),
            tuple(rows),
        )


def _is_pooled_of(row: dict, report: Report) -> bool:
    return (
        row["initiative"] == report.initiative
        and row["publication_date"] == report.publication_date
        and row["area_type"] == PARTICIPATING
    )
