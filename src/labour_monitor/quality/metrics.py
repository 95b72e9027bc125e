"""The figures of a delivery, counted by DuckDB: how many rows are not as expected, how
many there are of each code, and what the newest thing is that it tells of.

Everything that leaves this module is a count or a date of the whole delivery: a code is
named only where it is in a code list, for what is not could be anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from labour_monitor.landing import contract, relations
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inspection import InspectedFile, trimmed
from labour_monitor.landing.paths import parquet_metadata
from labour_monitor.landing.row_rules import breaks, is_digits, is_known, row_rules
from labour_monitor.quality import expectations
from labour_monitor.quality.expectations import RowExpectation
from labour_monitor.quality.plain import NOTHING, Plain, plain
from labour_monitor.quality.signs import Sign, signs
from labour_monitor.quality.thresholds import Thresholds
from labour_monitor.rule_data import month_end

NO_CODE = "none"
UNKNOWN_CODES = "codes in no list"

Read = Sequence[tuple[Delivery, list[InspectedFile]]]


@dataclass(frozen=True)
class Share:
    """So many of how many rows or filled values. Of most of them, what they have in
    common and what to ask for, where a sign tells; `is_of_column` where it is the sign
    of a whole column."""

    n_bad: int
    of: int
    sign: str | None = None
    request: str | None = None
    is_of_column: bool = False


@dataclass(frozen=True)
class Figures:
    """A delivery in figures.

    `bad_rows` counts, by the name of the expectation, the rows that are not as
    expected; `unlike` takes, of the expectations about a column, the share: of its
    filled values, or of all rows where it is about missing ones. `n_set_aside` counts
    the rows that staging will reject: they fail an expectation of a row by itself, or
    share their identity with a row that differs. `shares` has, for
    each coded column, the rows of each code; of DREAM those of the newest filled week,
    and `n_filled_weeks` says in how many of the weeks checked anybody has a code (None
    where a source has no weeks). `weeks_of_nobody` are those of the contract before the
    newest filled one in which nobody has a code. `compared_rows` and
    `compared_people` are what the next delivery is held against: all of a snapshot, the
    fullest month of an increment. `newest` is the last day that the delivery tells of.
    `rows_of_months` has the rows of each month of an increment, by its `YYYY-MM`.
    """

    source: str
    delivered: date
    n_rows: int
    n_people: int
    n_set_aside: int
    bad_rows: dict[str, int]
    unlike: dict[str, Share]
    shares: dict[str, dict[str, int]]
    compared_rows: int
    compared_people: int
    newest: date | None
    n_filled_weeks: int | None
    rows_of_months: dict[str, int]
    weeks_of_nobody: list[str]


def figures(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    read: Read,
    thresholds: Thresholds,
    replaced_by: Read = (),
) -> dict[date, Figures]:
    """The figures of each delivery of a source that can be read.

    Args:
        connection: a connection of the caller's own; a schema `landing` is made in it.
        read: the deliveries with their files, all of them inspected and found sound.
        replaced_by: newer deliveries of reports; what they have soundly is left out of
            the figures, as it is out of those of the build.
    """
    found = {}
    connection.execute("create schema if not exists landing")
    _keep_reports(connection, source, replaced_by, thresholds)
    for delivery, files in read:
        weeks = _weeks(source, files)
        alone = replace(delivery, cohort_of=())  # no cohort is drawn here
        for statement in relations.source_views(source, [(alone, files)], weeks, {}):
            connection.execute(statement)
        if replaced_by:
            (report,) = source.identity_columns
            connection.execute(
                "create or replace temporary view held_rows as select * from "
                f"landing.{source.name} where {report} is null or {report} not in "
                "(select report from sound_reports)"
            )
        of_all = NOTHING if replaced_by else plain(source, delivery.delivered, files)
        measured = _Delivery(
            connection,
            source,
            delivery.delivered,
            thresholds,
            weeks,
            files,
            bool(replaced_by),
            of_all,
        )
        found[delivery.delivered] = measured.figures()
    return found


def _keep_reports(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    read: Read,
    thresholds: Thresholds,
) -> None:
    """Keep the identity of every sound report of the deliveries."""
    if not read:
        return
    (report,) = source.identity_columns
    connection.execute(
        "create or replace temporary table sound_reports (report varchar)"
    )
    for delivery, files in read:
        for statement in relations.source_views(source, [(delivery, files)], [], {}):
            connection.execute(statement)
        measured = _Delivery(
            connection, source, delivery.delivered, thresholds, [], files
        )
        connection.execute(
            f"insert into sound_reports {measured.sound_reports(report)}"
        )


def _weeks(source: Source, files: list[InspectedFile]) -> list[str]:
    """DREAM's week columns in the files, the newest first."""
    if not source.has_weeks:
        return []
    mondays = {contract.week_of_column(name) for file in files for name in file.weeks}
    known = sorted((monday for monday in mondays if monday), reverse=True)
    return [contract.week_column(monday) for monday in known]


