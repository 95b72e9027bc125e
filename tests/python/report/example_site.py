"""A made-up site around the made-up report: two publications of one initiative and one
of another, municipalities that take part in both, one or none, and pages of words."""

from __future__ import annotations

import dataclasses
from datetime import date

from labour_monitor.report.document import (
    Figure,
    Guide,
    Item,
    KeyFigure,
    Kind,
    Municipality,
    MunicipalityInitiative,
    News,
    Report,
    Site,
    State,
    Text,
)

from . import example

AWKWARD = 'Søm & "skruer" <b>under</b> 5'
"""What would be something else in HTML."""


def earlier() -> Report:
    """The same report, published a month before."""
    return dataclasses.replace(
        example.report(),
        publication_date=date(2022, 1, 31),
        report_month=date(2021, 11, 1),
        headline="29 pct. opfylder resultatkravet i november 2021",
    )


def of_another() -> Report:
    """The same report, of another initiative."""
    return dataclasses.replace(
        example.report(), initiative="fsm2", initiative_name="Flere skal med 2"
    )


def municipality(code: str, name: str, *initiatives: str) -> Municipality:
    table = dataclasses.replace(example.overview(), rows=example.overview().rows[:2])
    lines, *_ = example.pictures()
    return Municipality(
        code,
        name,
        "Region Nordjylland",
        tuple(
            MunicipalityInitiative(
                initiative,
                initiative.capitalize(),
                date(2022, 2, 28),
                date(2021, 12, 1),
                f"{name}: {AWKWARD}",
                "Kravet er 80 pct.",
                (
                    KeyFigure("Andel", Figure(Kind.PCT, None, State.HIDDEN), AWKWARD),
                    KeyFigure("Antal", example.count(0)),
                ),
                (Item("1", "overblik", "Overblik", AWKWARD, (), (lines,), (table,)),),
                (AWKWARD,),
            )
            for initiative in initiatives
        ),
        tuple(
            initiative.capitalize()
            for initiative in ("afklaringspuljen", "fsm2")
            if initiative not in initiatives
        ),
        example.marks(),
    )


def site(*reports: Report) -> Site:
    reports = reports or (example.report(), earlier(), of_another())
    lines, *_ = example.pictures()
    guides = [
        Guide(
            slug,
            title,
            AWKWARD,
            tuple(
                Text(
                    part,
                    f"{title}: {part}",
                    (AWKWARD,),
                    (("Målt", AWKWARD), ("Fritaget", "Måles ikke.")),
                    (example.overview(),),
                )
                for part in ("status-afklaringspuljen", "status-fsm2", "tid")
            ),
            example.marks(),
        )
        for slug, title in (
            ("definitioner", "Definitioner"),
            ("datakilder", "Datakilder"),
            ("metode", "Metode"),
        )
    ]
    newest = {report.initiative: report for report in reversed(reports)}
    return Site(
        tuple(
            News(report, (AWKWARD,), (lines,), (example.development(),))
            for report in newest.values()
        ),
        reports,
        (
            municipality("165", "Albertslund", "afklaringspuljen"),
            municipality("101", "København", "afklaringspuljen", "fsm2"),
            municipality("825", "Læsø"),
            municipality("492", "Ærø", "afklaringspuljen"),
            municipality("580", "Aabenraa", "fsm2"),
        ),
        tuple(guides),
        example.marks(),
        date(2022, 2, 28),
    )
