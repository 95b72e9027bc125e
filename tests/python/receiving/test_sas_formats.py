"""What a number of SAS means: the families of its formats, in all languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest

from labour_monitor.receiving.land import land
from labour_monitor.receiving.sas_formats import Meaning, meaning

from .conftest import DAY

LANGUAGES = (
    "AFR CAT CRO CSY DAN DES DEU ENG ESP EUR FIN FRA FRS HUN ITA MAC NLD NOR POL PTG "
    "RUS SLO SVE"
)
SEPARATED = ("DDMMYY", "MMDDYY", "YYMMDD", "MMYY", "YYMM", "YYQ", "YYQR")
DAYS = [
    *(
        f"{of}DF{what}"
        for of in LANGUAGES.split()
        for what in ("DD", "DE", "DN", "DWN")
    ),
    *(f"{of}DF{what}" for of in LANGUAGES.split() for what in ("MN", "MY")),
    *(f"{of}DF{what}" for of in LANGUAGES.split() for what in ("WDX", "WKX")),
    *(f"{name}{sign}" for name in SEPARATED for sign in ("", "C", "D", "N", "P", "S")),
    *("DDMMYYB", "MMDDYYB", "YYMMDDB", "XYYMMDD", "YYQZ", "YYMON", "MONYY", "DATE"),
    *("NLDATE", "NLDATEL", "NLDATEM", "NLDATEMD", "NLDATEMN", "NLDATES", "NLDATEW"),
    *("NLDATEWN", "NLDATEYM", "NLDATEYQ", "NLDATEYR", "NLDATEYW", "NLDATEMDL"),
    *("E8601DA", "B8601DA", "IS8601DA", "ND8601DA", "PDJULG", "PDJULI", "JULIAN"),
    *("JULDAY", "JULDATE", "DAY", "DOWNAME", "WEEKDAY", "WEEKDATE", "WEEKDATX"),
    *("WORDDATE", "WORDDATX", "WEEKU", "WEEKV", "WEEKW", "YYWEEKU", "YYWEEKV"),
    *("MONNAME", "MONTH", "QTR", "QTRR", "YEAR", "MINGUO", "NENGO", "JNENGO"),
    *("JDATEYMD", "JDATEMDW", "HDATE", "HEBDATE"),
]
SECONDS = [
    *(f"{language}DFDT" for language in LANGUAGES.split()),
    *("DATETIME", "DATEAMPM", "MDYAMPM", "DTDATE", "DTMONYY", "DTWKDATX", "DTYEAR"),
    *("DTYYQC", "NLDATM", "NLDATMAP", "NLDATMDT", "NLDATML", "NLDATMMN", "NLDATMS"),
    *("NLDATMTM", "NLDATMW", "NLDATMWN", "NLDATMYR", "NLDATMZ", "JDATEYT", "JNENGOT"),
    *(
        f"{of}8601{what}"
        for of in ("E", "B", "IS", "ND")
        for what in ("DN", "DT", "DZ")
    ),
    *("E8601DX", "B8601DX", "E8601LX", "B8601LX"),
]
TIMES = [
    *("TIME", "TIMEAMPM", "TOD", "HHMM", "HOUR", "MMSS", "MMSSC", "NLTIME", "NLTIMAP"),
    *("E8601TM", "E8601TZ", "E8601LZ", "B8601TM", "IS8601TM", "ND8601TM", "ND8601TZ"),
    *("JTIMEHMS", "STIMER"),
]
NUMBERS = [
    *("", "F", "BEST", "COMMA", "COMMAX", "NUMX", "Z", "PD", "EURO", "EURFRDKK"),
    *("EURTODKK", "DATO", "MYDATE", "DTYPE", "NLNUM", "PERCENT", "JULEFERIE", "DFDD"),
]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (DAYS, Meaning.DAYS),
        (SECONDS, Meaning.SECONDS),
        (TIMES, Meaning.TIME),
        (NUMBERS, Meaning.NUMBER),
    ],
    ids=["days", "seconds", "times", "numbers"],
)
def test_a_format_of_sas_says_what_a_number_counts(names, expected) -> None:
    for name in names:
        for width in ("", "10", "10.", "22.3"):
            assert meaning(f"{name}{width}") == expected, (name, width)
            assert meaning(f"{name}{width}".lower()) == expected, (name, width)
    assert meaning(None) == Meaning.NUMBER


def test_days_of_sas_are_read_in_every_language(tmp_path: Path) -> None:
    """A column for each format would be none of the contract, so a file for some."""
    shown = ("DANDFDD10", "DANDFDE9", "SVEDFDD", "NLDATEL", "NLDATES", "ND8601DA")
    for name in (*shown, "PDJULG", "EURDFDD10", "MMYYS7"):
        path = tmp_path / f"{name}.xpt"
        columns = {"PNR": ["6101701234"], "FOED_DAG": [3653.0], "DODDATO": [21915.0]}
        formats = dict.fromkeys(("FOED_DAG", "DODDATO"), name)
        pyreadstat.write_xport(pd.DataFrame(columns), path, variable_format=formats)
        folder = land(tmp_path / name, "personer", [path], DAY).folder
        rows = duckdb.execute(f"select foed_dag, doddato from '{folder}/*.parquet'")
        assert rows.fetchall() == [(date(1970, 1, 1), date(2020, 1, 1))], name
