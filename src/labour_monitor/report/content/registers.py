"""The registers by the names that a reader knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Register:
    """A register: its name, who keeps it, and what is read of it."""

    name: str
    keeper: str
    use: str


REGISTERS = {
    "dream": Register(
        "DREAM",
        "STAR",
        "Hvilken ydelse borgeren fik uge for uge. Bruges til at finde målgrupperne.",
    ),
    "personer": Register(
        "Personer (CPR)", "CPR-kontoret", "Fødselsdato og eventuel dødsdato."
    ),
    "bopael": Register("Bopæl (CPR)", "CPR-kontoret", "Hvor borgeren bor og har boet."),
    "visitation": Register(
        "Visitation (DFDG)",
        "STAR; jobcentret registrerer",
        "Om borgeren er jobparat eller aktivitetsparat.",
    ),
    "integrationsprogram": Register(
        "Integrationsprogrammer",
        "STAR; kommunerne registrerer",
        "Hvem der er i selvforsørgelses- og hjemrejseprogrammet eller "
        "introduktionsprogrammet.",
    ),
    "ydelser": Register(
        "Udbetalte ydelser",
        "STAR; kommunerne og Udbetaling Danmark udbetaler",
        "Hvilke ydelser der er udbetalt, og for hvilke perioder.",
    ),
    "fritagelser": Register(
        "Fritagelser (DFDG)",
        "Kommunerne gennem STAR",
        "Hvem der er fritaget, af hvilken grund og hvornår.",
    ),
    "aktivering": Register(
        "Tilbud (DFDG)",
        "Kommunerne gennem STAR",
        "Virksomhedspraktik og løntilskud, som er publiceret.",
    ),
    "uddannelse": Register(
        "Uddannelse",
        "Skolerne gennem Danmarks Statistik",
        "Hvem der er i gang med en uddannelse, der giver ret til SU.",
    ),
    "persongrupper": Register(
        "Persongrupper",
        "Kommunerne; jobcentret registrerer",
        "Hvem der har en persongruppemarkering, blandt andet for rehabilitering.",
    ),
    "eindkomst": Register(
        "eIndkomst", "Skattestyrelsen", "Arbejdsgivernes indberetning af løn og timer."
    ),
    "socialt_frikort": Register(
        "Socialt frikort",
        "Administrationen af socialtfrikort.dk",
        "Løn under et socialt frikort, som ikke tæller med.",
    ),
}
"""By the name of the source."""

NAMES = {source: register.name for source, register in REGISTERS.items()}
