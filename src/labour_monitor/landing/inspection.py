"""Whether the files of a delivery can be read as the contract says, and the SELECT that
reads each of them so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault, some, without_values
from labour_monitor.landing.inputs import Facts, facts_of
from labour_monitor.landing.paths import parquet, pattern, shown, the_file, unreadable

_INTEGERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
}
_WIDER_THAN_BIGINT = {"HUGEINT", "UBIGINT", "UHUGEINT"}
_NUMBERS = _INTEGERS | {"FLOAT", "DOUBLE"}
_MOST_DIGITS = 38
"""Of a decimal, to DuckDB. One of more digits it reads as a double, and not as the
number that it is."""
ROW_NUMBER = "file_row_number"
"""The column by which DuckDB numbers the rows of a file, from 0."""
EXPECTED = {
    "varchar": "text",
    "date": "DATE, or text YYYY-MM-DD",
    "integer": "an integer",
    "decimal(18,2)": "a decimal, integer or double that fits DECIMAL(18,2)",
    "boolean": "BOOLEAN",
}
_FINITE = "between date '290000-01-01 (BC)' and date '5880000-12-31'"
"""Parquet can hold days that DuckDB takes for infinite: there is no day before or after
them, so that a spell that is cut there would overlap the next."""
_ADVICE = "have it delivered again under a new date, and move the broken folder away"
_COHORT_ADVICE = (
    "the cohort is drawn from this delivery (C1): put a sound copy in its place, and "
    "do not build without it, since an older delivery would take its place"
)


@dataclass(frozen=True)
class InspectedFile:
    """A readable file: the SQL that reads each column as the contract's type, and that
    of DREAM's weeks as they were delivered: text untrimmed, so that nothing is computed
    of a week that nobody reads. A week without any code is in the first alone.
    `delivered` has name and type of each column as they are in the file, for an engine
    that reads it in another dialect (`landing.dialects`)."""

    path: Path
    n_rows: int
    expressions: dict[str, str]
    weeks: dict[str, str]
    delivered: dict[str, tuple[str, str]]


def file_reader() -> duckdb.DuckDBPyConnection:
    """A connection to read files by, and to make nothing: of one DuckDB for the whole
    process, which starts no faster than it inspects a register."""
    return _duckdb_of_process().cursor()


@cache
def _duckdb_of_process() -> duckdb.DuckDBPyConnection:
    # What was read of a file is not kept: another may lie there within the second.
    return duckdb.connect(config={"enable_external_file_cache": False})


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def trimmed(value: str) -> str:
    """Text without the spaces around it, null where nothing is left. Nearly every value
    is as it should be, and is passed on without being copied."""
    return (
        f"case when {value} < '!' or {value} like '% ' "
        f"then nullif(trim(both ' ' from {value}), '') else {value} end"
    )


def _facts(delivery: Delivery, path: Path) -> Facts | None:
    try:
        return facts_of(delivery, path)
    except OSError:  # what is wrong with the file, its inspection says
        return None


def scan(path: Path) -> str:
    """The table function that reads one file as it is, with the number of each row."""
    return parquet(path, f"{ROW_NUMBER} = true")


def delivered_columns(connection, path: Path) -> tuple[list[tuple[str, str]], int]:
    """Names as delivered with DuckDB types, and the number of rows.

    DuckDB renames a column that differs from an earlier one in case alone, so names
    come from the file's own schema, types (in the same order) from DuckDB; but for a
    decimal of more digits than it has.
    """
    nodes = connection.execute(
        "select name, coalesce(num_children, 0), coalesce(precision, 0), scale "
        f"from parquet_schema({the_file(path)})"
    ).fetchall()
    names: list[str] = []
    too_long: dict[int, str] = {}

    def descend(position: int) -> int:
        position += 1
        for _ in range(nodes[position - 1][1]):
            position = descend(position)
        return position

    position = 1
    for _ in range(nodes[0][1]):
        name, _, digits, decimals = nodes[position]
        if digits > _MOST_DIGITS:
            too_long[len(names)] = f"DECIMAL({digits},{decimals})"
        names.append(name)
        position = descend(position)
    described = connection.execute(f"describe select * from {parquet(path)}").fetchall()
    n_rows = connection.execute(
        f"select num_rows from parquet_file_metadata({the_file(path)})"
    ).fetchall()[0][0]
    types = [too_long.get(n, row[1]) for n, row in enumerate(described)]
    return list(zip(names, types, strict=True)), n_rows


def is_integer(found: str) -> bool:
    """Whether a type of DuckDB is that of a whole number."""
    return found in _INTEGERS


def is_number(found: str) -> bool:
    """Whether a type of DuckDB is that of a number; a list of numbers is none, nor is a
    decimal of more digits than DuckDB has."""
    digits = _digits(found)
    return found in _NUMBERS or (digits is not None and digits[0] <= _MOST_DIGITS)


def _digits(found: str) -> tuple[int, int] | None:
    """How many digits a decimal has, and how many of them are decimals; None of another
    type."""
    if not (digits := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", found)):
        return None
    return int(digits[1]), int(digits[2])


def _is_within_decimal(found: str) -> bool:
    """Whether DECIMAL(18,2) has each decimal of a type, unrounded: 16 digits and 2."""
    if not (digits := _digits(found)):
        return False
    all_digits, decimals = digits
    return decimals <= 2 and all_digits - decimals <= 16


def typed(column: Column, name: str, found: str) -> tuple[str, str | None]:
    """SQL that reads a delivered column as the contract's type, and SQL that is true
    for a value which cannot be read so (None where every value can)."""
    value = quoted(name)
    text = trimmed(value)
    is_text = found == "VARCHAR" or (
        found.startswith("ENUM") and not found.endswith("]")
    )
    filled = f"({text}) is not null" if is_text else f"{value} is not null"
    unreadable = f"cast(null as {column.data_type})", filled
    match column.data_type:
        case "varchar" if is_text:
            return text, None
        case "varchar" if column.role == "weeks" and is_number(found):
            return week_code(value, found), _is_no_code(value, found)
        case "boolean" if found == "BOOLEAN":
            return value, None
        case "date" if found == "DATE":
            return value, f"{value} not {_FINITE}"
        case "date" if is_text:
            iso = f"regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            is_date = f"{iso} and try_cast({text} as date) is not null"
            return f"cast({text} as date)", f"{filled} and not ({is_date})"
        case "integer" if is_integer(found):
            number = f"cast({value} as bigint)"
            if found not in _WIDER_THAN_BIGINT:
                return number, None
            return number, f"{filled} and try_{number} is null"
        case "decimal(18,2)" if is_number(found):
            number = f"cast({value} as decimal(18,2))"
            if _is_within_decimal(found):
                return number, None
            return number, f"{filled} and try_{number} is null"
    return unreadable


def _is_whole(found: str) -> bool:
    """Whether a type of DuckDB has whole numbers alone."""
    return is_integer(found) or (is_number(found) and found.endswith(",0)"))


def week_code(value: str, found: str) -> str:
    """SQL of the code of three digits that a number is. What is no number at all in
    doubles (NaN) is no code."""
    code = f"lpad(cast(cast({value} as smallint) as string), 3, '0')"
    if _is_whole(found) or found.startswith("DECIMAL"):
        return code
    return f"case when not isnan({value}) then {code} end"


def _is_no_code(value: str, found: str) -> str:
    """SQL that is true for a number which is no code."""
    is_none = f"{value} not between 0 and 999"
    if _is_whole(found):
        return is_none
    is_none = f"({is_none} or {value} <> floor({value}))"
    if found.startswith("DECIMAL"):
        return is_none
    return f"{is_none} and not isnan({value})"


def _week_columns(
    delivered: list[tuple[str, str]], required_until: date | None
) -> tuple[list[Column], date | None, list[str]]:
    """DREAM's week columns from week 31 of 2010 to the last one present, that week,
    and the names of those that are missing."""
    mondays = [contract.week_of_column(name) for name, _ in delivered]
    present = {monday for monday in mondays if monday and monday >= contract.FIRST_WEEK}
    last = max(present, default=None)
    until = max(filter(None, (last, required_until)), default=contract.FIRST_WEEK)
    names = contract.weeks(contract.FIRST_WEEK, until)
    missing = [n for n in names if contract.week_of_column(n) not in present]
    columns = [Column(n, "varchar", "weeks", True, None, digits=3) for n in names]
    return columns, last, missing


def columns_read(
    here: Fault,
    source: Source,
    delivered: list[tuple[str, str]],
    required_until: date | None = None,
) -> tuple[list[tuple[Column, str, str]], list[Fault]]:
    """The contract's columns among the delivered ones (name and type), each with its
    name and type as delivered; a fault for each that is missing or there twice."""
    faults: list[Fault] = []
    wanted = list(source.named_columns)
    if source.has_weeks:
        week_columns, last, missing = _week_columns(delivered, required_until)
        if missing:
            faults.append(
                replace(
                    here,
                    column=some(missing),
                    expected="a column for every ISO week from "
                    f"{contract.week_column(contract.FIRST_WEEK)} to the last one, at "
                    f"least to {contract.week_column(required_until or date.min)}"
                    if required_until
                    else "a column for every ISO week from "
                    f"{contract.week_column(contract.FIRST_WEEK)} to the last one",
                    found="no such column"
                    + (f" (the last is {contract.week_column(last)})" if last else ""),
                )
            )
        wanted += week_columns
    count = Counter(name.lower() for name, _ in delivered)
    by_name = {name.lower(): (name, found) for name, found in delivered}
    read: list[tuple[Column, str, str]] = []
    twice: dict[tuple[str, str], list[str]] = defaultdict(list)
    for column in wanted:
        if column.name not in by_name:
            if column in source.named_columns:
                faults.append(
                    replace(
                        here,
                        column=column.name,
                        expected=f"such a column with {EXPECTED[column.data_type]}",
                        found="no such column",
                    )
                )
            continue
        if count[column.name] > 1:
            spelled = {name for name, _ in delivered if name.lower() == column.name}
            differ = len(spelled) == count[column.name]
            found = f"{count[column.name]} " + (
                "that differ in case alone" if differ else "of that name"
            )
            of = found if column.role == "weeks" else column.name
            twice[of, found].append(column.name)
            continue
        read.append((column, *by_name[column.name]))
    faults += [
        replace(here, column=some(names), expected="one column of that name", found=of)
        for (_, of), names in twice.items()
    ]
    return read, faults


def _reason(error: Exception, path: Path) -> str:
    """What DuckDB says of a file, without its folder and without an example of use."""
    said, mark = str(error), "\0"
    for name in (str(path), pattern(path)):
        said = said.replace(name, mark)
    return re.split(r"[\n(]", said)[0].strip().replace(mark, path.name)


def inspect_file(
    connection,
    source: Source,
    path: Path,
    required_until: date | None,
    is_sound: bool = False,
) -> tuple[InspectedFile | None, list[Fault]]:
    """Check one file against the contract; no file where it cannot be trusted. Of one
    that was found sound before, the values are not read again."""
    here = Fault(
        source=source.name, file=shown(path.name), expected="", found="", advice=_ADVICE
    )
    if what := unreadable(path.absolute()):
        expected = "a name that DuckDB can be given"
        return None, [replace(here, expected=expected, found=what, advice="rename it")]
    try:
        delivered, n_rows = delivered_columns(connection, path)
    except duckdb.Error as error:
        found = f"'{_reason(error, path)}'"
        return None, [replace(here, expected="a whole Parquet file", found=found)]
    read, faults = columns_read(here, source, delivered, required_until)
    if any(name.lower() == ROW_NUMBER for name, _ in delivered):
        fault = replace(
            here,
            column=ROW_NUMBER,
            expected="no column of that name, by which DuckDB numbers the rows",
            found="one",
        )
        return None, [*faults, fault]
    expressions: dict[str, str] = {}
    weeks: dict[str, str] = {}
    doubts: list[tuple[Column, str, str]] = []
    for column, name, found in read:
        expression, doubt = typed(column, name, found)
        expressions[column.name] = expression
        if column.role == "weeks":
            if found == "VARCHAR":
                weeks[column.name] = quoted(name)
            elif is_number(found):
                weeks[column.name] = expression
        if doubt and n_rows:
            doubts.append((column, found, doubt))
    weeks_of_numbers = {
        column.name: quoted(name)
        for column, name, found in read
        if column.role == "weeks" and _is_whole(found)
    }
    if not is_sound:
        faults += _resolve(connection, here, path, doubts, weeks_of_numbers)
    if faults:
        return None, faults
    as_delivered = {column.name: (name, found) for column, name, found in read}
    return InspectedFile(path, n_rows, expressions, weeks, as_delivered), []


def _resolve(
    connection, here: Fault, path: Path, doubts, weeks_of_numbers: dict[str, str]
) -> list[Fault]:
    """Count, in one pass over the file, the values that cannot be read.

    Args:
        weeks_of_numbers: the weeks of whole numbers, by name with their SQL. DuckDB
            takes seconds to plan hundreds of conditions, and no time for as many
            smallest and largest numbers, which tell that nothing is to be counted.
    """
    try:
        codes = _weeks_of_codes(connection, path, weeks_of_numbers) if doubts else set()
        doubts = [doubt for doubt in doubts if doubt[0].name not in codes]
        if not doubts:
            return []
        counts = ", ".join(f"count(*) filter (where {doubt})" for _, _, doubt in doubts)
        found_counts = connection.execute(
            f"select {counts} from {scan(path)}"
        ).fetchall()[0]
    except duckdb.Error as error:
        why = without_values(_reason(error, path))
        found = f"pages that DuckDB cannot read: '{why}'"
        return [replace(here, expected="a whole Parquet file", found=found)]
    faults = []
    weeks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (column, found, _), n in zip(doubts, found_counts, strict=True):
        if not n:
            continue
        if column.role == "weeks":
            weeks[found].append((column.name, n))
            continue
        is_infinite = (column.data_type, found) == ("date", "DATE")
        expected = "no infinite day" if is_infinite else EXPECTED[column.data_type]
        what = f"{found}, with {n} value{'s'[: n != 1]} that cannot be read so"
        faults.append(replace(here, column=column.name, expected=expected, found=what))
    return faults + [week_fault(here, found, weeks[found]) for found in weeks]


def _weeks_of_codes(connection, path: Path, weeks: dict[str, str]) -> set[str]:
    """The weeks of whole numbers that are all codes of three digits."""
    if not weeks:
        return set()
    extremes = ", ".join(f"min({sql}), max({sql})" for sql in weeks.values())
    found = connection.execute(f"select {extremes} from {scan(path)}").fetchall()[0]
    return {
        name
        for name, least, most in zip(weeks, found[::2], found[1::2], strict=True)
        if least is None or (least >= 0 and most <= 999)
    }


def week_fault(here: Fault, found: str, bad: list[tuple[str, int]]) -> Fault:
    """One fault for all of DREAM's weeks of a type that have values which are no code:
    the names of the weeks, and how many such values each has."""
    n_bad = sum(n for _, n in bad)
    return replace(
        here,
        column=some([name for name, _ in bad]),
        expected="text of three digits, or whole numbers from 0 to 999, which are read "
        "so",
        found=f"{found}, with {n_bad:,} value{'s'[: n_bad != 1]} that cannot be read "
        "so",
    )


def inspect(
    connection,
    source: Source,
    delivery: Delivery,
    required_until: date | None,
    sound: Collection[Facts] = (),
) -> tuple[list[InspectedFile], list[Fault]]:
    """Check every file of a delivery; all faults, not the first alone.

    Args:
        connection: any DuckDB connection; nothing is written by it.
        required_until: a day whose week DREAM must reach, where one is needed.
        sound: the files that were found sound before.
    """
    files: list[InspectedFile] = []
    faults: list[Fault] = []
    for path in delivery.files:
        is_sound = _facts(delivery, path) in sound
        file, found = inspect_file(connection, source, path, required_until, is_sound)
        files += [file] if file else []
        if delivery.is_cohort:
            found = [replace(fault, advice=_COHORT_ADVICE) for fault in found]
        faults += [replace(fault, delivered=delivery.delivered) for fault in found]
    return files, faults
