"""Parquet: the rows as they are in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from labour_monitor.landing import contract
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.receiving.reading import CELLS_OF_A_BATCH, Progress, Reading, Say
from labour_monitor.receiving.text import is_text

LARGEST_BATCH = 122_880


def open_parquet(path: Path, here: Fault, say: Say) -> Reading:
    """Open a Parquet file: see `reading.Open`."""
    unreadable = replace(
        here,
        expected="a whole Parquet file",
        advice="ask the sender for the whole file again",
    )
    try:
        schema = pq.read_schema(path)
        weeks = [
            name
            for name, kind in zip(schema.names, schema.types, strict=True)
            if contract.week_of_column(name) is not None and is_text(kind)
        ]
        file = pq.ParquetFile(path, read_dictionary=weeks)
    except (pa.ArrowException, OSError):
        raise LandingError([replace(unreadable, found="something else")]) from None
    names, types = file.schema_arrow.names, file.schema_arrow.types

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        size = min(LARGEST_BATCH, CELLS_OF_A_BATCH // max(1, len(positions)))
        progress = Progress(say, f"{path.name}: read", "rows", file.metadata.num_rows)
        wanted = [names[position] for position in positions]
        try:
            for batch in file.iter_batches(size, columns=wanted):
                progress.add(len(batch))
                batch = batch.select(wanted)  # iter_batches keeps the file's order
                _check_text(batch, unreadable)
                yield batch
        except (pa.ArrowException, OSError):
            raise LandingError([replace(unreadable, found="unreadable pages")]) from (
                None
            )

    return Reading(
        names=names,
        types=types,
        n_rows=file.metadata.num_rows,
        format={"kind": "Parquet"},
        batches=batches,
    )


def _check_text(batch: pa.RecordBatch, here: Fault) -> None:
    """LandingError where a text is none: Parquet says that it is UTF-8, and a writer
    may have put any bytes there."""
    faults = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=is_text(column.type))
        except pa.ArrowInvalid:  # its message holds the value
            faults.append(
                replace(
                    here,
                    column=name.lower(),
                    expected="text in UTF-8, as Parquet has it",
                    found="bytes that are not UTF-8",
                )
            )
    if faults:
        raise LandingError(faults)
