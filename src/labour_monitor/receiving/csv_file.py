"""CSV: comma or semicolon, UTF-8 or Windows-1252, quoted or not. Everything is text
here: what a column's text means is decided in `values.py`, when all of it is known."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from labour_monitor.landing import contract
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.receiving.csv_scan import BOM, LONGEST_LINE, Scan, scan
from labour_monitor.receiving.reading import Progress, Reading, Say
from labour_monitor.receiving.text import of_windows

DELIMITERS = {";": "semicolon", ",": "comma"}
_ENCODINGS = "text in one encoding, UTF-8 or Windows-1252"
_IN_UTF8 = "ask the sender for the file in UTF-8"
BLOCK = 64 * 2**20
"""Of the reader; a block of rows becomes a row group of the Parquet file."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_DELIMITERS = {"\t": "tab", "|": "|"}
_SEND_AGAIN = "ask the sender for the whole file again"
_DELIMITER_NOTE = re.compile(r'"?sep=.?"?', re.IGNORECASE)
"""A first line by which Excel is told the delimiter."""


def open_csv(path: Path, here: Fault, say: Say) -> Reading:
    """Open a CSV file: see `reading.Open`."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_LINE)
    if line.startswith(_UTF16) or 3 * line.count(0) > len(line):
        raise LandingError(
            [
                replace(
                    here,
                    expected=_ENCODINGS,
                    found="UTF-16 or UTF-32",
                    advice=_IN_UTF8,
                )
            ]
        )
    delimiter, names = _header(line, here)
    found = scan(path, delimiter, names, say)
    if faults := _faults(found, here):
        raise LandingError(faults)

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        return _batches(path, here, found, delimiter, names, positions, say)

    return Reading(
        names=names,
        types=[
            pa.dictionary(pa.int32(), pa.string()) if _is_week(name) else pa.string()
            for name in names
        ],
        n_rows=found.n_records - 1,
        format={
            "kind": "CSV",
            "delimiter": DELIMITERS[delimiter],
            "encoding": found.encoding,
            "byte order mark": "yes" if found.has_bom else "no",
            "quotes": "yes" if found.has_quotes else "no",
        },
        batches=batches,
    )


def _is_week(name: str) -> bool:
    """Whether a column holds few values over and over, which are kept as a list."""
    return contract.week_of_column(name) is not None


def _header(line: bytes, here: Fault) -> tuple[str, list[str]]:
    """The delimiter and the names: those under which the header has columns of the
    contract. A line that has none may be a person's, so nothing of it is told."""
    try:
        text = line.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    headers = {delimiter: _names(text, delimiter) for delimiter in DELIMITERS}
    delimiter = max(headers, key=lambda d: _n_known(headers[d]))
    if not _n_known(headers[delimiter]):
        raise LandingError([_no_header(text, here)])
    return delimiter, headers[delimiter]


def _names(line: str, delimiter: str) -> list[str]:
    """The names in a line by a delimiter; none where its quotes are broken."""
    try:
        fields = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [name.strip() for name in fields]


def _n_known(names: list[str]) -> int:
    """How many of some names are columns of the contract."""
    known = {c.name for source in contract.sources().values() for c in source.columns}
    return len(known & {name.lower() for name in names})


def _no_header(line: str, here: Fault) -> Fault:
    """The first line has no name of the contract."""
    here = replace(
        here,
        line="1",
        expected="the names of the columns, separated by comma or "
        'semicolon, with or without "double quotes"',
    )
    if _DELIMITER_NOTE.fullmatch(line.strip()):
        return replace(
            here,
            found="'sep=', a note for Excel on the delimiter",
            advice="remove the first line, or ask the sender for a file without it: "
            "the names of the columns must come first",
        )
    for delimiter, name in _OTHER_DELIMITERS.items():
        if _n_known(_names(line, delimiter)):
            return replace(
                here,
                found=f"names separated by {name}",
                advice="ask the sender for the file with semicolons",
            )
    first, *others = line.rstrip("\r\n").split("\r")
    if others and any(_n_known(_names(first, delimiter)) for delimiter in DELIMITERS):
        return replace(
            here,
            expected="lines that end in LF or CR LF",
            found="a CR alone",
            advice="ask the sender to write the file with one kind of line end",
        )
    if not line.strip(" \r\n;,"):
        return replace(
            here,
            found="an empty line",
            advice="remove the lines before the names of the columns, or ask the "
            "sender for a file without them",
        )
    return replace(
        here,
        found="no name of the contract",
        advice="remove what stands before the names, or ask the sender for a file with "
        "a header, in the names of models/staging/_landing__sources.yml",
    )


