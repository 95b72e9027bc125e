"""What each register looks like on disk: columns, types, kind of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from labour_monitor.synthetic.calendar import WEEK_COLUMNS, weeks_in_delivery

TEXT = pa.string()
DATE = pa.date32()
INTEGER = pa.int32()
DECIMAL = pa.decimal128(18, 2)
BOOLEAN = pa.bool_()


@dataclass(frozen=True)
class Source:
    """A register: its name, whether deliveries replace or add up, its columns."""

    name: str
    is_increment: bool
    columns: tuple[tuple[str, pa.DataType], ...]

    def schema(self, delivered: date) -> pa.Schema:
        """The schema of one delivery; DREAM grows by its weeks."""
        fields = list(self.columns)
        if self.name == "dream":
            weeks = WEEK_COLUMNS[: weeks_in_delivery(delivered)]
            fields += [(week, TEXT) for week in weeks]
        return pa.schema(fields)


def _snapshot(name: str, **columns: pa.DataType) -> Source:
    return Source(name, False, tuple(columns.items()))


def _increment(name: str, **columns: pa.DataType) -> Source:
    return Source(name, True, tuple(columns.items()))


_ALL = (
    _snapshot("dream", pnr=TEXT),
    _snapshot("personer", pnr=TEXT, foed_dag=DATE, doddato=DATE),
    _snapshot("bopael", pnr=TEXT, kom=TEXT, bop_vfra=DATE, bop_vtil=DATE),
    _snapshot(
        "visitation",
        pnr=TEXT,
        personkategori_kode=INTEGER,
        fra_dato=DATE,
        til_dato=DATE,
    ),
    _snapshot(
        "integrationsprogram",
        pnr=TEXT,
        program_kode=TEXT,
        fra_dato=DATE,
        til_dato=DATE,
    ),
    _snapshot("ydelser", pnr=TEXT, ydelse_kode=TEXT, fra_dato=DATE, til_dato=DATE),
    _snapshot(
        "fritagelser", pnr=TEXT, fritagelse_kode=TEXT, fra_dato=DATE, til_dato=DATE
    ),
    _snapshot(
        "aktivering",
        pnr=TEXT,
        tilbud_kode=TEXT,
        start_dato=DATE,
        slut_dato=DATE,
        publiceret=BOOLEAN,
    ),
    _snapshot(
        "uddannelse",
        pnr=TEXT,
        udd=TEXT,
        su_berettiget=BOOLEAN,
        elev3_vfra=DATE,
        elev3_vtil=DATE,
    ),
    _snapshot(
        "persongrupper", pnr=TEXT, persongruppe=TEXT, start_dato=DATE, slut_dato=DATE
    ),
    _increment(
        "eindkomst",
        indberetning_id=TEXT,
        pnr=TEXT,
        ajo_cvr_nr=TEXT,
        vmo_basis_aar=INTEGER,
        vmo_basis_maaned=INTEGER,
        vmo_indkomst_type_kode=TEXT,
        ajo_loentimer=DECIMAL,
        ajo_smalt_loenbeloeb=DECIMAL,
        ansaettelse_kode=TEXT,
        vmo_tilbagefoersel_kode=TEXT,
    ),
    _increment(
        "socialt_frikort",
        indberetning_id=TEXT,
        pnr=TEXT,
        cvr=TEXT,
        aar=INTEGER,
        maaned=INTEGER,
        timer=DECIMAL,
        beloeb=DECIMAL,
    ),
)

SOURCES: dict[str, Source] = {source.name: source for source in _ALL}

SPELL_COLUMNS: dict[str, tuple[str, str]] = {
    "bopael": ("bop_vfra", "bop_vtil"),
    "visitation": ("fra_dato", "til_dato"),
    "integrationsprogram": ("fra_dato", "til_dato"),
    "ydelser": ("fra_dato", "til_dato"),
    "fritagelser": ("fra_dato", "til_dato"),
    "aktivering": ("start_dato", "slut_dato"),
    "uddannelse": ("elev3_vfra", "elev3_vtil"),
    "persongrupper": ("start_dato", "slut_dato"),
}
"""Start and end column of each register of spells."""
