"""Whether the files of a delivery can be read as the contract says, and the SELECT that
reads each of them so."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault, some
from labour_monitor.landing.paths import parquet, pattern, shown, the_file, unreadable

_INTEGERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
}
_WIDER_THAN_BIGINT = {"HUGEINT", "UBIGINT", "UHUGEINT"}
_NUMBERS = _INTEGERS | {"FLOAT", "DOUBLE"}
_ROW_NUMBER = "file_row_number"
EXPECTED = {
    "varchar": "text",
    "date": "DATE, or text YYYY-MM-DD",
    "integer": "an integer",
    "decimal(18,2)": "a decimal, integer or double that fits DECIMAL(18,2)",
    "boolean": "BOOLEAN",
}
_ADVICE = "have it delivered again under a new date, and move the broken folder away"
_COHORT_ADVICE = (
    "the cohort is drawn from this delivery (C1): put a sound copy in its place, and "
    "do not build without it, since an older delivery would take its place"
)


@dataclass(frozen=True)
class InspectedFile:
    """A readable file: the SQL that reads each column as the contract's type, and the
    names under which those that were delivered as text stand in it."""

    path: Path
    n_rows: int
    expressions: dict[str, str]
    texts: dict[str, str]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def trimmed(value: str) -> str:
    """Text without the spaces around it, null where nothing is left. Nearly every value
    is as it should be, and is passed on without being copied."""
    return (
        f"case when {value} like ' %' or {value} like '% ' or {value} = '' "
        f"then nullif(trim({value}), '') else {value} end"
    )


def scan(path: Path) -> str:
    """The table function that reads one file as it is, with the number of each row."""
    return parquet(path, f"{_ROW_NUMBER} = true")


def _delivered_columns(connection, path: Path) -> tuple[list[tuple[str, str]], int]:
    """Names as delivered with DuckDB types, and the number of rows.

    DuckDB renames a column that differs from an earlier one in case alone, so names
    come from the file's own schema, types (in the same order) from DuckDB.
    """
    nodes = connection.execute(
        f"select name, coalesce(num_children, 0) from parquet_schema({the_file(path)})"
    ).fetchall()
    names: list[str] = []

    def descend(position: int) -> int:
        position += 1
        for _ in range(nodes[position - 1][1]):
            position = descend(position)
        return position

    position = 1
    for _ in range(nodes[0][1]):
        names.append(nodes[position][0])
        position = descend(position)
    described = connection.execute(f"describe select * from {parquet(path)}").fetchall()
    n_rows = connection.execute(
        f"select num_rows from parquet_file_metadata({the_file(path)})"
    ).fetchall()[0][0]
    return [(n, row[1]) for n, row in zip(names, described, strict=True)], n_rows


def is_integer(found: str) -> bool:
    """Whether a type of DuckDB is that of a whole number."""
    return found in _INTEGERS


def is_number(found: str) -> bool:
    """Whether a type of DuckDB is that of a number; a list of numbers is none."""
    is_decimal = found.startswith("DECIMAL") and not found.endswith("]")
    return is_decimal or found in _NUMBERS


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
        case "boolean" if found == "BOOLEAN":
            return value, None
        case "date" if found == "DATE":
            return value, None
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
            return number, f"{filled} and try_{number} is null"
    return unreadable


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
    columns = [Column(n, "varchar", None, True, None) for n in names]
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
            faults.append(
                replace(
                    here,
                    column=column.name,
                    expected="one column of that name",
                    found=f"{count[column.name]} "
                    + ("that differ in case alone" if differ else "of that name"),
                )
            )
            continue
        read.append((column, *by_name[column.name]))
    return read, faults


def _reason(error: Exception, path: Path) -> str:
    """What DuckDB says of a file, without its folder and without an example of use."""
    said, mark = str(error), "\0"
    for name in (str(path), pattern(path)):
        said = said.replace(name, mark)
    return re.split(r"[\n(]", said)[0].strip().replace(mark, path.name)


def inspect_file(
    connection, source: Source, path: Path, required_until: date | None
) -> tuple[InspectedFile | None, list[Fault]]:
    """Check one file against the contract; no file where it cannot be trusted."""
    here = Fault(
        source=source.name, file=shown(path.name), expected="", found="", advice=_ADVICE
    )
    if what := unreadable(path.absolute()):
        expected = "a name that DuckDB can be given"
        return None, [replace(here, expected=expected, found=what, advice="rename it")]
    try:
        delivered, n_rows = _delivered_columns(connection, path)
    except duckdb.Error as error:
        found = f"'{_reason(error, path)}'"
        return None, [replace(here, expected="a whole Parquet file", found=found)]
    read, faults = columns_read(here, source, delivered, required_until)
    if any(name.lower() == _ROW_NUMBER for name, _ in delivered):
        faults.append(
            replace(
                here,
                column=_ROW_NUMBER,
                expected="no column of that name, by which DuckDB numbers the rows",
                found="one",
            )
        )
    expressions: dict[str, str] = {}
    texts: dict[str, str] = {}
    doubts: list[tuple[Column, str, str]] = []
    for column, name, found in read:
        expression, doubt = typed(column, name, found)
        expressions[column.name] = expression
        if found == "VARCHAR":
            texts[column.name] = name
        if doubt and n_rows:
            doubts.append((column, found, doubt))
    faults += _resolve(connection, here, path, doubts)
    if faults:
        return None, faults
    return InspectedFile(path, n_rows, expressions, texts), []


def _resolve(connection, here: Fault, path: Path, doubts) -> list[Fault]:
    """Count, in one pass over the file, the values that cannot be read."""
    if not doubts:
        return []
    counts = ", ".join(f"count(*) filter (where {doubt})" for _, _, doubt in doubts)
    try:
        found_counts = connection.execute(
            f"select {counts} from {scan(path)}"
        ).fetchall()[0]
    except duckdb.Error:
        return [
            replace(here, expected="a whole Parquet file", found="unreadable pages")
        ]
    return [
        replace(
            here,
            column=column.name,
            expected=EXPECTED[column.data_type],
            found=f"{found}, with {n} value{'s'[: n != 1]} that cannot be read so",
        )
        for (column, found, _), n in zip(doubts, found_counts, strict=True)
        if n
    ]


def inspect(
    connection, source: Source, delivery: Delivery, required_until: date | None
) -> tuple[list[InspectedFile], list[Fault]]:
    """Check every file of a delivery; all faults, not the first alone.

    Args:
        connection: any DuckDB connection; nothing is written by it.
        required_until: a day whose week DREAM must reach, where one is needed.
    """
    files: list[InspectedFile] = []
    faults: list[Fault] = []
    for path in delivery.files:
        file, found = inspect_file(connection, source, path, required_until)
        files += [file] if file else []
        if delivery.is_cohort:
            found = [replace(fault, advice=_COHORT_ADVICE) for fault in found]
        faults += [replace(fault, delivered=delivery.delivered) for fault in found]
    return files, faults
