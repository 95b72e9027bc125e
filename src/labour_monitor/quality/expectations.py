"""What is expected of the rows of a delivery: generated from the contract of the
landing and the code lists, so that a column or a code is written in one place."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from labour_monitor import project
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.inspection import literal

MONTHS = (1, 12)
YEARS = (1990, 2100)
"""The bounds of a period (sources.md, invalid_period)."""

_SET_ASIDE = "each such row is set aside ({reason}) and counts for nobody"
_AGAIN = "ask for a corrected delivery under a new date"


@dataclass(frozen=True)
class RowExpectation:
    """What every row should be like.

    `name` is the metric that counts the rows which are not; `condition` is SQL that is
    true for such a row, None where rows are to be compared with each other.
    """

    name: str
    condition: str | None
    expected: str
    meaning: str
    advice: str


@cache
def code_list(codes: str) -> tuple[str, ...]:
    """The codes of `<seed>.<column>` in `seeds/code_lists`, in their order."""
    seed, column = codes.split(".")
    path = project.root() / "seeds/code_lists" / f"{seed}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(row[column] for row in csv.DictReader(file))


def is_known(value: str, codes: str) -> str:
    """SQL: whether a value, as text, is in a code list; null where it is null."""
    listed = ", ".join(literal(code) for code in code_list(codes))
    return f"cast({value} as varchar) in ({listed})"


def unknown_codes(column: Column) -> str:
    """The metric that counts the codes of a column which are in no list."""
    return f"{column.name}: in no code list"


def row_expectations(source: Source) -> list[RowExpectation]:
    """What the contract says about the rows of a source, by its columns."""
    found: list[RowExpectation] = []
    for column in source.columns:
        found += _of_column(source, column)
    values = _names(source, "value")
    if values:
        found.append(
            RowExpectation(
                name=f"{' and '.join(values)}: both missing",
                condition=" and ".join(f"{name} is null" for name in values),
                expected=f"{' or '.join(values)} in every row",
                meaning=_SET_ASIDE.format(reason="missing_value"),
                advice=_AGAIN,
            )
        )
    return [*found, _identity(source)]


def _names(source: Source, role: str) -> list[str]:
    return [column.name for column in source.columns if column.role == role]


def _of_column(source: Source, column: Column) -> list[RowExpectation]:
    name = column.name
    found: list[RowExpectation] = []
    if column.role == "pnr":
        found.append(
            RowExpectation(
                name=f"{name}: not ten digits",
                condition=f"not coalesce({is_person_number(name)}, false)",
                expected="text of exactly ten digits",
                meaning=_SET_ASIDE.format(reason="invalid_pnr"),
                advice="ask whether leading zeros were lost when the file was "
                f"written, and {_AGAIN}",
            )
        )
    elif column.role == "end":
        (start,) = _names(source, "start")
        found.append(
            RowExpectation(
                name=f"{name}: before {start}",
                condition=f"{name} < {start}",
                expected=f"no end before {start}",
                meaning=_SET_ASIDE.format(reason="end_before_start"),
                advice=_AGAIN,
            )
        )
    elif column.role == "weeks":
        found += _weeks(column)
    elif column.role != "value" and not column.nullable:
        reason = "missing_start" if column.role == "start" else "missing_value"
        found.append(
            RowExpectation(
                name=f"{name}: missing",
                condition=f"{name} is null",
                expected="a value in every row",
                meaning=_SET_ASIDE.format(reason=reason),
                advice=_AGAIN,
            )
        )
    if column.role in ("year", "month"):
        first, last = YEARS if column.role == "year" else MONTHS
        found.append(
            RowExpectation(
                name=f"{name}: outside {first}-{last}",
                condition=f"{name} not between {first} and {last}",
                expected=f"a {column.role} from {first} to {last}",
                meaning=_SET_ASIDE.format(reason="invalid_period"),
                advice=_AGAIN,
            )
        )
    if column.codes:
        found.append(_coded(column))
    return found


def _coded(column: Column) -> RowExpectation:
    is_municipality = column.role == "municipality"
    reason = "unknown_municipality" if is_municipality else "unknown_code"
    advice = (
        "ask whether the code is new; if it is, add it to the list (README, A new "
        f"code), and if not, {_AGAIN}"
    )
    if is_municipality:
        advice = f"ask why: a residence abroad is no row. Then {_AGAIN}"
    return RowExpectation(
        name=unknown_codes(column),
        condition=f"not {is_known(column.name, column.codes)}",
        expected=f"a code of {_file(column.codes)}",
        meaning=_SET_ASIDE.format(reason=reason),
        advice=advice,
    )


def _weeks(column: Column) -> list[RowExpectation]:
    if column.known_codes is None:
        return []
    return [
        RowExpectation(
            name=unknown_codes(column),
            condition=None,
            expected=f"a code of {_file(column.known_codes)} in the newest weeks",
            meaning="such a week counts as one without benefit; the row is kept "
            "(finding unknown_dream_code)",
            advice="ask what the code stands for, and add it to the list (README, A "
            "new code)",
        )
    ]


def _identity(source: Source) -> RowExpectation:
    match source.identity:
        case "pnr":
            return RowExpectation(
                name="pnr: more than one row",
                condition=None,
                expected="one row a person",
                meaning="of rows that are alike one stays; rows of a person that "
                "differ are all set aside (conflicting_person)",
                advice=f"ask which row holds, and {_AGAIN}",
            )
        case "report":
            (report,) = _names(source, "report")
            return RowExpectation(
                name=f"{report}: more than one row",
                condition=None,
                expected="one row a report in a delivery",
                meaning="of rows that are alike one stays; rows of a report that "
                "differ are all set aside (conflicting_report)",
                advice=f"ask which row holds, and {_AGAIN}",
            )
        case _:
            return RowExpectation(
                name="row: more than once",
                condition=None,
                expected="no row twice",
                meaning="one of them stays, the others count as duplicates; many of "
                "them are a sign that a file was delivered twice",
                advice="ask whether a part of the register was written twice",
            )


def identity_columns(source: Source) -> list[str]:
    """The columns whose values together should be in one row of a delivery alone."""
    match source.identity:
        case "pnr":
            return _names(source, "pnr")
        case "report":
            return _names(source, "report")
        case _:
            return [column.name for column in source.named_columns]


def is_person_number(value: str) -> str:
    """SQL: whether a text is ten digits."""
    return f"{value} glob '{'[0-9]' * 10}'"


def _file(codes: str) -> str:
    return f"seeds/code_lists/{codes.split('.')[0]}.csv"
