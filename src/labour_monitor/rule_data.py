"""The rule seeds as the run needs them before dbt has loaded them, and what makes them
unusable. The files in `seeds/rules` stay the one place of their content."""

from __future__ import annotations

import calendar
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from labour_monitor import project
from labour_monitor.landing.faults import Fault


@dataclass(frozen=True)
class Row:
    """A row of a seed with the line it stands on."""

    seed: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def fault(self, column: str, expected: str, found: str, advice: str) -> Fault:
        return Fault(
            file=f"{self.seed} line {self.line}",
            column=column,
            expected=expected,
            found=found,
            advice=advice,
        )


def read(seed: str, seeds: Path | None = None) -> list[Row]:
    """Rows of a seed, such as `rules/initiatives`."""
    path = (seeds or project.root() / "seeds") / f"{seed}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Row(f"seeds/{seed}.csv", line, values)
            for line, values in enumerate(csv.DictReader(file), 2)
        ]


def month_end(month: date, months_later: int = 0) -> date:
    """The last day of the month that lies so many months after `month`."""
    index = month.year * 12 + month.month - 1 + months_later
    year, month_number = index // 12, index % 12 + 1
    return date(year, month_number, calendar.monthrange(year, month_number)[1])


@dataclass(frozen=True)
class LockedCohort:
    """What the run must know of an initiative's locked cohort before dbt does (C1, C8):
    the Sunday of its reference week, until when its deliveries were made, and the name
    of the control file beside the deliveries."""

    initiative: str
    reference_date: date
    lock_date: date
    control_file: str


def locked_cohorts(seeds: Path | None = None) -> list[LockedCohort]:
    """The locked cohorts of all initiatives that have one. Rows that `faults` would
    name are left out."""
    found = []
    for row in read("rules/initiatives", seeds):
        if row["population"] == "locked_cohort" and not _cohort_faults(row):
            reference, lock = (
                date.fromisoformat(row[name])
                for name in ("cohort_reference_date", "cohort_lock_date")
            )
            found.append(
                LockedCohort(
                    row["initiative"], reference, lock, row["cohort_control_file"]
                )
            )
    return found


@dataclass(frozen=True)
class Publication:
    """A data month of an initiative, and the day on which it is published (P1, P2)."""

    initiative: str
    population: str
    data_month: date
    publication_date: date


def publications(seeds: Path | None = None) -> list[Publication]:
    """Every month of every initiative: those of the model `int_initiative_months`."""
    found = []
    for row in read("rules/initiatives", seeds):
        month = date.fromisoformat(row["first_month"])
        last = date.fromisoformat(row["last_month"])
        lag = int(row["publication_lag_months"])
        while month <= last:
            published = month_end(month, lag)
            found.append(
                Publication(row["initiative"], row["population"], month, published)
            )
            month = month_end(month) + timedelta(days=1)
    return found


def newest_month_start(as_of: date, seeds: Path | None = None) -> date | None:
    """First day of the newest reportable month (P3) of an initiative whose target group
    moves: DREAM must reach its week (F1). None while there is no such month."""
    starts = [
        publication.data_month
        for publication in publications(seeds)
        if publication.population == "monthly" and publication.publication_date <= as_of
    ]
    return max(starts, default=None)


def faults(seeds: Path | None = None) -> list[Fault]:
    """What in the rule seeds would make a figure of an initiative wrong or missing."""
    initiatives = read("rules/initiatives", seeds)
    return [
        *declared_faults(seeds),
        *(fault for row in initiatives for fault in _month_faults(row)),
        *(fault for row in initiatives for fault in _cohort_faults(row)),
        *_control_file_faults(initiatives),
        *_list_faults(initiatives, seeds),
        *_scheme_faults(initiatives, seeds),
    ]


_NO_FIGURE = "reference"
"""The column that says where a rule comes from: nothing is counted by it."""


