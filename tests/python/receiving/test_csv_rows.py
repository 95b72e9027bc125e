"""Whatever a value holds, a CSV file that is written by the rules is read back value by
value, and the independent count finds the same number of rows."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.receiving import csv_file, csv_scan

NAMES = ["pnr", "ydelse_kode", "fra_dato"]
HERE = Fault("", "", "")
values = st.text(st.sampled_from('a1 æø€;,"\n'), max_size=6)
tables = st.lists(st.tuples(values, values, values).filter(any), max_size=12)


def read(content: bytes) -> list[tuple]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        reading = csv_file.open_csv(path, HERE, print)
        found = [
            tuple(row.values())
            for batch in reading.batches([0, 1, 2])
            for row in batch.to_pylist()
        ]
        assert reading.n_rows == len(found)
        return found


def refusals(content: bytes) -> tuple[Fault, ...]:
    """The faults of a file; none where it was read with the rows that were counted."""
    try:
        read(content)
    except LandingError as error:
        return error.faults
    return ()


@settings(max_examples=150, deadline=None)
@given(
    table=tables,
    delimiter=st.sampled_from(";,"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    block=st.integers(2, 40),
)
def test_what_was_written_is_read(
    table, delimiter, quoting, line_end, encoding, block
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(
                file, delimiter=delimiter, quoting=quoting, lineterminator=line_end
            )
            writer.writerows([NAMES, *table])
        content = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_scan, "BLOCK", block)
        found = read(content)
    assert found == [tuple(value or None for value in row) for row in table]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(list('a;"\n\r\0\xe6')), max_size=25).map("".join))
def test_any_other_content_is_read_or_refused_without_being_shown(text) -> None:
    content = ";".join(NAMES).encode() + b"\n" + text.encode("latin-1")
    assert all(fault.line or "rows" in fault.found for fault in refusals(content))
