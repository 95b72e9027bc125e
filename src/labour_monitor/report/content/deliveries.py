"""What the tables of an edition rest on: which registers were read, as delivered when.
Days alone, and no numbers of rows: they say nothing of a person (D2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from labour_monitor.report import danish, numbers
from labour_monitor.report.content.registers import REGISTERS
from labour_monitor.report.document import (
    Column,
    Delivery,
    Figure,
    Item,
    Kind,
    Report,
    Row,
    State,
    Table,
    Text,
)

Days = dict[str, list[date]]
"""By the name of a register, the days of its deliveries, the oldest first."""
_NOT_KNOWN = "Hvilke leveringer der er læst, er ikke skrevet ned."
_DOCUMENTS = {"notat": "notatet om Afklaringspuljen", "faq": "FAQ om visitation"}
"""What the documents are called whose lists exempt."""
_READ = (
    "Et register leveres enten helt hver gang, og så læses den nyeste levering, eller "
    "med det nye siden sidst, og så læses alle. "
)
_COHORT = "Målgruppen i Afklaringspuljen er fundet i ældre leveringer (C1)."


def name(source: str) -> str:
    """The register of a source as a reader knows it."""
    return REGISTERS[source].name if source in REGISTERS else source


def read_for(
    deliveries: Iterable[Delivery], initiative: str, publication: date
) -> Days:
    """What a publication rests on, in the order of names."""
    found: Days = {}
    for each in deliveries:
        if (each.initiative, each.publication_date) == (initiative, publication):
            found.setdefault(name(each.source), []).append(each.delivered)
    return {
        register: sorted(days)
        for register, days in sorted(
            found.items(), key=lambda entry: danish.order(entry[0])
        )
    }


def newest(days: Days) -> Figure:
    """The day of the newest delivery of all, where one is known."""
    last = max((those[-1] for those in days.values()), default=None)
    state = State.NOT_APPLICABLE if last is None else State.SHOWN
    return Figure(Kind.DATE, last, state)


def item(days: Days, exemption_list: str | None) -> Item:
    """The part of a report that says what it rests on: deliveries, and the list of
    exemptions where that was kept."""
    columns = (
        Column("n_deliveries", "Leveringer", Kind.COUNT),
        Column("first_delivered", "Ældste levering", Kind.DATE),
        Column("last_delivered", "Nyeste levering", Kind.DATE),
    )
    statement = _NOT_KNOWN
    if days:
        registers = f"{len(days)} {'register' if len(days) == 1 else 'registre'}"
        statement = (
            f"Tallene bygger på {registers}. Den nyeste levering er fra den "
            f"{numbers.text(newest(days))}."
        )
    if exemption_list is not None:
        document = _DOCUMENTS.get(exemption_list, exemption_list)
        statement += f" Fritagelser følger listen i {document} (X2, V2)."
    rows = tuple(
        Row(
            register,
            (
                Figure(Kind.COUNT, len(those)),
                Figure(Kind.DATE, those[0]),
                Figure(Kind.DATE, those[-1]),
            ),
        )
        for register, those in days.items()
    )
    table = Table("datagrundlag", "Leveringer, der er læst", "Register", columns, rows)
    tables = (table,) if days else ()
    return Item("", "datagrundlag", "Datagrundlag", statement, tables=tables)


def text(reports: Sequence[Report], of: Iterable[Delivery], as_of: date) -> Text:
    """The part of the guide to the data: each delivery, and which of these reports rest
    on it."""
    by_report = [
        (report, read_for(of, report.initiative, report.publication_date))
        for report in reports
    ]
    every = sorted(
        {
            (register, day)
            for _, days in by_report
            for register, those in days.items()
            for day in those
        },
        key=lambda entry: (danish.order(entry[0]), entry[1]),
    )
    columns = (
        Column("delivered", "Leveret", Kind.DATE),
        *(
            Column(
                report.initiative,
                f"{report.initiative_name}, {numbers.month(report.report_month)}",
                Kind.FLAG,
                "Læst til rapporten",
            )
            for report, _ in by_report
        ),
    )
    rows = tuple(
        Row(
            register,
            (
                Figure(Kind.DATE, day),
                *(
                    Figure(Kind.FLAG, day in days.get(register, ()))
                    for _, days in by_report
                ),
            ),
        )
        for register, day in every
    )
    table = Table(
        "leveringer", "Leveringer bag de nyeste rapporter", "Register", columns, rows
    )
    return Text(
        "leveringer",
        "Leveringer",
        (
            "Denne udgave bygger på de leveringer, der var modtaget senest "
            f"{numbers.day(as_of)} (P3). {_READ}{_COHORT}",
            "Hver rapport siger nederst, hvilke leveringer den selv bygger på."
            if every
            else _NOT_KNOWN,
        ),
        tables=(table,) if every else (),
    )
