"""Why a row is set aside (sources.md, Bad input): the reasons in their order, and what
the contract of the landing says of each column. Staging (the macro `row_exceptions`)
and the check before a build read the same list, and each writes its own SQL of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from labour_monitor.landing import contract
from labour_monitor.landing.contract import Column, Source

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
        "rules": [asdict(rule) for rule in row_rules(source)],
    }
