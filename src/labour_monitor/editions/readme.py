"""`README.txt`, in Danish and English, for who opens the folder knowing nothing. The
texts are in the folder `readme`."""

from __future__ import annotations

from pathlib import Path

from labour_monitor.editions.package import About
from labour_monitor.editions.tables import PUBLIC

FILE = "README.txt"
_TEXTS = Path(__file__).parent / "readme"
_SYNTHETIC = {
    "da": "OBS: Registrene er opdigtede. Tallene handler ikke om nogen.",
    "en": "NOTE: The registers are made up. The figures are of nobody.",
}
_EXAMPLE = {
    "da": "OBS: Listen over deltagerne i Afklaringspuljen er et eksempel.",
    "en": "NOTE: The list of participants of Afklaringspuljen is an example.",
}
_WHO = {
    ("da", True): "Til alle: må offentliggøres og gives videre (CC BY 4.0).",
    ("en", True): "For anybody: it may be published and handed on (CC BY 4.0).",
    ("da", False): (
        "KUN TIL MYNDIGHEDENS EGET BRUG: små tal er ikke skjult. Giv mappen public "
        "videre i stedet."
    ),
    ("en", False): (
        "FOR THE AUTHORITY ALONE: small counts are not hidden. Hand on the folder "
        "public instead."
    ),
}
_DOCS = {
    "da": "data_docs/index.html   kontrollen af udgaven\n",
    "en": "data_docs/index.html   the audit of the edition\n",
}
_FACTS = {
    "da": "\n  fct_..., dq_...     alle tal bag rapporterne, og registrenes kontrol",
    "en": "\n  fct_..., dq_...     all figures behind the reports, and the check",
}


def write(folder: Path, part: str, about: About) -> None:
    """Write `README.txt` of the house or of the public."""
    texts = [_text(language, part == PUBLIC, about) for language in ("da", "en")]
    lines = (line.rstrip() for line in "\n\n".join(texts).splitlines())
    # With a mark and the ends of lines that Notepad and Excel know.
    (folder / FILE).write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode())


def _text(language: str, is_public: bool, about: About) -> str:
    warnings = []
    if about.is_synthetic:
        warnings.append(_SYNTHETIC[language])
    if about.has_example_participants:
        warnings.append(_EXAMPLE[language])
    states = ""
    if is_public:
        states = _of_file(f"states_{language}").format(most=about.limit - 1)
    return _of_file(language).format(
        edition=about.edition,
        as_of=about.as_of,
        newest=", ".join(f"{name} {day}" for name, day in about.newest.items()),
        warnings="".join(f"{line}\n" for line in warnings),
        who=_WHO[language, is_public],
        docs="" if is_public else _DOCS[language],
        facts="" if is_public else _FACTS[language],
        states=states,
    )


def _of_file(name: str) -> str:
    return (_TEXTS / f"{name}.txt").read_text(encoding="utf-8")
