"""What is plain of a delivery before its rows are counted: that no row fails what is
expected of a column, how many persons there are, and that no two rows are of one
identity. Polars sees it in a third of the time in which DuckDB counts (see
`landing.scanning`). Nearly every column of nearly every delivery is as it should be;
what may not be is counted by DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from labour_monitor.landing import doubts, scanning
from labour_monitor.landing.contract import Source
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.landing.row_rules import code_list, row_rules
from labour_monitor.landing.scanning import NotScannedError
from labour_monitor.quality import expectations
from labour_monitor.quality.expectations import RowExpectation

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_BLOCK = 2**18
"""How many numbers are compared at a time: as many as the processor has at hand."""


@dataclass(frozen=True)
class Plain:
    """What is plain of the files of a delivery.

    `columns` are those of which no row fails any expectation. `n_people` counts the
    persons, None where it is not plain that each row is of one. `is_each_once`: no two
    rows have one identity. Where nothing is plain, all of it is to be counted.
    """

    columns: frozenset[str] = frozenset()
    n_people: int | None = None
    is_each_once: bool = False
    files: tuple[InspectedFile, ...] = field(default=(), repr=False)

    def n_people_of_month(self, source: Source, year: int, month: int) -> int | None:
        """How many persons the rows of a month are of; None where it is not plain."""
        (pnr,) = source.named("pnr")
        named = [*source.named("year"), *source.named("month")]
        if pnr not in self.columns:
            return None
        pl, found = scanning.polars(), []
        with suppress(NotScannedError):
            for file in self.files:
                rows = scanning.scan(file)
                for name, value in zip(named, (year, month), strict=True):
                    rows = rows.filter(scanning.column(file, name) == value)
                number = scanning.column(file, pnr).cast(pl.Int64)
                found.append(scanning.collected(rows.select(number.alias(pnr))))
            return pl.concat(found)[pnr].n_unique()
        return None


NOTHING = Plain()


def plain(source: Source, delivered: date, files: Sequence[InspectedFile]) -> Plain:
    """What is plain of the files of a delivery, held against what is expected of its
    rows. Of a column that Polars reads otherwise than DuckDB nothing is; and nothing is
    asked of a column of codes, which are counted in any case."""
    try:
        otherwise = {name for file in files for name in scanning.read_otherwise(file)}
    except NotScannedError:
        return NOTHING
    coded = {column.name for column in source.columns if column.codes}
    about: dict[str, list[RowExpectation]] = {}
    for e in expectations.row_expectations(source):
        if e.condition and e.column not in coded:
            about.setdefault(e.column, []).append(e)
    asked = _Asked(source, delivered, files, about, otherwise)
    numbers = asked.numbers()
    n_different = {name: _n_different(found) for name, found in numbers.items()}
    n_rows = sum(file.n_rows for file in files)
    people = [n_different.get(pnr) for pnr in source.named("pnr")]
    return Plain(
        columns=frozenset(numbers) | asked.plain_columns(),
        n_people=people[0] if people else None,
        is_each_once=[n_different.get(c) for c in source.identity_columns] == [n_rows],
        files=tuple(files),
    )


@dataclass(frozen=True)
class _Asked:
    """What is asked of the files: of each column in `about` that no row fails an
    expectation. The columns that are read `otherwise` are left to DuckDB."""

    source: Source
    delivered: date
    files: Sequence[InspectedFile]
    about: Mapping[str, Sequence[RowExpectation]]
    otherwise: Set[str]

    def plain_columns(self) -> frozenset[str]:
        """The columns of which it is plain that no row fails an expectation, but for
        those that are read as numbers."""
        names = self.about.keys() - self._read_as_numbers
        return frozenset(name for name in names if self._is_plain(name))

    def _is_plain(self, name: str) -> bool:
        with suppress(NotScannedError):
            return not any(
                doubts.is_any(file, self._doubt(file, name)) for file in self.files
            )
        return False

    def numbers(self) -> dict[str, np.ndarray]:
        """For the person numbers and for the identities of reports, where each is as it
        should be, a number for each row: those of two persons differ, and those of two
        reports in all likelihood. They are read together: to decode them takes longest.
        """
        with suppress(NotScannedError):
            names = self.about.keys() & self._read_as_numbers
            return self._numbers(sorted(names - self.otherwise))
        return {}

    def _numbers(self, names: Sequence[str]) -> dict[str, np.ndarray]:
        import numpy as np

        n_rows = sum(file.n_rows for file in self.files)
        found = {name: np.empty(n_rows, np.uint64) for name in names}
        doubtful: set[str] = set()
        at = 0
        for file in self.files:
            asked = []
            for name in names:
                text = scanning.column(file, name)
                is_doubtful = self._doubt(file, name) | scanning.may_be_trimmed(text)
                asked += [self._number(text, name), is_doubtful.alias(f"{name}?")]
            at = scanning.fill(
                found,
                at,
                file,
                asked,
                lambda rows: doubtful.update(n for n in names if rows[f"{n}?"].any()),
            )
        return {name: found[name] for name in names if name not in doubtful}

    @property
    def _pnr(self) -> list[str]:
        return self.source.named("pnr")

    @property
    def _read_as_numbers(self) -> set[str]:
        return {*self._pnr, *self.source.named("report")}

    def _number(self, text: pl.Expr, name: str) -> pl.Expr:
        if name not in self._pnr:
            return text.hash().alias(name)
        number = text.cast(scanning.polars().Int64, strict=False)
        return number.fill_null(0).reinterpret(signed=False).alias(name)

    def _doubt(self, file: InspectedFile, name: str) -> pl.Expr:
        """Whether a row may fail an expectation of a column."""
        of_each = (
            doubt(e, self.source, self.delivered, file, self.otherwise)
            for e in self.about[name]
        )
        return reduce(or_, of_each)


def doubt(
    e: RowExpectation,
    source: Source,
    delivered: date,
    file: InspectedFile,
    otherwise: Set[str] = frozenset(),
) -> pl.Expr:
    """Whether a row of a file may fail an expectation: true for each that fails it, and
    perhaps for others.

    Args:
        otherwise: the columns that Polars reads as another type than DuckDB does.

    Raises:
        NotScannedError: a column is not of the type by which it is looked at.
    """
    rules = {(expectations.about(r), r.check): r for r in row_rules(source)}
    rule = rules.get((e.column, e.check))
    if otherwise & {*(rule.columns if rule else [e.column])}:
        return doubts.certain()
    if rule:
        codes = code_list(rule.codes) if rule.codes else ()
        return doubts.of_rule(rule, file, codes)
    (column,) = (c for c in source.columns if c.name == e.column)
    match e.check:
        case "digits":
            return doubts.of_form(column, file, column.digits)
        case "number":
            return doubts.of_number(column, file)
        case "word":
            return doubts.of_word(column, file, expectations.LONGEST_WORD)
        case "names":
            names = code_list(column.names)
            return doubts.of_name(column, file, names)
        case "plausible":
            first, last = expectations.plausible_days(column, delivered)
            return doubts.is_outside(file, column.name, first, last)
    return doubts.certain()


def _n_different(numbers: np.ndarray) -> int:
    """How many different numbers there are; they are sorted for it."""
    scanning.sort(numbers)
    pairs = range(0, len(numbers) - 1, _BLOCK)
    blocks = (numbers[start : start + _BLOCK + 1] for start in pairs)
    n_changes = sum(int((block[1:] != block[:-1]).sum()) for block in blocks)
    return n_changes + bool(len(numbers))
