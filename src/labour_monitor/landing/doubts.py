"""Whether a row of a file may fail a check of the contract, asked of Polars: true for
each row that fails it (`row_breaks` in staging, `breaks` in the check), and perhaps for
some that do not."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from labour_monitor.landing import scanning
from labour_monitor.landing.contract import Column
from labour_monitor.landing.inspection import InspectedFile, is_integer
from labour_monitor.landing.row_rules import RowRule
from labour_monitor.landing.scanning import DAY, TEXT

if TYPE_CHECKING:
    import polars as pl


def of_rule(rule: RowRule, file: InspectedFile, codes: Collection[str]) -> pl.Expr:
    """Whether a row may fail a check that would set it aside.

    Args:
        codes: the code list of its column; none where it has no list.

    Raises:
        NotScannedError: a column is not of the type by which it is looked at.
    """
    values = [scanning.column(file, name) for name in rule.columns]
    match rule.check:
        case "digits":
            scanning.check_type(file, rule.columns, TEXT)
            return ~scanning.is_digits(values[0], rule.digits)
        case "missing":
            return reduce(and_, (_may_be_missing(file, name) for name in rule.columns))
        case "before":
            scanning.check_type(file, rule.columns, DAY)
            return (values[0] < values[1]).fill_null(False)
        case "bounds":
            return is_outside(file, rule.columns[0], *rule.bounds)
        case "listed":
            scanning.check_type(file, rule.columns, TEXT)
            is_listed = scanning.is_in(values[0], codes)
            return ~scanning.is_empty(values[0]) & ~is_listed
    return certain()


def of_form(column: Column, file: InspectedFile, digits: int) -> pl.Expr:
    """Whether a text may be another one than so many digits; it may be missing.

    Raises:
        NotScannedError: the column is no text.
    """
    scanning.check_type(file, [column.name], TEXT)
    text = scanning.column(file, column.name)
    return ~scanning.is_empty(text) & ~scanning.is_digits(text, digits)


def of_number(column: Column, file: InspectedFile) -> pl.Expr:
    """Whether a text may be in the form of a number, which begins with a digit.

    Raises:
        NotScannedError: the column is no text.
    """
    scanning.check_type(file, [column.name], TEXT)
    text = scanning.column(file, column.name)
    return (text < ":") | text.str.ends_with(" ")


def of_word(column: Column, file: InspectedFile, n_characters: int) -> pl.Expr:
    """Whether a text may be a word of so many characters at most.

    Raises:
        NotScannedError: the column is no text.
    """
    scanning.check_type(file, [column.name], TEXT)
    text = scanning.column(file, column.name)
    is_short = text.str.len_chars() <= n_characters
    return is_short | scanning.may_be_trimmed(text)


def of_name(column: Column, file: InspectedFile, names: Collection[str]) -> pl.Expr:
    """Whether a text may be another one than the names.

    Raises:
        NotScannedError: the column is no text.
    """
    scanning.check_type(file, [column.name], TEXT)
    text = scanning.column(file, column.name)
    return ~scanning.is_in(text, names)


def is_outside(file: InspectedFile, name: str, first: object, last: object) -> pl.Expr:
    """Whether a number or a day lies outside bounds.

    Raises:
        NotScannedError: the column is neither.
    """
    if not is_integer(file.delivered[name][1]):
        scanning.check_type(file, [name], DAY)
    value = scanning.column(file, name)
    return value.is_not_null() & ~value.is_between(first, last)


def certain() -> pl.Expr:
    """A doubt of each row, for a check that only DuckDB can answer."""
    return scanning.polars().lit(True)


def is_any(file: InspectedFile, doubt: pl.Expr) -> bool:
    """Whether there is a doubt of any row of a file.

    Raises:
        NotScannedError: Polars cannot read the file.
    """
    n_rows = scanning.polars().len()
    rows = scanning.scan(file).filter(doubt).select(n_rows)
    return bool(scanning.collected(rows).item())


def _may_be_missing(file: InspectedFile, name: str) -> pl.Expr:
    value = scanning.column(file, name)
    is_text = file.delivered[name][1] == TEXT
    return scanning.may_be_trimmed(value) if is_text else value.is_null()
