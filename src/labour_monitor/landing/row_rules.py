"""Why a row is set aside (sources.md, Bad input): the reasons in their order, and what
the contract of the landing says of each column. Staging (the macro `row_exceptions`)
and the check before a build (`breaks`) read the same list, and each has SQL of its own
for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from labour_monitor import seed_files
from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, Source
from labour_monitor.landing.paths import literal

REASONS = (
    "invalid_pnr",
    "missing_start",
    "end_before_start",
    "unknown_code",
    "unknown_municipality",
    "invalid_period",
    "missing_value",
    "conflicting_person",
    "conflicting_report",
)
"""Of the reasons that apply to a row the first one is given."""

_NEVER_REQUIRED = ("pnr", "start", "end", "value", "weeks")
"""Roles of columns that may be missing, or whose absence has a reason of its own."""


@dataclass(frozen=True)
class RowRule:
    """A reason to set a row aside by itself, and the check that it has failed.

    `check` is one of
        digits: the column is not text of exactly so many digits (missing, too);
        missing: all of the columns are;
        before: the first column is earlier than the second;
        listed: the column is in no row of `codes`, such as `municipalities.code`;
        bounds: the column lies outside the bounds.
    """

    reason: str
    check: str
    columns: tuple[str, ...]
    digits: int | None = None
    bounds: tuple[int, int] | None = None
    codes: str | None = None

    @property
    def name(self) -> str:
        """What it looks at, and how."""
        return f"{self.check} {' '.join(self.columns)}"


def row_rules(source: Source) -> list[RowRule]:
    """What sets a row of the source aside by itself, the first reason first."""
    rules = [rule for column in source.columns for rule in _of_column(source, column)]
    if values := source.named("value"):
        rules.append(RowRule("missing_value", "missing", tuple(values)))
    return sorted(rules, key=lambda rule: REASONS.index(rule.reason))


def _of_column(source: Source, column: Column) -> list[RowRule]:
    name = (column.name,)
    rules = []
    if column.role == "pnr":
        rules.append(RowRule("invalid_pnr", "digits", name, digits=column.digits))
    if column.role == "start":
        rules.append(RowRule("missing_start", "missing", name))
    if column.role == "end":
        (start,) = source.named("start")
        rules.append(RowRule("end_before_start", "before", (column.name, start)))
    if column.codes:
        is_municipality = column.role == "municipality"
        reason = "unknown_municipality" if is_municipality else "unknown_code"
        rules.append(RowRule(reason, "listed", name, codes=column.codes))
    if column.bounds:
        rules.append(RowRule("invalid_period", "bounds", name, bounds=column.bounds))
    if column.role not in _NEVER_REQUIRED and not column.nullable:
        rules.append(RowRule("missing_value", "missing", name))
    return rules


def conflict_reason(source: Source) -> str | None:
    """Why rows that share their identity and differ are all set aside; None where the
    identity is the whole row."""
    return {"pnr": "conflicting_person", "report": "conflicting_report"}.get(
        source.identity
    )


def suspect_form(column: Column) -> int | None:
    """How many digits the text of a column has that is accepted whatever its form: any
    other is a finding (`unusual_form`). None where the form is held by a reason above,
    or by a code list."""
    is_held = column.role or column.codes or column.known_codes
    return None if is_held else column.digits


def form_name(column: Column) -> str:
    """What `RowRule.name` is to a reason, of the form of a column that is accepted
    whatever its form."""
    return f"form {column.name}"


def as_data(source_name: str) -> dict[str, Any]:
    """What the macros `row_exceptions` and `unusual_forms` need to know of a source."""
    source = contract.sources()[source_name]
    return {
        "columns": [
            {"name": c.name, "role": c.role, "suspect_form": suspect_form(c)}
            for c in source.columns
        ],
        "identity_columns": source.identity_columns,
        "conflict_reason": conflict_reason(source),
        "is_replaced_by_newer": source.identity == "report",
        "has_suspects_view": source.has_suspects_view,
        "rules": [asdict(rule) for rule in row_rules(source)],
    }


def breaks(rule: RowRule) -> str:
    """SQL of DuckDB that is true for a row which fails the check. Staging says the same
    in its own SQL (macro `row_breaks`)."""
    name = rule.columns[0]
    match rule.check:
        case "digits":
            return f"not coalesce({is_digits(name, rule.digits)}, false)"
        case "missing":
            return " and ".join(f"{column} is null" for column in rule.columns)
        case "before":
            return f"{name} < {rule.columns[1]}"
        case "bounds":
            first, last = rule.bounds
            return f"{name} not between {first} and {last}"
        case "listed":
            return f"not {is_known(name, rule.codes)}"
    raise ValueError(rule.check)


def is_digits(value: str, digits: int) -> str:
    """SQL: whether a text is exactly so many digits."""
    return f"{value} glob '{'[0-9]' * digits}'"


def is_known(value: str, codes: str) -> str:
    """SQL: whether a value, as text, is in a code list; null where it is null."""
    listed = ", ".join(literal(code) for code in code_list(codes))
    return f"cast({value} as varchar) in ({listed})"


@cache
def code_list(codes: str) -> tuple[str, ...]:
    """The codes of `<seed>.<column>` in `seeds/code_lists`, in their order."""
    seed, column = codes.split(".")
    return tuple(row[column] for row in seed_files.read(seed))
