"""SAS: `.sas7bdat` and transport files (`.xpt`, versions 5 and 8), by pyreadstat.

A SAS number with a format of dates is a date; any other is a number. Text keeps its
leading zeros, which a number has lost: what that means for a column is decided where
the contract is asked.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.receiving.reading import CELLS_OF_A_BATCH, Progress, Reading, Say

LARGEST_BATCH = 100_000
CELLS_OF_A_CHUNK = CELLS_OF_A_BATCH // 2
"""pyreadstat makes a Python object of every value."""
_DAYS_1960_TO_1970 = 3653
_DATES = re.compile(
    "DATE|NLDATE|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|WEEKDAT[EX]|WORDDAT[EX]|"
    "(E8601|B8601|IS8601)DA|YEAR|MONTH|MONYY|MONNAME|YYMM[CDNPS]?|YYMON|YYQR?[CDNPS]?|"
    "QTRR?|DAY|DOWNAME|WEEKDAY|WEEK[UVW]|JULDAY|JULIAN|EURDF.*"
)
"""Formats that show a number of days since 1960, be it its year or month alone."""
_TIMES = re.compile(
    "DATETIME|NLDATM.*|DATEAMPM|MDYAMPM|DT.*|(E8601|B8601|IS8601)(D[NTXZ]|TM|TZ|LZ)|"
    "TIME|TIMEAMPM|NLTIM.*|TOD|HHMM|HOUR|MMSS"
)
"""Formats that show seconds: no date, and no number that the contract could mean."""
_TEXT_RECORD, _RECORD = b"HEADER RECORD*******", 80
_SEND_AGAIN = "ask the sender for the whole file again"


def open_sas7bdat(path: Path, here: Fault, say: Say) -> Reading:
    """Open a SAS data set: see `reading.Open`."""
    return _open(path, here, say, pyreadstat.read_sas7bdat, "SAS data set (.sas7bdat)")


def open_xpt(path: Path, here: Fault, say: Say) -> Reading:
    """Open a SAS transport file: see `reading.Open`."""
    return _open(path, here, say, pyreadstat.read_xport, "SAS transport file (.xpt)")


def _open(path: Path, here: Fault, say: Say, read: Callable, kind: str) -> Reading:
    meta = _metadata(path, here, read, kind)
    names = meta.column_names
    types = [_type(meta, name) for name in names]
    n_rows = meta.number_rows  # a transport file does not say it
    facts = {"kind": kind}
    if meta.file_encoding:
        facts["encoding"] = meta.file_encoding

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        fields = [pa.field(names[p], types[p]) for p in positions]
        read_rows = 0
        for batch in _chunks(path, here, say, read, pa.schema(fields), n_rows):
            read_rows += len(batch)
            yield batch
        if n_rows is not None and read_rows != n_rows:
            raise _broken(here, f"{n_rows:,} rows, as the file says", f"{read_rows:,}")
        if read is pyreadstat.read_xport:
            width = sum(meta.variable_storage_width.values())
            _check_transport_end(path, here, read_rows, width)

    return Reading(names, types, n_rows, facts, batches)


def _broken(here: Fault, expected: str, found: str) -> LandingError:
    return LandingError(
        [replace(here, expected=expected, found=found, advice=_SEND_AGAIN)]
    )


def _metadata(path: Path, here: Fault, read: Callable, kind: str):
    for encoding in (None, "ISO-8859-1"):  # of names and labels
        try:
            return read(path, metadataonly=True, encoding=encoding)[1]
        except UnicodeDecodeError:
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise _broken(here, f"a whole {kind}", f"'{error}'") from None
    raise _broken(here, f"a whole {kind}", "names in no known encoding")


def _type(meta, name: str) -> pa.DataType:
    """What a column is, by its type and its format in SAS."""
    if meta.readstat_variable_types[name] == "string":
        return pa.string()
    shown = re.sub(r"\d*(\.\d*)?$", "", meta.original_variable_types[name] or "")
    if _DATES.fullmatch(shown.upper()):
        return pa.date32()
    if _TIMES.fullmatch(shown.upper()):
        return pa.timestamp("s")
    return pa.float64()


def _chunks(
    path: Path, here: Fault, say: Say, read: Callable, schema: pa.Schema, n_rows
) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time. Text that is not what the file says it is (a transport
    file says nothing, UTF-8 is tried) is read as Latin-1 from there on."""
    size = min(LARGEST_BATCH, CELLS_OF_A_CHUNK // max(1, len(schema)))
    progress = Progress(say, f"{path.name}: read", "rows", n_rows)
    encoding, is_ascii, offset = None, True, 0
    while n_rows is None or offset < n_rows:
        try:
            values, _ = read(
                path,
                usecols=schema.names,
                row_offset=offset,
                row_limit=size,
                output_format="dict",
                disable_datetime_conversion=True,
                encoding=encoding,
            )
        except UnicodeDecodeError:
            if encoding or not is_ascii:
                raise _broken(
                    here, "text in one encoding", "bytes that are not of it"
                ) from None
            encoding = "ISO-8859-1"
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise _broken(here, "rows that can be read", f"'{error}'") from None
        try:
            arrays = [_array(values.pop(field.name), field.type) for field in schema]
        except pa.ArrowInvalid:  # its message holds the value
            raise _broken(here, "dates of the calendar", "numbers that are none") from (
                None
            )
        batch = pa.record_batch(arrays, schema=schema)
        if not len(batch):
            return
        if encoding is None:
            is_ascii = is_ascii and _is_ascii(batch)
        progress.add(len(batch))
        yield batch
        offset += len(batch)
        if len(batch) < size:
            return


def _is_ascii(batch: pa.RecordBatch) -> bool:
    return all(
        pc.all(pc.string_is_ascii(column)).as_py() is not False
        for column in batch.columns
        if pa.types.is_string(column.type)
    )


def _array(values: list, wanted: pa.DataType) -> pa.Array:
    """Values of pyreadstat; SAS counts days from 1960."""
    if pa.types.is_string(wanted):
        return pa.array(values, wanted)
    numbers = pa.array(values, pa.float64())
    if pa.types.is_date(wanted):
        days = pc.subtract(pc.floor(numbers), float(_DAYS_1960_TO_1970))
        return days.cast(pa.int32()).cast(wanted)
    if pa.types.is_timestamp(wanted):  # whenever that is: no column may be one
        return pc.floor(numbers).cast(pa.int64()).cast(wanted)
    return numbers


def _check_transport_end(path: Path, here: Fault, n_rows: int, width: int) -> None:
    """A transport file says neither how many rows it has nor where it ends: after the
    rows there may only be blanks, up to a whole record of 80 bytes."""
    size = path.stat().st_size
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        data = None
        for name in (b"OBS", b"OBSV8"):
            mark = _TEXT_RECORD + name.ljust(8) + b"HEADER RECORD!!!!!!!"
            position = content.find(mark)
            while position >= 0:
                if data is not None:
                    raise LandingError(
                        [
                            replace(
                                here,
                                expected="one data set in a transport file",
                                found="several",
                                advice="ask the sender for a file of each data set",
                            )
                        ]
                    )
                data = position + _RECORD
                position = content.find(mark, data)
        rest = content[(data or 0) + n_rows * width :]
    if data is None or size % _RECORD or len(rest) >= _RECORD or rest.strip(b" "):
        raise _broken(here, "a transport file of whole rows", "one that was cut off")
