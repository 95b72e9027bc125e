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

import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING

from labour_monitor.landing import doubts, row_rules, scanning
from labour_monitor.landing.checked import Found
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inspection import ROW_NUMBER, InspectedFile
from labour_monitor.landing.keeping import KeptDelivery, Key
from labour_monitor.landing.paths import shown
from labour_monitor.landing.scanning import TEXT, NotScannedError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_BLOCK = 2**18
"""How many numbers are compared at a time: as many as the processor has at hand."""
_VALUES = 2**22
"""Of a copy, so many values are read by one thread: a few thousand rows of DREAM, with
all their weeks."""


@dataclass(frozen=True)
class Asked:
    """Whose rows a model asks for, by person number: `people`, and of those in
    deliveries that were looked at before the `people_since`. `codes` has the code list
    of each column that the contract names one for, and `found` what the check before a
    build has found."""

    people: Collection[str]
    people_since: Collection[str]
    codes: Mapping[str, Collection[str]]
    found: Found = field(default_factory=dict)


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
        return _of_people(source, part, people)

    return conditions


def _of_reports(
    source: Source, parts: Sequence[_Part], asked: Asked
) -> Callable[[_Part], list[pl.Expr]]:
    (identity,) = source.identity_columns
    numbers, shared = {}, ()
    if any(part.is_new for part in parts):
        numbers, shared = _shared(parts, identity)

    def conditions(part: _Part) -> list[pl.Expr]:
        people = asked.people if part.is_new else asked.people_since
        found = _of_people(source, part, people)
        if part.is_new:
            found += _doubts(source, part, asked)
        if len(shared):
            found.append(scanning.is_in(numbers[part], shared))
        return found

    return conditions


def _check_types(source: Source, part: _Part) -> None:
    """Raise an error where Polars reads a type in another way than DuckDB, or a person
    number or the number of a report is no text."""
    as_text = {*source.named("pnr")}
    if not source.has_weeks:
        as_text |= {*source.identity_columns}
    with _told(part):
        for why in scanning.read_otherwise(part.file).values():
            raise NotScannedError(why)
        scanning.check_type(part.file, as_text, TEXT)


def _of_people(source: Source, part: _Part, people: Collection[str]) -> list[pl.Expr]:
    """Whether a row may be of one of the people, where there are any. A number with
    blanks around it is one to the contract, and to a check that found nothing wrong."""
    (pnr,) = source.named("pnr")
    number = scanning.column(part.file, pnr)
    if not people:
        return []
    return [scanning.is_in(number, people), ~_has_form_of_pnr(source, part)]


def _has_form_of_pnr(source: Source, part: _Part) -> pl.Expr:
    """Whether the person number is one, with nothing around it."""
    (column,) = (column for column in source.columns if column.role == "pnr")
    number = scanning.column(part.file, column.name)
    return scanning.is_digits(number, column.digits)


def _doubts(source: Source, part: _Part, asked: Asked) -> list[pl.Expr]:
    """For each check of a row by itself, whether the row may fail it; of those checks
    alone that a row of the file may fail. By itself a check is cheap: most are answered
    by a column's smallest and largest value, or by its dictionary."""
    passed = asked.found.get((source.name, part.delivery.delivered))
    with _told(part):
        open_ones = [
            doubts.of_rule(rule, part.file, asked.codes.get(rule.columns[0], ()))
            for rule in row_rules.row_rules(source)
            if passed is None or passed.may_fail(rule.name)
        ]
        for column in source.columns:
            digits, name = row_rules.suspect_form(column), row_rules.form_name(column)
            if digits and (passed is None or passed.may_fail(name)):
                open_ones.append(doubts.of_form(column, part.file, digits))
        return [doubt for doubt in open_ones if doubts.is_any(part.file, doubt)]


def _shared(
    parts: Sequence[_Part], identity: str
) -> tuple[dict[_Part, pl.Expr], np.ndarray]:
    """A number of the identity of a row, in each file; and the numbers of all
    identities that two rows have, one of them in a new delivery.

    The contract takes spaces away that are around a text. Hardly any delivery has some:
    all identities are taken without spaces where one has.
    """
    texts = {part: scanning.column(part.file, identity) for part in parts}
    marked, are_as_they_are = _marked(texts)
    if not are_as_they_are:
        texts = {
            part: text.fill_null("").str.strip_chars(" ")
            for part, text in texts.items()
        }
        marked, _ = _marked(texts)
    return {part: _number(text) for part, text in texts.items()}, _of_two(marked)


def _number(text: pl.Expr) -> pl.Expr:
    """A number of a text; its first bit is free."""
    return text.hash() // 2


def _marked(texts: Mapping[_Part, pl.Expr]) -> tuple[np.ndarray, bool]:
    """The numbers of the texts of all rows, in no order; the last bit says whether one
    is of a new delivery. And whether each text is to the contract what it is in the
    file."""
    import numpy as np

    found = np.empty(sum(part.file.n_rows for part in texts), dtype=np.uint64)
    at, are_trimmed = 0, []
    for part, text in texts.items():
        columns = [
            (_number(text) * 2 + int(part.is_new)).alias("number"),
            scanning.may_be_trimmed(text).alias("may_be_trimmed"),
        ]
        with _told(part):
            at = scanning.fill(
                {"number": found},
                at,
                part.file,
                columns,
                lambda rows: are_trimmed.append(rows["may_be_trimmed"].any()),
            )
    return found, not any(are_trimmed)


def _of_two(marked: np.ndarray) -> np.ndarray:
    """The numbers that two rows have, one of them in a new delivery. Equal ones lie
    side by side once they are sorted, those of new deliveries behind the others."""
    import numpy as np

    scanning.sort(marked)
    pairs = [np.empty(0, dtype=np.uint64)]
    for start in range(0, len(marked) - 1, _BLOCK):
        block = marked[start : start + _BLOCK + 1]
        pairs.append(block[1:][block[1:] ^ block[:-1] < 2])
    newer = np.concatenate(pairs)
    return np.unique(newer[newer & 1 == 1] >> 1)


@contextmanager
def _told(part: _Part) -> Iterator[None]:
    """A file that cannot be scanned is one that cannot be narrowed."""
    try:
        yield
    except NotScannedError as error:
        raise NotNarrowedError(part, str(error)) from None


def _copied(part: _Part, conditions: list[pl.Expr], folder: Path) -> Path | None:
    """A copy of the rows for which one of the conditions holds; None where there can be
    none."""
    if not conditions or not part.file.n_rows:
        return None
    pl = scanning.polars()
    names = [name for name, _ in part.file.delivered.values()]
    rows = scanning.scan(part.file).filter(reduce(or_, conditions))
    rows = rows.select(*map(pl.col, names), pl.col(ROW_NUMBER).cast(pl.Int64))
    try:
        for place in (folder.parent, folder):
            place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        why = f"its rows cannot be written down ({type(error).__name__})"
        raise NotNarrowedError(part, why) from None
    # No two copies have one name: DuckDB may remember what it has read of a file.
    copy = folder / f"{secrets.token_hex(8)}.parquet"
    written = rows.sink_parquet(
        copy,
        compression="lz4",
        row_group_size=_VALUES // len(names),
        maintain_order=False,
        lazy=True,
    )
    with _told(part):
        scanning.collected(written)
    return copy
