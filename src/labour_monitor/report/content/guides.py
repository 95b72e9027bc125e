"""The pages of words: definitions, data sources, method."""

from __future__ import annotations

from datetime import date

from labour_monitor.report import numbers
from labour_monitor.report.document import Guide, Marks, Text
from labour_monitor.report.reading import Part


def guides(part: Part, marks: Marks, as_of: date) -> tuple[Guide, ...]:
    """The three guides."""
    return (
        Guide(
            "definitioner",
            "Definitioner",
            "Sådan er hvert tal i rapporten gjort op.",
            (Text("maalgruppe", "Målgruppe", ("Kommer.",)),),
            marks,
        ),
        Guide(
            "datakilder",
            "Datakilder",
            f"Tallene er fra registrene, som de var leveret {numbers.day(as_of)}.",
            (Text("registre", "Registre", ("Kommer.",)),),
            marks,
        ),
        Guide(
            "metode",
            "Metode og diskretionering",
            "Sådan bliver tallene til, og derfor er nogle holdt tilbage.",
            (Text("udgivelser", "Udgivelser", ("Kommer.",)),),
            marks,
        ),
    )
