"""What a number of SAS means, by its format: SAS counts days or seconds from 1960, and
only the format tells which.

The families are those of SAS's own documentation (Formats by Category: Date and Time,
ISO 8601; National Language Support). A format that is in none of them, or that somebody
made, tells of a number alone.
"""

from __future__ import annotations

import re
from enum import Enum


class Meaning(Enum):
    """What a number counts."""

    DAYS = "days"
    SECONDS = "seconds of a day and time"
    TIME = "seconds of a day"
    NUMBER = "a number"


_LANGUAGE = "[A-Z]{3}DF"
"""EUR, or the first letters of a language: DANDFDD, SVEDFDE."""
_SEPARATOR = "[BCDNPS]?"
_DAYS = re.compile(
    f"DATE|X?YYMMDD|(DDMMYY|MMDDYY|YYMMDD){_SEPARATOR}|(MMYY|YYMM|YYQR?){_SEPARATOR}|"
    "YYQZ|YYMON|MONYY|MONNAME|MONTH|YEAR|QTRR?|DAY|DOWNAME|WEEKDAY|WEEKDAT[EX]|"
    "WORDDAT[EX]|(YY)?WEEK[UVW]|JULDA(Y|TE)|JULIAN|PDJUL[GI]|(E|B|IS|ND)8601DA|"
    f"{_LANGUAGE}(DD|DE|DN|DWN|MN|MY|WDX|WKX)|NLDATE[A-Z]*|"
    "MINGUO|NENGO|JNENGOW?|JDATE(?!YT)[A-Z]+|HDATE|HEBDATE"
)
"""Formats that show a number of days, be it the year or the month of it alone."""
_SECONDS = re.compile(
    "DATETIME|DATEAMPM|MDYAMPM|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|"
    f"(E|B|IS|ND)8601(DN|DT|DX|DZ|LX)|{_LANGUAGE}DT|NLDATM[A-Z]*|"
    "JDATEYTW?|JNENGOTW?"
)
_TIME = re.compile(
    "TIME|TIMEAMPM|TOD|HHMM|HOUR|MMSS[CDNPS]?|STIMER|NLTIM[A-Z]*|JTIME[A-Z]+|"
    "(E|B|IS|ND)8601(TM|TX|TZ|LZ)"
)
_WIDTH = re.compile(r"\d*(\.\d*)?$")


def meaning(shown: str | None) -> Meaning:
    """What numbers with a format mean; it has its width, as in `DATE9.`."""
    name = _WIDTH.sub("", (shown or "").upper())
    for pattern, found in (
        (_DAYS, Meaning.DAYS),
        (_SECONDS, Meaning.SECONDS),
        (_TIME, Meaning.TIME),
    ):
        if pattern.fullmatch(name):
            return found
    return Meaning.NUMBER


def told(shown: str | None) -> str:
    """A column of SAS numbers in the words of a message, with the format's name."""
    if not _WIDTH.sub("", shown or ""):
        return "SAS numbers without a format that says what they count"
    name = shown if shown.endswith(".") or "." in shown else f"{shown}."
    match meaning(shown):
        case Meaning.DAYS:
            what = "days"
        case Meaning.SECONDS:
            what = "date-times, which are seconds"
        case Meaning.TIME:
            what = "times of a day, which are seconds"
        case Meaning.NUMBER:
            what = "neither days nor date-times"
    return f"SAS numbers with the format {name}, which is of {what}"