def declared_faults(seeds: Path | None) -> list[Fault]:
    """What the data tests of `_rules__seeds.yml` say about each row, or about two of
    them: declared there, and asked here before a run. dbt asks after it, and asks alone
    those that have a `where` or want a list to be complete."""
    root = seeds or project.root() / "seeds"
    found: list[Fault] = []
    for seed in _declared(root / "rules/_rules__seeds.yml"):
        rows = read(f"rules/{seed['name']}", seeds)
        for name, given in _tests(seed):
            if name == "unique_grain":
                found += _repeated(rows, given["columns"])
            elif name == "never_null":
                found += _empty(rows, given["columns"])
        for column in seed["columns"]:
            for name, given in _tests(column):
                if name == "accepted_values":
                    values = [str(value) for value in given["values"]]
                    expected = f"one of {', '.join(values)}"
                elif name == "relationships":
                    (other,) = re.findall(r"ref\('(\w+)'\)", given["to"])
                    (path,) = root.glob(f"*/{other}.csv")
                    listed = read(f"{path.parent.name}/{other}", seeds)
                    values = [row[given["field"]] for row in listed]
                    expected = f"a value of {given['field']} in {_name(path)}"
                else:
                    continue
                found += _unlisted(rows, column["name"], values, expected)
    return list(dict.fromkeys(found))


@cache
def _declared(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]


def _name(path: Path) -> str:
    return f"seeds/{path.parent.name}/{path.name}"