_CODES_OF_COLUMNS = """
select
    path_in_schema,
    case
        when bool_or(stats_null_count < num_values and trim(stats_max_value) <> '')
            then true
        when sum(num_values - coalesce(stats_null_count, 0)) = 0 then false
    end
from {}
group by path_in_schema
"""
"""Of each column of a file whether it has any code; null where it does not say."""


@dataclass(frozen=True)
class _Delivery:
    """A delivery that stands as a view in the schema `landing`."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    delivered: date
    thresholds: Thresholds
    weeks: list[str]
    files: Sequence[InspectedFile]
    is_held: bool = False
    """Whether the rows are those of `held_rows`."""
    plain: Plain = NOTHING

    def figures(self) -> Figures:
        expected = expectations.row_expectations(self.source)
        self._look_at_codes()
        n_rows, n_people, n_set_aside, bad_rows, unlike = self._rows(expected)
        newest, compared = self._newest(), (n_rows, n_people)
        n_filled_weeks = None
        shares = {
            column.name: self._shares(_table(column.name), column.name, column.codes)
            for column in self.source.columns
            if column.codes
        }
        filled = self._filled_weeks()
        for column in self.source.columns:
            if column.role == "weeks" and column.known_codes:
                by_week = [
                    self._shares(
                        f"({self._codes_of_week(week)})", "code", column.known_codes
                    )
                    for week in filled
                ]
                shares[column.name] = by_week[0] if by_week else {}
                n_filled_weeks = sum(1 for week in by_week if set(week) - {NO_CODE})
                bad_rows[expectations.unknown_codes(column)] = sum(
                    week.get(UNKNOWN_CODES, 0) for week in by_week
                )
                newest = _last_day_of_week(filled[0]) if filled else None
        rows_of_months: dict[str, int] = {}
        if self.source.kind == "increment":
            newest, compared, rows_of_months = self._months()
        return Figures(
            source=self.source.name,
            delivered=self.delivered,
            n_rows=n_rows,
            n_people=n_people,
            n_set_aside=n_set_aside,
            bad_rows=bad_rows,
            unlike=unlike,
            shares=shares,
            compared_rows=compared[0],
            compared_people=compared[1],
            newest=newest,
            n_filled_weeks=n_filled_weeks,
            rows_of_months=rows_of_months,
            weeks_of_nobody=self._weeks_of_nobody(filled[0]) if filled else [],
        )

    @property
    def _relation(self) -> str:
        suffix = "_weeks" if self.source.has_weeks else ""
        return "held_rows" if self.is_held else f"landing.{self.source.name}{suffix}"

    def sound_reports(self, report: str) -> str:
        """SQL of the reports that staging accepts: sound by themselves, and the same in
        every row of the delivery."""
        is_bad = " or ".join(
            f"coalesce({e.condition}, false)"
            for e in expectations.row_expectations(self.source)
            if e.condition and e.sets_aside
        )
        values = ", ".join(column.name for column in self.source.columns)
        return (
            f"select {report} from {self._relation} where {report} is not null "
            f"group by {report} having not bool_or({is_bad}) and "
            f"min(hash({values})) = max(hash({values}))"
        )

    def _query(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def _rows(
        self, expected: list[RowExpectation]
    ) -> tuple[int, int, int, dict[str, int], dict[str, Share]]:
        """Rows, persons, rows to be set aside, and rows and values that fail each
        expectation: a column at a time, where it is not plain that none does. That lets
        DuckDB look at a value of a code once, and pass over parts of a file by the
        least and the greatest value in them. Another pass is for rows that share their
        identity."""
        judged = [e for e in expected if e.condition]
        n_rows, filled = self._filled(judged)
        bad_rows: dict[str, int] = {}
        bad_values: dict[str, int] = {}
        n_set_aside: dict[str, int] = {}
        n_people = 0
        numbers = {c.name: c for c in self.source.columns if c.role == "pnr"}
        for column in dict.fromkeys([*(e.column for e in judged), *numbers]):
            of_column = [e for e in judged if e.column == column]
            if column in self.plain.columns:
                n_aside, *counts = [0] * (1 + 2 * len(of_column))
                if column in numbers:
                    n_people = self.plain.n_people
            elif column in numbers:
                n_people, n_aside, *counts = self._people(numbers[column], of_column)
            elif column in self._coded:
                n_aside, *counts = self._bad_codes(column, of_column)
            else:
                n_aside, *counts = self._bad(of_column)
            n_set_aside[_any_of(of_column, sets_aside=True)] = n_aside
            names = [e.name for e in of_column]
            bad_rows |= zip(names, counts[: len(names)], strict=True)
            bad_values |= zip(names, counts[len(names) :], strict=True)
        for e in judged:
            if _nulls_fail(e):
                filled[e.column] = n_rows - bad_rows[e.name] + bad_values[e.name]
        unlike = {
            e.name: self._share(e, bad_values[e.name], filled[e.column])
            if e.is_of_values
            else self._share(e, bad_rows[e.name], n_rows)
            for e in judged
            if e.column
        }
        bad_rows[expected[-1].name] = n_repeated = (
            0 if self.plain.is_each_once else self._repeated()
        )
        n_aside = self._of_any(n_set_aside)
        if n_repeated and self.source.identity in ("pnr", "report"):
            n_aside += self._conflicting([e.condition for e in judged if e.sets_aside])
        return n_rows, n_people, n_aside, bad_rows, unlike

    def _filled(self, judged: list[RowExpectation]) -> tuple[int, dict[str, int]]:
        """All rows, and the filled values of each column of whose values a share is
        taken, but for those whose missing values are counted among the bad ones."""
        counted = {e.column for e in judged if e.is_of_values}
        counted -= {e.column for e in judged if _nulls_fail(e)}
        columns = sorted(counted - {*self._coded})
        counts = "".join(f", count({column})" for column in columns)
        ((n_rows, *n),) = self._query(f"select count(*){counts} from {self._relation}")
        filled = dict(zip(columns, n, strict=True))
        for name in counted & {*self._coded}:
            ((filled[name],),) = self._query(
                "select coalesce(sum(n_rows), 0)::bigint from "
                f"{_table(name)} where {name} is not null"
            )
        return n_rows, filled

    def _bad(self, of_column: list[RowExpectation]) -> tuple[int, ...]:
        """Of the expectations of one column: the rows that any of them sets aside, the
        rows that fail each of them, and the filled values that do."""
        counts = ", ".join(
            f"count(*) filter (where {condition})" for condition in _counted(of_column)
        )
        return self._query(
            f"select {counts} from {self._relation} where {_any_of(of_column)}"
        )[0]

    def _bad_codes(
        self, column: str, of_column: list[RowExpectation]
    ) -> tuple[int, ...]:
        """What `_bad` has, of a column of codes: each is looked at once."""
        counts = _counts_of_rows(of_column)
        return self._query(f"select {counts} from {_table(column)}")[0]

    def _people(self, pnr: Column, of_column: list[RowExpectation]) -> tuple[int, ...]:
        """Persons by their number: all numbers, without those that are none. After it
        what `_bad` has: each number is looked at once, in however many rows it is."""
        is_person = is_digits(pnr.name, pnr.digits)
        return self._query(
            f"select count(*) filter (where {is_person}), {_counts_of_rows(of_column)} "
            f"from ({self._values(pnr.name, pnr.name)})"
        )[0]

    def _look_at_codes(self) -> None:
        """Keep in how many rows each value of a column of codes is: it is asked more
        than once."""
        for name in self._coded:
            self.connection.execute(
                f"create or replace temporary table {_table(name)} as "
                f"{self._values(name, name)}"
            )

    @property
    def _coded(self) -> list[str]:
        return [column.name for column in self.source.columns if column.codes]

    def _values(self, value: str, name: str) -> str:
        """SQL: the different values, as a column, and in how many rows each is."""
        return (
            f"select {value} as {name}, count(*) as n_rows from {self._relation} "
            f"group by {value}"
        )

    def _codes_of_week(self, week: str) -> str:
        """What `_values` has, of one of DREAM's weeks. Spaces are taken away of each
        different text once, so that a code may come more than once."""
        texts = self._values(week, week)
        return f"select {trimmed(week)} as code, n_rows from ({texts}) as texts"

    def _of_any(self, n_rows: dict[str, int]) -> int:
        """The rows of which any of some conditions is true.

        Args:
            n_rows: the rows of which each of them is.
        """
        some = {condition: n for condition, n in n_rows.items() if n}
        if len(some) <= 1:
            return sum(some.values())
        any_of = " or ".join(f"({condition})" for condition in some)
        return self._query(f"select count(*) from {self._relation} where {any_of}")[0][
            0
        ]

    def _share(self, expectation: RowExpectation, n_bad: int, of: int) -> Share:
        """The share of rows or values that fail an expectation; of most of them, what
        the values have in common that most of these have."""
        tried: list[Sign] = []
        if expectation.is_of_values and 2 * n_bad > of:
            (column,) = (c for c in self.source.columns if c.name == expectation.column)
            tried = signs(column, expectation.check)
        if not tried:
            return Share(n_bad, of)
        cases = " ".join(
            f"when {sign.condition} then {number}" for number, sign in enumerate(tried)
        )
        ((number, n),) = self._query(
            f"select case {cases} else -1 end as sign, count(*) as n from "
            f"{self._relation} where {expectation.condition} and "
            f"{expectation.column} is not null group by sign order by n desc, sign "
            "limit 1"
        )
        if number < 0:
            return Share(n_bad, of)
        sign = tried[number]
        most = "" if n == n_bad else f"{n:,} of them "
        is_of_column = n == n_bad and sign.is_of_column
        return Share(n_bad, of, f"{most}{sign.found}", sign.request, is_of_column)

    @property
    def _identity(self) -> str:
        return f"hash({', '.join(self.source.identity_columns)})"

    def _repeated(self) -> int:
        """Rows beyond the first of their identity. Compared by a number of 64 bits,
        which is small and which two identities hardly ever share: it is a count, and no
        row is set aside for it here. Sorted by numpy, which takes half of what DuckDB
        does, the same numbers lie side by side. Those that do are kept: `_conflicting`
        asks them."""
        numbers = self.connection.execute(
            f"select {self._identity} as identity from {self._relation}"
        ).fetchnumpy()["identity"]
        numbers.sort()
        beyond = numbers[1:][numbers[1:] == numbers[:-1]]
        repeated = pa.table({"identity": np.unique(beyond)})
        self.connection.register("identities_found", repeated)
        self.connection.execute(
            "create or replace temporary table repeated_identities as "
            "select identity from identities_found"
        )
        self.connection.unregister("identities_found")
        return len(beyond)

    def _conflicting(self, conditions: list[str]) -> int:
        """Rows that are sound by themselves and differ from another one of their
        identity: staging sets all of them aside.

        The numbers of the repeated rows come first, and the rows are joined by them: of
        DREAM's hundreds of weeks only those parts are read that hold such a row."""
        relation, identity = self._relation, self._identity
        named = [f"delivered.{column.name}" for column in self.source.named_columns]
        values = ", ".join(named)
        if self.weeks:
            # As one list: hundreds of expressions take longer to plan than to run.
            weeks = ", ".join(f"delivered.{week}" for week in self.weeks)
            values += f", list_transform([{weeks}], lambda week: {trimmed('week')})"
        is_bad = " or ".join(
            f"coalesce({condition}, false)" for condition in conditions
        )
        self.connection.execute(
            "create or replace temporary table repeated_rows as select row_id, "
            f"file_row_number, {identity} as identity, {is_bad} as is_bad "
            f"from {relation} where {identity} in (select identity from "
            "repeated_identities)"
        )
        return self._query(
            "select coalesce(sum(n_sound), 0)::bigint from (select count(*) filter "
            "(where not is_bad) as n_sound from (select repeated_rows.identity, "
            f"repeated_rows.is_bad, hash({values}) as content from repeated_rows inner "
            f"join {relation} as delivered on repeated_rows.file_row_number = "
            "delivered.file_row_number and repeated_rows.row_id = delivered.row_id) "
            "as contents group by identity having min(content) <> max(content))"
        )[0][0]

    def _shares(self, values: str, name: str, codes: str) -> dict[str, int]:
        """Rows of each code of the list, of none, and of codes in no list together.

        Args:
            values: what has the different codes as a column, and in how many rows each
                is.
        """
        known = is_known(name, codes)
        return dict(
            self._query(
                f"select case when {name} is null then '{NO_CODE}' when {known} then "
                f"cast({name} as varchar) else '{UNKNOWN_CODES}' end as named, "
                f"sum(n_rows)::bigint from {values} group by named order by named"
            )
        )

    def _filled_weeks(self) -> list[str]:
        """The newest week in which anybody has a code, and those before it: as many as
        are checked, the newest first. Hardly ever another one than the newest week of
        all, of which one code is enough; the others are asked so many at a time."""
        n_asked = self.thresholds.weeks_checked
        for week in self.weeks[:1]:
            is_filled = f"{trimmed(week)} is not null"
            if self._query(f"select 1 from {self._relation} where {is_filled} limit 1"):
                return self.weeks[:n_asked]
        for first in range(0, len(self.weeks), n_asked):
            asked = self.weeks[first : first + n_asked]
            counts = ", ".join(f"count({trimmed(week)})" for week in asked)
            (filled,) = self._query(f"select {counts} from {self._relation}")
            for position, n_codes in enumerate(filled, first):
                if n_codes:
                    return self.weeks[position : position + n_asked]
        return []

    def _weeks_of_nobody(self, newest: str) -> list[str]:
        """The weeks of the contract before the newest filled one in which nobody has a
        code, by what the files say of their columns; a column of which one says nothing
        is read."""
        until = contract.week_of_column(newest) - timedelta(weeks=1)
        wanted = contract.weeks(contract.FIRST_WEEK, until)
        there = set(self.weeks).intersection(wanted)
        codes: dict[str, bool | None] = {week: False for week in there}
        for file in self.files:
            said = parquet_metadata(file.path)
            of_columns = dict(self._query(_CODES_OF_COLUMNS.format(said)))
            for week in there & file.weeks.keys():
                has_codes = of_columns.get(file.delivered[week][0])
                if has_codes or codes[week] is False:
                    codes[week] = has_codes
        unsaid = sorted(week for week, has_codes in codes.items() if has_codes is None)
        if unsaid:
            counts = ", ".join(f"count({trimmed(week)}) > 0" for week in unsaid)
            (found,) = self._query(f"select {counts} from {self._relation}")
            codes |= zip(unsaid, found, strict=True)
        return [week for week in wanted if not codes.get(week)]

    def _newest(self) -> date | None:
        """The newest start on or before the day of the delivery."""
        starts = [c.name for c in self.source.columns if c.role == "start"]
        if not starts:
            return None
        return self._query(
            f"select max({starts[0]}) from {self._relation} "
            f"where {starts[0]} <= date '{self.delivered}'"
        )[0][0]

    def _months(self) -> tuple[date | None, tuple[int, int], dict[str, int]]:
        """The last day of the newest month with rows to speak of, rows and persons of
        the fullest one, and the rows of each."""
        (year,), (month,), (pnr,) = map(self.source.named, ("year", "month", "pnr"))
        is_month = " and ".join(
            f"({breaks(rule)}) is false"
            for rule in row_rules(self.source)
            if rule.check == "bounds"
        )
        months = self._query(
            f"select {year}, {month}, count(*) from {self._relation} "
            f"where {is_month} group by all order by all"
        )
        if not months:
            return None, (0, 0), {}
        fullest = max(months, key=lambda row: row[2])
        # Persons are counted in that month alone: to count them takes longest.
        n_people = self.plain.n_people_of_month(self.source, *fullest[:2])
        if n_people is None:
            ((n_people,),) = self._query(
                f"select count(distinct {pnr}) from {self._relation} "
                f"where {year} = {fullest[0]} and {month} = {fullest[1]}"
            )
        enough = fullest[2] * self.thresholds.full_month_pct / 100
        newest = [row for row in months if row[2] >= enough][-1]
        newest_day = month_end(date(newest[0], newest[1], 1))
        by_month = {f"{row[0]}-{row[1]:02}": row[2] for row in months}
        return newest_day, (fullest[2], n_people), by_month


