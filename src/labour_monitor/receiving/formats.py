"""The formats of senders' files, by the end of the name, and what a file is by its
first bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from labour_monitor.landing.faults import Fault
from labour_monitor.receiving.csv_file import open_csv
from labour_monitor.receiving.parquet_file import open_parquet
from labour_monitor.receiving.reading import Open, Reading, Say


def _open_sas7bdat(path: Path, here: Fault, say: Say) -> Reading:
    # pyreadstat brings pandas, which takes seconds: only SAS files pay for it.
    from labour_monitor.receiving.sas_file import open_sas7bdat

    return open_sas7bdat(path, here, say)


def _open_xpt(path: Path, here: Fault, say: Say) -> Reading:
    from labour_monitor.receiving.sas_file import open_xpt

    return open_xpt(path, here, say)


FORMATS: dict[str, Open] = {
    ".csv": open_csv,
    ".txt": open_csv,
    ".sas7bdat": _open_sas7bdat,
    ".xpt": _open_xpt,
    ".parquet": open_parquet,
}

_UNPACK = "unpack it, and land the files in it"
_SAVE = "save it as CSV in UTF-8, or ask the sender for such a file"
_MARKS: dict[bytes, tuple[str, str]] = {
    b"PAR1": ("Parquet", ".parquet"),
    bytes(12) + bytes.fromhex("c2ea8160b31411cf"): ("a SAS data set", ".sas7bdat"),
    b"HEADER RECORD*******": ("a SAS transport file", ".xpt"),
    b"PK\x03\x04": ("a zip archive or a workbook of Excel", f"{_UNPACK}; or {_SAVE}"),
    b"\x1f\x8b": ("a gzip archive", _UNPACK),
    b"BZh": ("a bzip2 archive", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", _UNPACK),
    b"\xfd7zXZ\0": ("an xz archive", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("a zstd archive", _UNPACK),
    bytes.fromhex("d0cf11e0a1b11ae1"): ("an older workbook of Excel", _SAVE),
    b"SQLite format 3\0": ("a database of SQLite", _SAVE),
    b"%PDF": ("PDF", _SAVE),
    b"<": ("HTML or XML", _SAVE),
}
"""How files of a format begin: what they are, and the end of their name, or advice."""
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")
_FIRST_BYTES = 512


def content_faults(path: Path, here: Fault) -> list[Fault]:
    """A fault where a file is of another format than its name says: its reader would
    call it broken."""
    ending = path.suffix.lower()
    with path.open("rb") as file:
        first = file.read(_FIRST_BYTES)
    known = [found for mark, found in _MARKS.items() if first.startswith(mark)]
    if not known and FORMATS[ending] is not open_csv and _TEXT.fullmatch(first):
        known = [("text, as in CSV", ".csv")]
    return [
        replace(
            here,
            expected=f"a file of the format that its name says, {ending}",
            found=what,
            advice=f"name the file after its format, {right}"
            if right in FORMATS
            else right,
            asks=False,
        )
        for what, right in known
        if right != ending
    ]
