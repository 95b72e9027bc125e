"""Large deliveries, narrowed down to the rows that can matter before DuckDB reads them.

Of a nation's wage reports one in a hundred is of somebody who is monitored, and of
DREAM's people one in a hundred may be in a locked cohort. DuckDB decodes all columns of
all rows to find them. Polars decodes the other columns of the rows that are asked for
alone, and takes a third of the time. So Polars copies those rows, as they were
delivered, and the models read the copies. Which rows they keep, and why, the models
alone decide: a copy may have more rows than they ask for, and never fewer.

A row is copied
    where it is of somebody who is asked for, or its person number is no number;
    of a new delivery, where it is not plain that it passes each check of its own;
    where another row has its identity too, and one of them is of a new delivery.

A copy lies beside the database for as long as the model that reads it is made.
"""

from __future__ import annotations

import os
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import TYPE_CHECKING

from labour_monitor import project
from labour_monitor.landing import row_rules
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inspection import ROW_NUMBER, InspectedFile, is_integer
from labour_monitor.landing.keeping import KeptDelivery, Key
from labour_monitor.landing.paths import shown
from labour_monitor.landing.row_rules import RowRule

if TYPE_CHECKING:
    from types import ModuleType

    import numpy as np
    import polars as pl

_TEXT = "VARCHAR"
_SPACES = 12
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) == "Zs")
"""What DuckDB's `trim` takes away: with a space, each other blank beside it."""
_BLOCK = 2**18
"""How many numbers are compared at a time: as many as the processor has at hand."""


@dataclass(frozen=True)
class Asked:
    """Whose rows a model asks for, by person number: `people`, and of those in
    deliveries that were looked at before the `people_since`. `codes` has the code list
    of each column that the contract names one for."""

    people: Collection[str]
    people_since: Collection[str]
    codes: Mapping[str, Collection[str]]


@dataclass(frozen=True, eq=False)
class _Part:
    """A file of a delivery, and whether the delivery is new."""

    delivery: Delivery
    file: InspectedFile
    is_new: bool


class NotNarrowedError(Exception):
    """A file that cannot be narrowed: all of the register are to be read whole."""

    def __init__(self, part: _Part, why: str) -> None:
        name = shown(part.file.path.name)
        super().__init__(f"delivered={part.delivery.delivered}, {name}: {why}")


def folder_of(database: Path) -> Path:
    """Where the copies for a database lie."""
    return database.with_name(f"{database.name}.narrowed")


def remove(database: Path) -> None:
    """Throw all copies for a database away, those of a run that was killed too."""
    shutil.rmtree(folder_of(database), ignore_errors=True)


def remove_those_of(source: Source, database: Path) -> None:
    """Throw the copies of a register away."""
    shutil.rmtree(folder_of(database) / source.name, ignore_errors=True)


def copies(
    source: Source,
    read: list[tuple[Delivery, list[InspectedFile]]],
    kept: Mapping[Key, KeptDelivery],
    asked: Asked,
    database: Path,
) -> dict[Path, Path | None]:
    """Copy the rows of a register that can matter to the model that asks.

    Args:
        source: a register of reports; or DREAM, of which people are asked for in the
            deliveries that a locked cohort is drawn from (C1), and nothing else.
        read: the deliveries that the run reads, with their files.
        kept: whether each of them is new.
        asked: whose rows they are.
        database: the file beside which the copies lie.

    Returns:
        The copy of each file; None where it has no such row.

    Raises:
        NotNarrowedError: a file cannot be narrowed.
    """
    parts = [
        _Part(delivery, file, kept[source.name, delivery.delivered].is_new)
        for delivery, files in read
        for file in files
    ]
    for part in parts:
        _check_types(source, part)
    conditions_of = _of_cohorts if source.has_weeks else _of_reports
    conditions = conditions_of(source, parts, asked)
    folder = folder_of(database) / source.name
    return {part.file.path: _copied(part, conditions(part), folder) for part in parts}


def _of_cohorts(
    source: Source, _: Sequence[_Part], asked: Asked
) -> Callable[[_Part], list[pl.Expr]]:
    def conditions(part: _Part) -> list[pl.Expr]:
        people = asked.people if part.delivery.is_cohort else ()
        found = _of_people(source, part, people)
        return found + ([~_has_form_of_pnr(source, part)] if found else [])

    return conditions


