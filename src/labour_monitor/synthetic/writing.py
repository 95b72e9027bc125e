"""Parquet files of deliveries, written block by block and renamed when whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from labour_monitor.files import folder_aside, put_in_place

COMPRESSION = "snappy"
"""Quick to write: what is made here is made often."""


def delivery_file(landing: Path, source: str, delivered: date) -> Path:
    """Where the generator puts a delivery."""
    folder = f"delivered={delivered.isoformat()}"
    return landing / source / folder / f"{source}.parquet"


def has_deliveries(landing: Path) -> bool:
    """Whether any source already has a delivery."""
    return any(landing.glob("*/delivered=*"))


class DeliveryWriter:
    """The open files of a landing: one for each source and delivery.

    Threads may write different deliveries at the same time, never the same one.

    Text is handed over as positions in code lists, which Parquet stores as it is; no
    Arrow schema is written, so that a reader sees plain text.
    """

    def __init__(self, landing: Path) -> None:
        self._landing = landing
        self._open: dict[tuple[str, date], pq.ParquetWriter] = {}
        self._rows: dict[tuple[str, date], int] = {}

    def write(self, source: str, delivered: date, table: pa.Table) -> None:
        """Append rows as one row group."""
        key = (source, delivered)
        if key not in self._open:
            path = delivery_file(self._landing, source, delivered)
            path.parent.mkdir(parents=True)
            self._open[key] = pq.ParquetWriter(
                path,
                table.schema,
                compression=COMPRESSION,
                store_schema=False,
                write_statistics=source != "dream",
                store_decimal_as_integer=True,
            )
        writer = self._open[key]
        if table.num_rows:
            writer.write_table(_with_types(table, writer.schema), table.num_rows)
        self._rows[key] = self._rows.get(key, 0) + table.num_rows

    def rows(self) -> dict[str, int]:
        """Rows written so far, by source."""
        total: dict[str, int] = {}
        for (source, _), rows in sorted(self._rows.items()):
            total[source] = total.get(source, 0) + rows
        return total

    def close(self) -> None:
        """Finish all files."""
        for writer in self._open.values():
            writer.close()


def _with_types(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same rows with the column types that the file was opened with."""
    if table.schema.equals(schema):
        return table
    columns = []
    for name, field in zip(schema.names, schema, strict=True):
        column = table[name].combine_chunks()
        if pa.types.is_dictionary(field.type) and column.type != field.type:
            column = column.dictionary_encode()
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


@contextmanager
def whole_or_nothing(landing: Path) -> Iterator[Path]:
    """A folder beside the landing that takes its place when the block succeeds.

    What else lies in a landing without deliveries, such as the control file of the
    cohort, stays: then the sources appear in it one after the other."""
    if has_deliveries(landing):
        raise FileExistsError(f"{landing} already has deliveries")
    with folder_aside(landing) as aside:
        yield aside
        if landing.is_dir() and any(landing.iterdir()):
            for folder in sorted(aside.iterdir()):
                put_in_place(folder, landing / folder.name)
        else:
            put_in_place(aside, landing)
