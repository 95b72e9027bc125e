"""Files of deliveries as Polars reads them, which decodes a large column in a third of
the time that DuckDB takes, and tells values apart by a column's dictionary or by its
smallest and largest one.

DuckDB alone decides what a row counts for. Polars answers what may be too much and
never too little: whether a row may fail a check, and which rows may matter."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from labour_monitor import project
from labour_monitor.landing.inspection import ROW_NUMBER, InspectedFile, is_integer

if TYPE_CHECKING:
    from types import ModuleType

    import numpy as np
    import polars as pl

TEXT, DAY = "VARCHAR", "DATE"
"""What DuckDB calls the types of texts and days."""
_SPACES = 12
_ROWS_AT_A_TIME = 2**18
_FEW = 2**20
"""So many numbers are sorted sooner than a thread has begun."""


class NotScannedError(Exception):
    """A file that Polars cannot read, or not as DuckDB reads it. The message names no
    value of a row."""


def polars() -> ModuleType:
    """Polars, with no more threads than the project may have."""
    os.environ.setdefault("POLARS_MAX_THREADS", str(project.n_cores()))
    import polars

    return polars


def scan(file: InspectedFile) -> pl.LazyFrame:
    """All columns of a file, and the number of each row."""
    # A path is that of one file, whatever is in its name.
    return polars().scan_parquet(
        file.path.absolute(),
        glob=False,
        hive_partitioning=False,
        row_index_name=ROW_NUMBER,
    )


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """What a query over a file finds.

    Raises:
        NotScannedError: Polars cannot read the file.
    """
    with _told_shortly():
        return frame.collect(engine="streaming")


def fill(
    arrays: Mapping[str, np.ndarray],
    at: int,
    file: InspectedFile,
    columns: Sequence[pl.Expr],
    look: Callable[[pl.DataFrame], None] = lambda _: None,
) -> int:
    """Write columns of a file's rows into arrays of their names, a part at a time: in
    no order, and without another copy of them in memory.

    Args:
        at: the place of the first row in each array.
        look: is given each part.

    Returns:
        The place after the last row.

    Raises:
        NotScannedError: Polars cannot read the file, or it has not as many rows as when
            it was inspected.
    """
    end = at + file.n_rows
    with _told_shortly():
        parts = (
            scan(file)
            .select(columns)
            .collect_batches(
                chunk_size=_ROWS_AT_A_TIME, maintain_order=False, engine="streaming"
            )
        )
        for part in parts:
            if at + part.height <= end:
                for name, array in arrays.items():
                    array[at : at + part.height] = part[name].to_numpy()
            at += part.height
            look(part)
    if at != end:
        raise NotScannedError(f"it has not the {file.n_rows:,} rows that it had")
    return at


def sort(numbers: np.ndarray) -> None:
    """Sort numbers where they lie, a part of them on each core."""
    n_parts = project.n_cores() if len(numbers) > _FEW else 1
    ends = [len(numbers) * n // n_parts for n in range(1, n_parts)]
    if ends:
        numbers.partition(ends)
    with ThreadPoolExecutor(n_parts) as pool:
        parts = pairwise([0, *ends, len(numbers)])
        for sorted_ in [pool.submit(numbers[slice(*part)].sort) for part in parts]:
            sorted_.result()


def read_otherwise(file: InspectedFile) -> dict[str, str]:
    """The columns that Polars reads as another type than DuckDB does, each with what is
    to be told of it.

    Raises:
        NotScannedError: Polars cannot read the file.
    """
    with _told_shortly():
        schema = scan(file).collect_schema()
    return {
        name: f"column {name} is {found} to DuckDB and {schema[delivered]} to Polars"
        for name, (delivered, found) in file.delivered.items()
        if not _is_alike(found, schema[delivered])
    }


def check_type(file: InspectedFile, names: Collection[str], kind: str) -> None:
    """Look whether columns are of the type by which they are asked for.

    Raises:
        NotScannedError: one is not.
    """
    for name in names:
        found = file.delivered[name][1]
        if found != kind:
            raise NotScannedError(f"column {name} is {found} and not {kind}")


def _is_alike(found: str, read: pl.DataType) -> bool:
    pl = polars()
    if is_integer(found):
        return read.is_integer()
    match found.partition("(")[0]:
        case "VARCHAR":
            return read == pl.String
        case "DECIMAL":
            return isinstance(read, pl.Decimal)
        case "FLOAT" | "DOUBLE":
            return read.is_float()
        case "DATE":
            return read == pl.Date
        case "BOOLEAN":
            return read == pl.Boolean
    return False


@contextmanager
def _told_shortly() -> Iterator[None]:
    exceptions = polars().exceptions
    try:
        yield
    except (exceptions.PolarsError, exceptions.PanicException, OSError) as error:
        # What Polars says may hold a value of somebody's row.
        why = f"Polars cannot read it ({type(error).__name__})"
        raise NotScannedError(why) from None


def column(file: InspectedFile, name: str) -> pl.Expr:
    """A column of the contract by its name in the file."""
    return polars().col(file.delivered[name][0])


def is_in(value: pl.Expr, values: Collection) -> pl.Expr:
    return value.is_in(polars().Series(values).implode())


def is_digits(text: pl.Expr, n: int) -> pl.Expr:
    """Whether a text is so many digits and nothing else. A number may have a sign
    before it, so the first character is asked for by itself."""
    is_number = text.cast(polars().Int64, strict=False).is_not_null()
    starts_with_digit = (text >= "0") & (text < ":")
    is_of_length = text.str.len_bytes() == n
    return (is_of_length & starts_with_digit & is_number).fill_null(False)


def may_be_trimmed(text: pl.Expr) -> pl.Expr:
    """Whether a text is null, or not to the contract what it is in the file: spaces
    around a text are taken away."""
    return text.is_null() | (text < "!") | text.str.ends_with(" ")


def is_empty(text: pl.Expr) -> pl.Expr:
    """Whether a text is null, or so many spaces as anybody would write for it."""
    return text.is_null() | is_in(text, [" " * n for n in range(_SPACES)])