def _tests(declared: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The data tests that hold for every row: name and arguments."""
    for test in declared.get("data_tests", []):
        ((name, given),) = test.items()
        if "where" not in given.get("config", {}):
            yield name, given.get("arguments", {})


def _repeated(rows: list[Row], columns: list[str]) -> list[Fault]:
    """A fault for each row that agrees with an earlier one in all the columns."""
    first_lines: dict[tuple[str, ...], int] = {}
    *of, column = columns
    found = []
    for row in rows:
        key = tuple(row[name] for name in columns)
        if (line := first_lines.setdefault(key, row.line)) != row.line:
            of_what = f" of {', '.join(repr(row[name]) for name in of)}" if of else ""
            found.append(
                row.fault(
                    column,
                    f"each {column} once" + (f" of each {', '.join(of)}" if of else ""),
                    f"'{row[column]}'{of_what} again (first on line {line})",
                    "chance would decide which row holds: make them differ or remove "
                    "one",
                )
            )
    return found + _empty(rows, columns)


def _empty(rows: list[Row], columns: list[str]) -> list[Fault]:
    return [
        row.fault(column, "a value in every row", "none", "fill it in")
        for row in rows
        for column in columns
        if column != _NO_FIGURE and not row[column]
    ]


def _unlisted(
    rows: list[Row], column: str, values: list[str], expected: str
) -> list[Fault]:
    return [
        row.fault(
            column, expected, f"'{row[column]}'", "correct it, or add it to the list"
        )
        for row in rows
        if row[column] and row[column] not in values
    ]


_LISTS = {
    "eligible_benefit_groups": "a row for each group of benefits (C2, F1)",
    "excluding_programs": "a row for each programme that excludes (C5, F1)",
    "exit_rules": "a row for each way out (E1, E2, F2)",
    "participation": "a row for each municipality that takes part (M1)",
}
"""Lists without which an initiative would build, and have nobody in it."""


def _list_faults(initiatives: list[Row], seeds: Path | None) -> list[Fault]:
    return [
        row.fault(
            "initiative",
            f"an initiative with rows in seeds/rules/{seed}.csv",
            f"none for '{row['initiative']}'",
            f"add {what}",
        )
        for seed, what in _LISTS.items()
        for listed in [{r["initiative"] for r in read(f"rules/{seed}", seeds)}]
        for row in initiatives
        if row["initiative"] not in listed
    ]


def _month_faults(row: Row) -> list[Fault]:
    found = []
    for first, last in (
        ("first_month", "last_month"),
        ("requirement_first_month", "requirement_last_month"),
    ):
        try:
            start, end = (date.fromisoformat(row[column]) for column in (first, last))
        except ValueError:
            found.append(
                row.fault(
                    f"{first}, {last}",
                    "dates YYYY-MM-01",
                    f"'{row[first]}' and '{row[last]}'",
                    "write the first day of the month",
                )
            )
            continue
        if start.day != 1 or end.day != 1 or start > end:
            found.append(
                row.fault(
                    f"{first}, {last}",
                    "first days of months, the first one not after the last",
                    f"{start} to {end}",
                    "write the first day of each month, the earlier one first",
                )
            )
    return found


def _control_file_faults(initiatives: list[Row]) -> list[Fault]:
    files = Counter(row["cohort_control_file"] for row in initiatives)
    return [
        row.fault(
            "cohort_control_file",
            "a control file of its own for each locked cohort (C8)",
            f"'{row['cohort_control_file']}' again",
            "give it another name",
        )
        for row in initiatives
        if row["cohort_control_file"] and files[row["cohort_control_file"]] > 1
    ]


_COHORT_COLUMNS = (
    *("cohort_reference_date", "cohort_lock_date", "cohort_window_start_date"),
    *("cohort_window_pct", "cohort_control_file"),
)


def _cohort_faults(row: Row) -> list[Fault]:
    """What is wrong with dates, window and share of a locked cohort (C1, C6)."""
    shown = ", ".join(_COHORT_COLUMNS)
    values = [row[column] for column in _COHORT_COLUMNS]
    if row["population"] != "locked_cohort":
        if not any(values):
            return []
        return [
            row.fault(
                shown,
                "no value: the population is not 'locked_cohort'",
                f"'{next(filter(None, values))}'",
                "clear these columns, or correct the population",
            )
        ]
    try:
        reference, lock, start = (date.fromisoformat(value) for value in values[:3])
        share = int(values[3])
    except ValueError:
        return [
            row.fault(
                shown,
                "three dates YYYY-MM-DD, a whole number and the name of a file",
                ", ".join(f"'{value}'" for value in values),
                "write the Sunday of the reference week, the lock date, the Monday of "
                "the first week of the window, the share in pct. and a file name",
            )
        ]
    first = date.fromisoformat(project.variables()["dream_first_week"])
    wrong = [
        (reference.isoweekday() == 7, "cohort_reference_date", "a Sunday (T3)"),
        (lock >= reference, "cohort_lock_date", "a day from the reference date on"),
        (
            start.isoweekday() == 1 and first <= start < reference,
            "cohort_window_start_date",
            f"a Monday from {first} on, before the reference date (T3, C6)",
        ),
        (0 < share <= 100, "cohort_window_pct", "a share from 1 to 100"),
        (
            re.fullmatch(r"\w+\.json", row["cohort_control_file"]) is not None,
            "cohort_control_file",
            "a file name of letters, digits and _, with the end .json (C8)",
        ),
    ]
    return [
        row.fault(column, expected, f"'{row[column]}'", "correct the row (C1, C6)")
        for is_right, column, expected in wrong
        if not is_right
    ]


def _scheme_faults(initiatives: list[Row], seeds: Path | None) -> list[Fault]:
    """A signal without a place in a scheme would leave its citizens without a status
    (rules.md, The result scheme)."""
    signals = {row["signal"] for row in read("code_lists/signals", seeds)}
    ranked: dict[str, set[str]] = defaultdict(set)
    for row in read("rules/result_schemes", seeds):
        ranked[row["initiative"]].add(row["signal"])
    return [
        row.fault(
            "initiative",
            "every signal in the scheme of the initiative",
            f"no row for '{signal}' of '{row['initiative']}' in "
            "seeds/rules/result_schemes.csv",
            "add the row, also where the signal does not count",
        )
        for row in initiatives
        for signal in sorted(signals - ranked[row["initiative"]])
    ]