def _table(column: str) -> str:
    """The table of the different values of a column of codes."""
    return f"values_of_{column}"


def _nulls_fail(e: RowExpectation) -> bool:
    """Whether every missing value of the column is a bad row: it must not be missing,
    or a person's number must be one."""
    is_required = e.check == "missing" or (e.check == "digits" and e.sets_aside)
    return e.column is not None and is_required


def _counted(of_column: list[RowExpectation]) -> list[str]:
    """SQL of what is counted of one column: whether a row is set aside, whether it
    fails each expectation, and whether a filled value does."""
    values = [
        f"({e.condition}) and {e.column} is not null" if e.is_of_values else "false"
        for e in of_column
    ]
    rows = [e.condition for e in of_column]
    return [_any_of(of_column, sets_aside=True), *rows, *values]


def _counts_of_rows(of_column: list[RowExpectation]) -> str:
    """SQL of the same of values, each of which is in `n_rows` rows."""
    return ", ".join(
        f"coalesce(sum(n_rows) filter (where {condition}), 0)::bigint"
        for condition in _counted(of_column)
    )


def _any_of(expected: Iterable[RowExpectation], sets_aside: bool = False) -> str:
    """SQL: whether a row fails any of the expectations, or of those among them that set
    rows aside."""
    conditions = [f"({e.condition})" for e in expected if e.sets_aside >= sets_aside]
    return " or ".join(conditions) or "false"


def _last_day_of_week(week: str) -> date | None:
    monday = contract.week_of_column(week)
    return monday and monday + timedelta(days=6)