def _faults(found: Scan, here: Fault) -> list[Fault]:
    """A fault for everything in the bytes that a reader would have to guess about."""

    def fault(line: int, expected: str, what: str, advice: str) -> Fault:
        return replace(
            here, line=str(line), expected=expected, found=what, advice=advice
        )

    faults = []
    if found.nul:
        faults.append(fault(found.nul, "text", "a NUL byte", _SEND_AGAIN))
    if found.mark_inside and found.is_utf8:
        faults.append(
            fault(
                found.mark_inside,
                "a byte order mark at the start of the file alone",
                "another one: the file may be several that were joined",
                "land the files that it was made of, or ask the sender for it without "
                "the mark",
            )
        )
    if found.too_long:
        faults.append(
            fault(
                found.too_long,
                f"lines of at most {LONGEST_LINE // 2**20} MB",
                "a longer one",
                "ask the sender for a CSV file with a line for each row",
            )
        )
    if found.bare_cr:
        faults.append(
            fault(
                found.bare_cr,
                "lines that end in LF or CR LF",
                "a CR alone",
                "ask the sender to write the file with one kind of line end",
            )
        )
    if found.stray_quote:
        faults.append(
            fault(
                found.stray_quote,
                "quotes around whole values, doubled inside of them",
                "a quote inside of a value",
                "ask the sender to double the quotes that belong to a value",
            )
        )
    if found.row_inside and not (found.stray_quote or found.unclosed_quote):
        faults.append(
            fault(
                found.row_inside,
                "a row on a line of its own",
                "a row inside of a value, in which a quote was opened before",
                "ask the sender to double the quotes that belong to a value, and to "
                "put quotes around it",
            )
        )
    if found.unclosed_quote:
        faults.append(
            fault(
                found.unclosed_quote,
                "a closing quote for each opening one",
                "a value that is never closed (the first that goes over the end of a "
                "line begins here)",
                f"{_SEND_AGAIN}, with quotes around whole values or none",
            )
        )
    if not found.is_utf8:
        if found.has_bom:
            what = "the mark of UTF-8, but bytes that are not UTF-8"
            faults.append(fault(1, _ENCODINGS, what, _IN_UTF8))
        elif found.utf8_line:
            lines = "1 line" if found.n_utf8_lines == 1 else f"{found.n_utf8_lines:,}"
            what = (
                f"both of them in one file: UTF-8 in {lines}"
                + (f" lines (the first is {found.utf8_line})" * (lines != "1 line"))
                + f", Windows-1252 in others (the first is {found.windows_line})"
            )
            faults.append(fault(found.utf8_line, _ENCODINGS, what, _IN_UTF8))
    if not found.ends_with_line_end:
        faults.append(
            fault(
                found.n_lines,
                "a line end after the last row",
                "none: the file may be cut off in the middle of it",
                f"{_SEND_AGAIN}; where the sender confirms that this is the last row, "
                "add a line end to the file",
            )
        )
    return faults


