"""SAS: `.sas7bdat` and transport files (`.xpt`, versions 5 and 8), by pyreadstat.

A SAS number is days, seconds or a number by its format (`sas_formats`). Text keeps its
leading zeros, which a number has lost: what that means for a column is decided where
the contract is asked.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.receiving import sas_formats
from labour_monitor.receiving.reading import CELLS_OF_A_BATCH, Progress, Reading, Say
from labour_monitor.receiving.sas_formats import Meaning
from labour_monitor.receiving.text import has_utf8, of_windows

LARGEST_BATCH = 100_000
CELLS_OF_A_CHUNK = CELLS_OF_A_BATCH // 2
"""pyreadstat makes a Python object of every value."""
_DAYS_1960_TO_1970 = 3653
_OBSERVATIONS = re.compile(rb"HEADER RECORD\*{7}OBS(?:V8   |     )HEADER RECORD!{7}")
"""What stands before the rows of a transport file, in a record of its own."""
_MARK, _RECORD = 48, 80
_BYTE_BY_BYTE = "ISO-8859-1"
Part = Callable[[int, int], dict]
"""What pyreadstat is given to read some rows, from the first of them."""
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
    if not all(name and name.strip() for name in names):
        raise _broken(here, "a name for each column", "one without a name")
    types = [_type(meta, name) for name in names]
    if read is pyreadstat.read_xport:
        widths = [meta.variable_storage_width[name] for name in names]
        layout = _transport_layout(path, here, sum(widths))
        is_text = np.repeat([pa.types.is_string(kind) for kind in types], widths)
        layout.refuse_nul(here, is_text)
        n_rows, part = layout.n_rows, layout.part
    else:
        n_rows, part = meta.number_rows, partial(_part_of_data_set, path)
    facts = {"kind": kind}
    if meta.file_encoding:
        facts["encoding"] = meta.file_encoding

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        schema = pa.schema([pa.field(names[p], types[p]) for p in positions])
        progress = Progress(say, f"{path.name}: read", "rows", n_rows)
        for batch in _chunks(here, read, part, schema, n_rows):
            progress.add(len(batch))
            yield batch

    told = {
        name: sas_formats.told(meta.original_variable_types[name])
        for name, kind in zip(names, types, strict=True)
        if not pa.types.is_string(kind)
    }
    return Reading(names, types, n_rows, facts, batches, told)


def _broken(here: Fault, expected: str, found: str) -> LandingError:
    return LandingError(
        [replace(here, expected=expected, found=found, advice=_SEND_AGAIN)]
    )


def _metadata(path: Path, here: Fault, read: Callable, kind: str):
    for encoding in (None, _BYTE_BY_BYTE):  # of names and labels
        try:
            return read(path, metadataonly=True, encoding=encoding)[1]
        except UnicodeDecodeError:
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise _broken(here, f"a whole {kind}", f"'{error}'") from None
        except (TypeError, ValueError):  # of pyreadstat, over what is no header
            raise _broken(here, f"a whole {kind}", "headers that are none") from None
    raise _broken(here, f"a whole {kind}", "names in no known encoding")


def _type(meta, name: str) -> pa.DataType:
    """What a column is, by its type and its format in SAS."""
    if meta.readstat_variable_types[name] == "string":
        return pa.string()
    match sas_formats.meaning(meta.original_variable_types[name]):
        case Meaning.DAYS:
            return pa.date32()
        case Meaning.SECONDS | Meaning.TIME:  # no date, and no number of the contract
            return pa.timestamp("s")
    return pa.float64()


def _part_of_data_set(path: Path, first: int, size: int) -> dict:
    return {"filename_path": path, "row_offset": first, "row_limit": size}


def _chunks(
    here: Fault, read: Callable, part: Part, schema: pa.Schema, n_rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time. Text that is not what the file says it is (a transport
    file says nothing, UTF-8 is tried) is read as Windows-1252 from there on: byte by
    byte first, to find what is none."""
    size = min(LARGEST_BATCH, CELLS_OF_A_CHUNK // max(1, len(schema)))
    encoding, is_ascii, first = None, True, 0
    while first < n_rows:
        wanted = min(size, n_rows - first)
        try:
            values, _ = read(
                **part(first, wanted),
                usecols=schema.names,
                output_format="dict",
                disable_datetime_conversion=True,
                encoding=encoding,
            )
            arrays = [_array(here, field, values.pop(field.name)) for field in schema]
        except UnicodeDecodeError:
            if encoding or not is_ascii:
                raise _broken(here, "text in one encoding", "text in several") from None
            encoding = _BYTE_BY_BYTE
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise _broken(here, "rows that can be read", f"'{error}'") from None
        if encoding:
            arrays = [
                _of_windows(here, *pair) for pair in zip(schema, arrays, strict=True)
            ]
        batch = pa.record_batch(arrays, schema=schema)
        if len(batch) != wanted:
            found = f"{first + len(batch):,} that can be read"
            raise _broken(here, f"{n_rows:,} rows", found)
        if encoding is None:
            is_ascii = is_ascii and _is_ascii(batch)
        yield batch
        first += wanted


def _of_windows(here: Fault, field: pa.Field, array: pa.Array) -> pa.Array:
    """A column that was read byte by byte in Windows-1252; LandingError where it was
    UTF-8 in some rows, or where it is neither."""
    if not pa.types.is_string(field.type):
        return array
    here = replace(here, column=field.name.lower())
    if has_utf8(array):
        raise _broken(here, "text in one encoding", "UTF-8 and Windows-1252")
    text, is_bad = of_windows(array)
    if is_bad is not None:
        what = "bytes that are neither (of MS-DOS, or of a broken file)"
        raise _broken(here, "text in UTF-8 or Windows-1252", what)
    return text


def _is_ascii(batch: pa.RecordBatch) -> bool:
    return all(
        pc.all(pc.string_is_ascii(column)).as_py() is not False
        for column in batch.columns
        if pa.types.is_string(column.type)
    )


def _array(here: Fault, field: pa.Field, values: list) -> pa.Array:
    """Values of pyreadstat; SAS counts days from 1960."""
    if pa.types.is_string(field.type):
        return pa.array(values, field.type)
    numbers = pa.array(values, pa.float64())
    try:
        if pa.types.is_date(field.type):
            days = pc.subtract(pc.floor(numbers), float(_DAYS_1960_TO_1970))
            return days.cast(pa.int32()).cast(field.type)
        if pa.types.is_timestamp(field.type):  # whenever that is: no column may be one
            return pc.floor(numbers).cast(pa.int64()).cast(field.type)
    except pa.ArrowInvalid:  # its message holds the value
        what = "numbers that are none: they may be seconds"
        at = replace(here, column=field.name.lower())
        raise _broken(at, "dates of the calendar", what) from None
    return numbers


@dataclass(frozen=True)
class _Transport:
    """Where the rows of a transport file are: all of one width, after its headers."""

    path: Path
    start: int
    width: int
    n_rows: int

    def part(self, first: int, size: int) -> dict:
        """Some of the rows as a file of their own: to leave out the rows before them
        pyreadstat would read them all again. By its header it has all rows, and where
        that says how many, the blanks at its end would be some of them."""
        with self.path.open("rb") as file:
            headers = file.read(self.start)
            file.seek(self.start + first * self.width)
            rows = file.read(size * self.width)
        padding = b" " * (-len(rows) % _RECORD)
        content = io.BytesIO(headers + rows + padding)
        return {"filename_path": content, "row_limit": size}

    def refuse_nul(self, here: Fault, is_text: np.ndarray) -> None:
        """LandingError where a text has a NUL byte: the file has a hole, in which text
        would end too early, and numbers would be 0.

        Args:
            is_text: of each byte of a row, whether it is of a text.
        """
        if not self.n_rows:
            return
        rows = np.memmap(
            self.path, np.uint8, "r", self.start, (self.n_rows, self.width)
        )
        for first in range(0, self.n_rows, LARGEST_BATCH):
            some = rows[first : first + LARGEST_BATCH][:, is_text]
            has_nul = (some == 0).any(axis=1)
            if has_nul.any():
                row = first + int(has_nul.argmax()) + 1
                raise _broken(here, "text", f"a NUL byte (the first in row {row:,})")


def _transport_layout(path: Path, here: Fault, width: int) -> _Transport:
    """Find the rows of a transport file, and whether they are whole.

    After them there may only be blanks, up to a whole record of 80 bytes. Version 8
    says how many rows there are; version 5 does not.
    """
    whole = "a transport file of whole rows"
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        marks = [match.start() for match in _OBSERVATIONS.finditer(content)]
        if len(marks) > 1:
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
        if not marks or len(content) % _RECORD or not width:
            raise _broken(here, whole, "one that was cut off")
        start = marks[0] + _RECORD
        said = content[marks[0] + _MARK : start].strip(b" \0").lstrip(b"0")
        n_rows, rest = divmod(len(content) - start, width)
        if rest >= _RECORD or content[len(content) - rest :].strip(b" "):
            raise _broken(here, whole, "one that was cut off")
        while n_rows:  # short rows: some that are only blanks may belong to the end
            last = start + (n_rows - 1) * width
            is_end = len(content) - last < _RECORD
            if not is_end or content[last : last + width].strip(b" "):
                break
            n_rows -= 1
    if said.isdigit() and int(said) != n_rows:
        raise _broken(here, f"{int(said):,} rows, as the file says", f"{n_rows:,}")
    return _Transport(path, start, width, n_rows)
