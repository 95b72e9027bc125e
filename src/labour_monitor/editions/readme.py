"""`README.txt`, in Danish and English, for who opens the folder knowing nothing."""

from __future__ import annotations

from pathlib import Path

from labour_monitor.editions.package import About
from labour_monitor.editions.tables import PUBLIC

FILE = "README.txt"

_DANISH = """\
Overvågning af Afklaringspuljen og Flere skal med 2
====================================================
Udgave {edition}. Registrene er læst, som de var {as_of}.
Nyeste offentliggørelse: {newest}.
{warnings}
Hvad er det?
  Tal for hver måned og kommune: hvor mange borgere er i målgruppen, hvor mange er fritaget,
  hvor mange måles, og hvor mange opfylder kravet. Tal om borgere, aldrig om en enkelt borger.

{who}

Filerne
  datapackage.json    alle tabeller og kolonner med type, enhed og beskrivelse
  *.parquet           en fil pr. tabel; kan åbnes i Excel (Data > Hent data > Fra fil > Fra
                      Parquet), Power BI, R, Python og DuckDB
  labour_monitor.duckdb   de samme tabeller i en DuckDB-fil; åbn den skrivebeskyttet
  disclosure.json     hvor mange tal der er vist og skjult, tabel for tabel
  checksums.txt       SHA-256 af filerne: sha256sum --check checksums.txt
  {docs_da}
Tabellerne
  rpt_...             rapporterne; en række pr. offentliggørelse, område og måned
  dim_...             kommuner, måneder, initiativer, deltagere og statusser{facts_da}
  publication_date    dagen for offentliggørelsen (tidligere offentliggørelser står her også)
  report_month        den nyeste måned i offentliggørelsen; data_month er rækkens egen måned
  area_type           municipality = en kommune, participating = alle deltagende kommuner,
                      country = hele landet
  n_...               antal borgere
  ..._pct             andel i procent med to decimaler
{states_da}"""

_ENGLISH = """

Monitoring of Afklaringspuljen and Flere skal med 2 (in English)
================================================================
Edition {edition}. The registers were read as they were on {as_of}.
Newest publication: {newest}.
{warnings}
What is it?
  Figures of each month and municipality: how many citizens are in the target group, are
  exempt, are measured, and fulfil the requirement. Of citizens together, never of one.

{who}

The files
  datapackage.json    all tables and columns with type, unit and description
  *.parquet           a file a table, for Excel (Data > Get Data > From File > From Parquet),
                      Power BI, R, Python and DuckDB
  labour_monitor.duckdb   the same tables in one DuckDB file; open it read-only
  disclosure.json     how many figures are shown and hidden, by table
  checksums.txt       SHA-256 of the files: sha256sum --check checksums.txt
  {docs_en}
The tables
  rpt_...             the reports; a row a publication, area and month
  dim_...             municipalities, months, initiatives, participants and statuses{facts_en}
  publication_date    the day of the publication (the earlier ones are here too)
  report_month        the newest month of the publication; data_month is that of the row
  area_type           municipality, participating (all that take part), country
  n_...               number of citizens
  ..._pct             share in per cent, with two decimals
{states_en}"""

_STATES_DA = """
Skjulte tal
  Hvert tal x står med en kolonne x_state ved siden af:
    shown             tallet er vist; 0 er et rigtigt nul
    hidden            tallet er tomt, fordi det er holdt tilbage, så ingen kan genkendes
    not_applicable    tallet er tomt, fordi der ikke er noget (f.eks. en andel af ingen)
  Tal fra 1 til {most} vises ikke, og heller ikke andre tal, som de kunne regnes ud af.
  Et tomt tal er altså aldrig nul. Læg ikke tal sammen hen over skjulte: brug rækkerne
  participating og country.
"""
_STATES_EN = """
Hidden figures
  Beside each figure x stands a column x_state:
    shown             the figure is there; 0 is a true zero
    hidden            it is empty: withheld, so that nobody can be recognised
    not_applicable    it is empty: there is none (a share of nobody, for example)
  Counts of 1 to {most} are not shown, nor is anything that they could be worked out from.
  So an empty figure is never zero. Do not add up across hidden ones: take the rows
  participating and country.
"""


def write(folder: Path, part: str, about: About) -> None:
    """Write `README.txt` of the house or of the public."""
    is_public = part == PUBLIC
    newest = ", ".join(f"{name} {day}" for name, day in about.newest.items())
    danish, english = [], []
    if about.is_synthetic:
        danish.append("OBS: Registrene er opdigtede. Tallene handler ikke om nogen.")
        english.append("NOTE: The registers are made up. The figures are of nobody.")
    if about.has_example_participants:
        danish.append(
            "OBS: Listen over deltagende kommuner i Afklaringspuljen er et eksempel."
        )
        english.append(
            "NOTE: The list of participants of Afklaringspuljen is an example."
        )
    who_da = "Til alle: må offentliggøres og gives videre (CC BY 4.0)."
    who_en = "For anybody: it may be published and handed on (CC BY 4.0)."
    if not is_public:
        who_da = (
            "KUN TIL MYNDIGHEDENS EGET BRUG: små tal er ikke skjult. Giv mappen "
            "public videre i stedet."
        )
        who_en = (
            "FOR THE AUTHORITY ALONE: small counts are not hidden. Hand on the folder "
            "public instead."
        )
    values = {"edition": about.edition, "as_of": about.as_of, "newest": newest}
    text = _DANISH.format(
        **values,
        warnings="".join(f"{line}\n" for line in danish),
        who=who_da,
        docs_da="" if is_public else "data_docs/index.html   kontrollen af udgaven\n",
        facts_da=""
        if is_public
        else "\n  fct_..., dq_...     alle tal bag rapporterne, "
        "og kontrollen af registrene",
        states_da=_STATES_DA.format(most=about.limit - 1) if is_public else "",
    )
    text += _ENGLISH.format(
        **values,
        warnings="".join(f"{line}\n" for line in english),
        who=who_en,
        docs_en=""
        if is_public
        else "data_docs/index.html   the audit of the edition\n",
        facts_en=""
        if is_public
        else "\n  fct_..., dq_...     all figures behind the "
        "reports, and the check of the registers",
        states_en=_STATES_EN.format(most=about.limit - 1) if is_public else "",
    )
    lines = (line.rstrip() for line in text.splitlines())
    content = "\r\n".join(lines) + "\r\n"  # for Notepad too
    (folder / FILE).write_bytes(("\ufeff" + content).encode())