def _of_reports(
    source: Source, parts: Sequence[_Part], asked: Asked
) -> Callable[[_Part], list[pl.Expr]]:
    (identity,) = source.identity_columns
    numbers, shared = {}, ()
    if any(part.is_new for part in parts):
        numbers = _numbers(parts, identity)
        shared = _shared(numbers)

    def conditions(part: _Part) -> list[pl.Expr]:
        if part.is_new:
            found = _doubts(source, part, asked.codes)
            found += _of_people(source, part, asked.people)
        else:
            found = _of_people(source, part, asked.people_since)
            found += [~_has_form_of_pnr(source, part)] if found else []
        if len(shared):
            found.append(_is_in(numbers[part], shared))
        return found

    return conditions


def _polars() -> ModuleType:
    """Polars, with no more threads than the project may have."""
    os.environ.setdefault("POLARS_MAX_THREADS", str(project.n_cores()))
    import polars

    return polars


def _check_types(source: Source, part: _Part) -> None:
    """Raise an error where Polars reads a type in another way than DuckDB, or a column
    that is asked for as text, or as a number, is none."""
    as_text, as_number = {*source.named("pnr")}, set()
    if not source.has_weeks:
        as_text |= {*source.identity_columns}
        as_text |= {c.name for c in source.columns if row_rules.suspect_form(c)}
        for rule in row_rules.row_rules(source):
            as_text |= {*rule.columns} if rule.check == "listed" else set()
            as_number |= {*rule.columns} if rule.check == "bounds" else set()
    schema = _schema(part)
    for name, (delivered, found) in part.file.delivered.items():
        read = schema[delivered]
        is_asked_as_given = (found == _TEXT or name not in as_text) and (
            is_integer(found) or name not in as_number
        )
        if not (is_asked_as_given and _is_alike(found, read)):
            why = f"column {name} is {found} to DuckDB and {read} to Polars"
            raise NotNarrowedError(part, why)


def _is_alike(found: str, read: pl.DataType) -> bool:
    """Whether a type is the same to DuckDB and to Polars."""
    pl = _polars()
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


def _column(part: _Part, name: str) -> pl.Expr:
    return _polars().col(part.file.delivered[name][0])


def _is_in(value: pl.Expr, values: Collection) -> pl.Expr:
    return value.is_in(_polars().Series(values).implode())


def _of_people(source: Source, part: _Part, people: Collection[str]) -> list[pl.Expr]:
    """Whether a row is of one of the people, where there are any."""
    (pnr,) = source.named("pnr")
    return [_is_in(_column(part, pnr), people)] if people else []


def _has_form_of_pnr(source: Source, part: _Part) -> pl.Expr:
    """Whether the person number is one, with nothing around it."""
    (column,) = (column for column in source.columns if column.role == "pnr")
    return _is_digits(_column(part, column.name), column.digits)


def _is_digits(text: pl.Expr, n: int) -> pl.Expr:
    """Whether a text is so many digits and nothing else. A number may have a sign
    before it, so the first character is asked for by itself."""
    is_number = text.cast(_polars().Int64, strict=False).is_not_null()
    starts_with_digit = (text >= "0") & (text < ":")
    is_of_length = text.str.len_bytes() == n
    return (is_of_length & starts_with_digit & is_number).fill_null(False)


def _doubts(
    source: Source, part: _Part, codes: Mapping[str, Collection[str]]
) -> list[pl.Expr]:
    """For each check of a row by itself, whether the row may fail it; of those checks
    alone that a row of the file may fail. By itself a check is cheap: most are answered
    by a column's smallest and largest value, or by its dictionary."""
    doubts = [_doubt(rule, part, codes) for rule in row_rules.row_rules(source)]
    for column in source.columns:
        if digits := row_rules.suspect_form(column):
            text = _column(part, column.name)
            doubts.append(~_is_empty(text) & ~_is_digits(text, digits))
    n_rows = _polars().len()
    return [
        doubt
        for doubt in doubts
        if _collected(part, _scan(part).filter(doubt).select(n_rows)).item()
    ]


def _doubt(rule: RowRule, part: _Part, codes: Mapping[str, Collection[str]]) -> pl.Expr:
    columns = [_column(part, name) for name in rule.columns]
    match rule.check:
        case "digits":
            return ~_is_digits(columns[0], rule.digits)
        case "missing":
            kinds = [part.file.delivered[name][1] for name in rule.columns]
            return reduce(and_, map(_may_be_missing, columns, kinds))
        case "bounds":
            is_within = columns[0].is_between(*rule.bounds)
            return columns[0].is_not_null() & ~is_within
        case "listed":
            is_listed = _is_in(columns[0], codes[rule.columns[0]])
            return ~_is_empty(columns[0]) & ~is_listed
    # Another check is asked of all rows by the models.
    return _polars().lit(True)


