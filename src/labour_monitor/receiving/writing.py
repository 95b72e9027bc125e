"""The files of a delivery as Parquet, by the contract: first as they came, with text
trimmed, then with each column read in its one form."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from labour_monitor.landing import inspection
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.inspection import quoted
from labour_monitor.landing.manifest import LandedFile, Manifest, Origin
from labour_monitor.landing.paths import parquet, place
from labour_monitor.receiving import dream_weeks, judging, values
from labour_monitor.receiving.dream_weeks import WeekCodes
from labour_monitor.receiving.facts import FileFacts, facts_of
from labour_monitor.receiving.formats import FORMATS, content_faults
from labour_monitor.receiving.reading import SECONDS_BETWEEN_MESSAGES, Reading, Say
from labour_monitor.receiving.request import check_rows
from labour_monitor.receiving.text import is_text, trimmed

ROW_GROUP = 122_880


def write_delivery(
    connection,
    source: Source,
    given: list[FileFacts],
    aside: Path,
    here: Fault,
    n_rows: int | None,
    say: Say,
) -> Manifest:
    """Write all files of the delivery, and open them as the in-door will; LandingError
    with the faults of all of them."""
    faults: list[Fault] = []
    files: list[LandedFile] = []
    origins: list[Origin] = []
    for number, file in enumerate(given, 1):
        name = source.name if len(given) == 1 else f"{source.name}-{number}"
        target = aside / f"{name}.parquet"
        at = replace(here, file=file.path.name)
        try:
            origins.append(_write_file(connection, source, file, target, at, say))
        except LandingError as error:
            faults += error.faults
            continue
        except duckdb.Error as error:
            faults.append(_no_room(error, at))
            continue
        facts = facts_of(target, say)
        files.append(
            LandedFile(target.name, origins[-1].rows, facts.bytes, facts.sha256)
        )
    if not faults:
        check_rows(sum(origin.rows for origin in origins), n_rows, here)
        written = tuple(aside / file.name for file in files)
        delivery = Delivery(source.name, here.delivered, written, True, ())
        opened, faults = inspection.inspect(connection, source, delivery, None)
        if not faults:
            names = [origin.name for origin in origins]
            try:
                faults = judging.row_faults(
                    connection, source, delivery, opened, names, here
                )
            except duckdb.Error as error:
                faults = [_no_room(error, here)]
    if faults:
        raise LandingError(faults)
    return Manifest(
        source=source.name,
        delivered=here.delivered.isoformat(),
        made_by=f"labour-monitor {version('labour-monitor')}",
        landed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        origins=origins,
    )


def _no_room(error: duckdb.Error, here: Fault) -> Fault:
    """What DuckDB could not do; its own message may hold a value."""
    return replace(
        here,
        expected="room for the delivery on the disk and in memory",
        found=f"{type(error).__name__} of DuckDB",
        advice="look for free space, and land the delivery again",
        asks=False,
    )


def _write_file(
    connection, source: Source, given: FileFacts, target: Path, here: Fault, say: Say
) -> Origin:
    """Write one file as the contract says; LandingError with all of its faults."""
    if faults := content_faults(given.path, here):
        raise LandingError(faults)
    reading = FORMATS[given.path.suffix.lower()](given.path, here, say)
    shown = [str(kind) for kind in reading.types]
    chosen, faults = inspection.columns_read(
        here, source, list(zip(reading.names, shown, strict=True))
    )
    if not chosen:
        raise LandingError(faults)
    faults += [
        replace(
            here,
            column=column.name,
            expected=inspection.EXPECTED[column.data_type],
            found=f"{kind}, of which Parquet keeps a number without its unit",
            advice="ask the sender for the column as expected (hours as numbers)",
        )
        for column, _, kind in chosen
        if kind.startswith("duration")
    ]
    columns = [column for column, _, _ in chosen]
    positions = [reading.names.index(name) for _, name, _ in chosen]
    raw = target.with_suffix(".raw")
    try:
        rows, codes = _write_raw(source, reading, columns, positions, raw, here)
        told = {
            column.name: reading.told[name]
            for column, name, _ in chosen
            if name in reading.told
        }
        read, found = values.read(connection, raw, columns, here, told)
        faults += found
    except LandingError as error:
        faults += error.faults
    if faults:
        raise LandingError(faults)
    if all(sql == quoted(name) for name, sql in read.expressions.items()):
        raw.rename(target)
    else:
        selected = ", ".join(
            f"{sql} as {quoted(name)}" for name, sql in read.expressions.items()
        )
        _execute(
            connection,
            f"copy (select {selected} from {parquet(raw)}) to {place(target)} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})",
            lambda percent: say(f"{given.path.name}: written: {percent:.0f} pct."),
        )
        raw.unlink()
    return Origin(
        name=given.path.name,
        bytes=given.bytes,
        sha256=given.sha256,
        format=reading.format,
        rows=rows,
        columns_read=[reading.names[position] for position in positions],
        columns_left_out=[
            name or "(without a name)"
            for position, name in enumerate(reading.names)
            if position not in set(positions)
        ],
        read_as=read.read_as | codes.read_as(),
    )


def _write_raw(
    source: Source,
    reading: Reading,
    columns: list[Column],
    positions: list[int],
    path: Path,
    here: Fault,
) -> tuple[int, WeekCodes]:
    """Write the contract's columns with text trimmed, blank as null, and DREAM's weeks
    as text; the number of rows, and what was found in the weeks."""
    kinds = [reading.types[position] for position in positions]
    is_code = [
        column not in source.named_columns and dream_weeks.can_hold_codes(kind)
        for column, kind in zip(columns, kinds, strict=True)
    ]
    codes = WeekCodes(k for k, is_week in zip(kinds, is_code, strict=True) if is_week)
    kept = [
        pa.field(column.name, _kept_as(kind, is_week))
        for column, kind, is_week in zip(columns, kinds, is_code, strict=True)
    ]
    schema, n_rows = pa.schema(kept), 0
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        store_schema=False,
        write_statistics=not source.has_weeks,
    ) as writer:
        for batch in reading.batches(positions):
            arrays = []
            for field, is_week, array in zip(kept, is_code, batch.columns, strict=True):
                if is_week:
                    array = codes.read(field.name, array)
                elif is_text(array.type):
                    array = trimmed(array)
                arrays.append(array)
            table = pa.Table.from_arrays(arrays, schema=schema)
            size = len(batch) if source.has_weeks else ROW_GROUP
            if len(batch):
                writer.write_table(table, size)
            n_rows += len(batch)
    if faults := codes.faults(here):
        raise LandingError(faults)
    return n_rows, codes


def _kept_as(kind: pa.DataType, is_week: bool) -> pa.DataType:
    if is_week:
        return dream_weeks.KEPT_AS
    return pa.string() if is_text(kind) else kind


def _execute(connection, sql: str, tell: Callable[[float], None]) -> None:
    """Execute a statement, and tell now and then how far it has come."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(connection.execute, sql)
        while not wait([future], SECONDS_BETWEEN_MESSAGES).done:
            tell(max(0.0, connection.query_progress()))
        future.result()
