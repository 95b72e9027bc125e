"""The rule seeds as the run needs them before dbt has loaded them, and what makes them
unusable. The files in `seeds/rules` stay the one place of their content."""

from __future__ import annotations

import calendar
import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

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
    the Sunday of its reference week, until when its deliveries were made, and the name of
    the control file beside the deliveries."""

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


def newest_month_start(as_of: date, seeds: Path | None = None) -> date | None:
    """First day of the newest reportable month (P3) of an initiative whose target group
    moves: DREAM must reach its week (F1). None while there is no such month."""
    starts = []
    for row in read("rules/initiatives", seeds):
        if row["population"] == "monthly":
            month = date.fromisoformat(row["first_month"])
            last = date.fromisoformat(row["last_month"])
            lag = int(row["publication_lag_months"])
            while month <= last and month_end(month, lag) <= as_of:
                starts.append(month)
                month = date.fromordinal(month_end(month).toordinal() + 1)
    return max(starts, default=None)


def faults(seeds: Path | None = None) -> list[Fault]:
    """What in the rule seeds would make a figure of an initiative wrong or missing."""
    initiatives = read("rules/initiatives", seeds)
    found = [fault for row in initiatives for fault in _month_faults(row)]
    found += [fault for row in initiatives for fault in _cohort_faults(row)]
    files = Counter(row["cohort_control_file"] for row in initiatives)
    found += [
        row.fault(
            "cohort_control_file",
            "a control file of its own for each locked cohort (C8)",
            f"'{row['cohort_control_file']}' again",
            "give it another name",
        )
        for row in initiatives
        if row["cohort_control_file"] and files[row["cohort_control_file"]] > 1
    ]
    names = Counter(row["initiative"] for row in initiatives)
    found += [
        row.fault(
            "initiative",
            "each initiative once",
            f"'{row['initiative']}' again",
            "give it another name or remove the row",
        )
        for row in initiatives
        if names[row["initiative"]] > 1
    ]
    with_municipalities = {r["initiative"] for r in read("rules/participation", seeds)}
    found += [
        row.fault(
            "initiative",
            "an initiative with participating municipalities",
            f"none for '{row['initiative']}' in seeds/rules/participation.csv",
            "add a row for each municipality that takes part (M1)",
        )
        for row in initiatives
        if row["initiative"] not in with_municipalities
    ]
    signals = {row["signal"] for row in read("code_lists/signals", seeds)}
    found += _scheme_faults(initiatives, signals, read("rules/result_schemes", seeds))
    for seed in (
        *("participation", "result_schemes", "eligible_benefit_groups"),
        *("excluding_programs", "exit_rules", "markers"),
    ):
        found += [
            row.fault(
                "initiative",
                "an initiative of seeds/rules/initiatives.csv",
                f"'{row['initiative']}'",
                "correct the name or add the initiative",
            )
            for row in read(f"rules/{seed}", seeds)
            if row["initiative"] not in names
        ]
    return found


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


def _scheme_faults(
    initiatives: list[Row], signals: set[str], scheme: list[Row]
) -> list[Fault]:
    found = []
    by_initiative: dict[str, list[Row]] = defaultdict(list)
    for row in scheme:
        by_initiative[row["initiative"]].append(row)
        if row["signal"] not in signals:
            found.append(
                row.fault(
                    "signal",
                    "a signal of seeds/code_lists/signals.csv",
                    f"'{row['signal']}'",
                    "correct the name of the signal",
                )
            )
    for initiative in initiatives:
        rows = by_initiative[initiative["initiative"]]
        for column in ("rank", "signal"):
            first_line: dict[str, int] = {}
            for row in rows:
                if row[column] in first_line:
                    found.append(
                        row.fault(
                            column,
                            f"each {column} once in the scheme of an initiative",
                            f"'{row[column]}' of '{row['initiative']}' again (first on "
                            f"line {first_line[row[column]]})",
                            "the status would be decided by chance: make them differ",
                        )
                    )
                first_line.setdefault(row[column], row.line)
        found += [
            initiative.fault(
                "initiative",
                "every signal in the scheme of the initiative",
                f"no row for '{signal}' of '{initiative['initiative']}' in "
                "seeds/rules/result_schemes.csv",
                "add the row, also where the signal does not count",
            )
            for signal in sorted(signals - {row["signal"] for row in rows})
        ]
    return found