def _batches(
    path: Path,
    here: Fault,
    found: Scan,
    delimiter: str,
    names: list[str],
    positions: list[int],
    say: Say,
) -> Iterator[pa.RecordBatch]:
    """The rows as text; LandingError where some do not have the header's columns, or
    where a column that is read has bytes of no encoding.

    What is not UTF-8 is read byte by byte, so that a byte in a column that nobody reads
    stops nothing."""
    strange: dict[int, list[int]] = {}
    ragged: Counter[int] = Counter()
    first: dict[int, int] = {}

    def skip(row: pa_csv.InvalidRow) -> str:
        ragged[row.actual_columns] += 1
        first.setdefault(row.actual_columns, row.number)
        return "skip"

    columns = [str(position) for position in range(len(names))]
    types = {
        name: pa.dictionary(pa.int32(), pa.string())
        if _is_week(names[position])
        else pa.string()
        for position, name in enumerate(columns)
    }
    broken = replace(
        here, expected="rows that can be told apart", advice=_SEND_AGAIN, found=""
    )
    n_rows = 0
    progress = Progress(say, f"{path.name}: read", "rows", found.n_records - 1)
    try:
        reader = pa_csv.open_csv(
            path,
            # One thread: only then does the reader know the numbers of broken rows.
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                skip_rows=1,
                column_names=columns,
                encoding="utf8" if found.is_utf8 else "latin1",
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=found.has_quotes,
                invalid_row_handler=skip,
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=[columns[position] for position in positions],
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        for batch in reader:
            if not found.is_utf8:
                batch = _of_windows(batch, positions, n_rows, strange)
            n_rows += len(batch)
            progress.add(len(batch))
            yield batch
    except pa.ArrowInvalid:  # its message holds the row, which is a person
        what = "a row that the reader could not read"
        raise LandingError([replace(broken, found=what)]) from None
    if ragged:
        raise LandingError(
            [_ragged(here, found, len(names), n, ragged[n], first[n]) for n in ragged]
        )
    if strange:
        raise LandingError(
            [_strange(here, found, names[p].lower(), *strange[p]) for p in strange]
        )
    if n_rows != found.n_records - 1:
        what = f"{found.n_records - 1:,} rows by their line ends, {n_rows:,} by quotes"
        raise LandingError([replace(broken, found=what)])


def _of_windows(
    batch: pa.RecordBatch, positions: list[int], before: int, strange: dict
) -> pa.RecordBatch:
    """The rows in Windows-1252. Of values that cannot be that, `strange` is told by the
    position of the column how many there are, and the row of the first."""
    columns = []
    for position, column in zip(positions, batch.columns, strict=True):
        text, is_bad = of_windows(column)
        columns.append(text)
        if is_bad is not None:
            known = strange.setdefault(
                position, [0, before + pc.index(is_bad, True).as_py() + 1]
            )
            known[0] += pc.sum(is_bad).as_py()
    return pa.record_batch(columns, schema=batch.schema)


def _strange(here: Fault, found: Scan, column: str, count: int, first: int) -> Fault:
    """A column with bytes that are in no encoding of a Danish text."""
    return replace(
        here,
        line=_line_of(found, first + 1),
        column=column,
        expected=_ENCODINGS,
        found=f"{count:,} value{'s'[: count != 1]} with bytes that are neither (of "
        "MS-DOS, or of a broken file)",
        advice=_IN_UTF8,
    )


def _line_of(found: Scan, record: int) -> str:
    """The line of a record, the header being the first."""
    if found.lines_are_records:
        return str(record)
    return f"{record} (blank lines and lines inside of quotes not counted)"


def _ragged(
    here: Fault, found: Scan, expected: int, actual: int, count: int, first: int
) -> Fault:
    """Rows of another number of values than the header has."""
    rows = "1 row" if count == 1 else f"{count:,} rows, the first of them here,"
    advice = (
        "ask the sender for the file again; a value that holds the delimiter must be "
        "in quotes"
    )
    if first == found.n_records and actual < expected:
        advice = f"the last row was cut off: {_SEND_AGAIN}"
    return replace(
        here,
        line=_line_of(found, first),
        expected=f"{expected} values in each row, as in the header",
        found=f"{rows} with {actual}",
        advice=advice,
    )