def _may_be_missing(value: pl.Expr, found: str) -> pl.Expr:
    """Whether a value may be null to the contract, which takes the spaces away that are
    around a text."""
    return _may_be_trimmed(value) if found == _TEXT else value.is_null()


def _may_be_trimmed(text: pl.Expr) -> pl.Expr:
    """Whether a text is null, or not to the contract what it is in the file."""
    return text.is_null() | (text < "!") | text.str.ends_with(" ")


def _is_empty(text: pl.Expr) -> pl.Expr:
    """Whether a text is null, or so many spaces as anybody would write for it."""
    return text.is_null() | _is_in(text, [" " * n for n in range(_SPACES)])


def _numbers(parts: Sequence[_Part], identity: str) -> dict[_Part, pl.Expr]:
    """A number of the identity of a row, in each file; its first bit is free. The
    contract takes spaces away that are around a text. Hardly any delivery has some: all
    identities are taken without spaces where one has."""
    texts = {part: _column(part, identity) for part in parts}
    for part, text in texts.items():
        if _collected(part, _scan(part).select(_may_be_trimmed(text).any())).item():
            stripped = {
                p: t.fill_null("").str.strip_chars(_BLANKS) for p, t in texts.items()
            }
            return {p: t.hash() // 2 for p, t in stripped.items()}
    return {p: t.hash() // 2 for p, t in texts.items()}


def _shared(numbers: Mapping[_Part, pl.Expr]) -> np.ndarray:
    """The numbers of all identities that two rows have, one of them in a new delivery.

    Equal numbers lie side by side once they are sorted. The last bit says whether one
    is of a new delivery, so that it comes after those that are not.
    """
    import numpy as np

    found = np.empty(sum(part.file.n_rows for part in numbers), dtype=np.uint64)
    at = 0
    for part, number in numbers.items():
        marked = (number * 2 + int(part.is_new)).alias("number")
        column = _collected(part, _scan(part).select(marked))["number"]
        found[at : at + part.file.n_rows] = column.to_numpy()
        at += part.file.n_rows
    found.sort()
    pairs = [np.empty(0, dtype=np.uint64)]
    for start in range(0, len(found) - 1, _BLOCK):
        block = found[start : start + _BLOCK + 1]
        pairs.append(block[1:][block[1:] ^ block[:-1] < 2])
    newer = np.concatenate(pairs)
    return np.unique(newer[newer & 1 == 1] >> 1)


def _scan(part: _Part) -> pl.LazyFrame:
    # A path is that of one file, whatever is in its name.
    return _polars().scan_parquet(
        part.file.path.absolute(),
        glob=False,
        hive_partitioning=False,
        row_index_name=ROW_NUMBER,
    )


def _schema(part: _Part) -> pl.Schema:
    with _told_shortly(part):
        return _scan(part).collect_schema()


def _collected(part: _Part, frame: pl.LazyFrame) -> pl.DataFrame:
    with _told_shortly(part):
        return frame.collect(engine="streaming")


@contextmanager
def _told_shortly(part: _Part) -> Iterator[None]:
    exceptions = _polars().exceptions
    try:
        yield
    except (exceptions.PolarsError, exceptions.PanicException, OSError) as error:
        # What Polars says may hold a value of somebody's row.
        why = f"Polars cannot read it ({type(error).__name__})"
        raise NotNarrowedError(part, why) from None


def _copied(part: _Part, conditions: list[pl.Expr], folder: Path) -> Path | None:
    """A copy of the rows for which one of the conditions holds; None where there can be
    none."""
    if not conditions or not part.file.n_rows:
        return None
    column = _polars().col
    names = [name for name, _ in part.file.delivered.values()]
    rows = _scan(part).filter(reduce(or_, conditions))
    rows = rows.select(*map(column, names), column(ROW_NUMBER).cast(_polars().Int64))
    try:
        for place in (folder.parent, folder):
            place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        why = f"its rows cannot be written down ({type(error).__name__})"
        raise NotNarrowedError(part, why) from None
    # No two copies have one name: DuckDB may remember what it has read of a file.
    copy = folder / f"{secrets.token_hex(8)}.parquet"
    written = rows.sink_parquet(
        copy, compression="lz4", maintain_order=False, lazy=True
    )
    _collected(part, written)
    return copy
