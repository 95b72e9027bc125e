"""The rule seeds as the run needs them before dbt has loaded them, and what makes them
unusable. The files in `seeds/rules` stay the one place of their content."""

from __future__ import annotations

import calendar
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from labour_monitor import project, seed_files
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.seed_files import ByName, Row, Seed, of_rows


def month_end(month: date, months_later: int = 0) -> date:
    """The last day of the month that lies so many months after `month`."""
    index = month.year * 12 + month.month - 1 + months_later
    year, month_number = index // 12, index % 12 + 1
    return date(year, month_number, calendar.monthrange(year, month_number)[1])


@dataclass(frozen=True)
class LockedCohort:
    """What the run must know of an initiative's locked cohort before dbt does (C1, C8):
    the Sunday of its reference week, the Monday of the first week of its window, until
    when its deliveries were made, and the name of the control file beside the
    deliveries."""

    initiative: str
    reference_date: date
    window_start_date: date
    lock_date: date
    control_file: str


def locked_cohorts(seeds: Path | None = None) -> list[LockedCohort]:
    """The locked cohorts of all initiatives that have one. Rows that `faults` would
    name are left out.

    Raises:
        LandingError: the seed of the initiatives is not as it is declared.
    """
    found = []
    for row in seed_files.read("initiatives", seeds):
        if row["population"] == "locked_cohort" and not _cohort_faults(row):
            days = ("reference_date", "window_start_date", "lock_date")
            found.append(
                LockedCohort(
                    row["initiative"],
                    *(date.fromisoformat(row[f"cohort_{day}"]) for day in days),
                    row["cohort_control_file"],
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
    """Every month of every initiative: those of the model `int_initiative_months`.

    Raises:
        LandingError: the seed of the initiatives is not as it is declared.
    """
    found = []
    for row in seed_files.read("initiatives", seeds):
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


def with_own_exemption_list(seeds: Path | None = None) -> frozenset[str]:
    """The initiatives of which the var `exemption_list` says nothing (V2)."""
    rows = seed_files.read("initiatives", seeds)
    return frozenset(row["initiative"] for row in rows if row["exemption_list"])


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
    """What is wrong with the files of the seeds, and what in them would make a figure
    of an initiative wrong or missing.

    Raises:
        ContentError: the declarations of the seeds cannot be read.
    """
    read, found = seed_files.read_all(seeds)
    found += _declared_faults(read)
    if all(read[name].is_sound for name in _OF_INITIATIVES):
        rows = {name: read[name].rows for name in _OF_INITIATIVES}
        initiatives = rows["initiatives"]
        found += [
            *(fault for row in initiatives for fault in _month_faults(row)),
            *(fault for row in initiatives for fault in _cohort_faults(row)),
            *_control_file_faults(initiatives),
            *_list_faults(initiatives, rows),
            *_scheme_faults(initiatives, rows),
        ]
    return list(dict.fromkeys(found))


def refuse_faults() -> None:
    """What a command asks that reads the rules without opening a landing.

    Raises:
        LandingError: the rule data have faults.
    """
    if found := faults():
        raise LandingError(found)


_NO_FIGURE = "reference"
"""The column that says where a rule comes from: nothing is counted by it."""


def declared_faults(seeds: Path | None = None) -> list[Fault]:
    """What the data tests beside the seeds say about each row, about two of them, or
    about the values that a list must have: declared there, and asked here before a run.
    dbt asks after it, and asks alone those that have a `where`."""
    read, _ = seed_files.read_all(seeds)
    return list(dict.fromkeys(_declared_faults(read)))


def _declared_faults(seeds: dict[str, Seed]) -> list[Fault]:
    return list(_faults_of_seeds(tuple(seeds.values())))


@lru_cache(maxsize=4)
def _faults_of_seeds(of_files: tuple[Seed, ...]) -> list[Fault]:
    """Once for as long as their files have what was read: every run asks."""
    seeds = ByName({seed.declared.name: seed for seed in of_files})
    found: list[Fault] = []
    for seed in of_files:
        if seed.is_table:
            of_rows = _faults_of_rows(seed, seeds)
            found += of_rows
            if seed.is_sound and not of_rows:  # else it would be told twice
                found += _faults_of_lists(seed)
    return found


def _faults_of_rows(seed: Seed, seeds: dict[str, Seed]) -> list[Fault]:
    found: list[Fault] = []
    for column, name, given in seed.declared.tests:
        if name == "unique_grain":
            found += _repeated(seed, given["columns"])
            found += _empty(seed, given["columns"])
        elif name == "unique":
            found += _repeated(seed, [column])
        elif name == "never_null":
            found += _empty(seed, given["columns"])
        elif name == "accepted_values":
            values = [str(value) for value in given["values"]]
            expected = f"one of {', '.join(values)}"
            found += _unlisted(seed, column, values, expected)
        elif name == "relationships":
            (other,) = re.findall(r"ref\('(\w+)'\)", given["to"])
            found += _unrelated(seed, column, seeds[other], given["field"])
    return found


def _faults_of_lists(seed: Seed) -> list[Fault]:
    found: list[Fault] = []
    for column, name, given in seed.declared.tests:
        if name == "has_every_value":
            found += _lacking(seed, column, [str(v) for v in given["values"]])
        elif name == "row_count":
            found += _miscounted(seed, given["expected"])
    return found


def _repeated(seed: Seed, columns: list[str]) -> list[Fault]:
    """A fault for each row that agrees with an earlier one in all the columns."""
    first_lines: dict[tuple[str, ...], int] = {}
    *of, column = columns
    found = []
    for row in seed.rows:
        key = tuple(row[name] for name in columns)
        if row.unfit.isdisjoint(columns) and all(key):
            line = first_lines.setdefault(key, row.line)
            if line != row.line:
                of_what = ", ".join(repr(row[name]) for name in of)
                found.append(
                    row.fault(
                        column,
                        f"each {column} once"
                        + (f" of each {', '.join(of)}" if of else ""),
                        f"'{row[column]}'{f' of {of_what}' if of else ''} again (first "
                        f"on line {line})",
                        "chance would decide which row holds: make them differ or "
                        "remove one",
                    )
                )
    return found


def _empty(seed: Seed, columns: list[str]) -> list[Fault]:
    return [
        fault
        for column in columns
        if column != _NO_FIGURE
        for fault in of_rows(
            [(row, "none") for row in seed.rows if not row[column]],
            column,
            "a value in every row",
            "fill it in",
        )
    ]


def _unlisted(seed: Seed, column: str, values: list[str], expected: str) -> list[Fault]:
    unlisted = [
        (row, repr(row[column]))
        for row in seed.rows
        if row[column] and column not in row.unfit and row[column] not in values
    ]
    advice = "correct it, or add it to the list"
    bare = {value.lstrip("0") for value in values}
    if any(row[column].lstrip("0") in bare for row, _ in unlisted):
        advice = "a zero was lost or added: in a spreadsheet take the column in as text"
    return of_rows(unlisted, column, expected, advice)


def _unrelated(seed: Seed, column: str, other: Seed, field: str) -> list[Fault]:
    """A fault for each value that the other list does not have; none while what that
    list has is not known."""
    if not other.is_sound:
        return []
    values = [row[field] for row in other.rows]
    expected = f"a value of {field} in {other.declared.file}"
    return _unlisted(seed, column, values, expected)


def _lacking(seed: Seed, column: str, values: list[str]) -> list[Fault]:
    """A fault where the rules need a value that no row has."""
    there = {row[column] for row in seed.rows}
    lacking = [f"'{value}'" for value in values if value not in there]
    if not lacking:
        return []
    return [
        Fault(
            file=seed.declared.file,
            column=column,
            expected=f"a row with {' and with '.join(lacking)}, which a rule needs",
            found="none",
            advice=f"put it back: {seed.declared.yaml_file} says why, and `git diff "
            f"{seed.declared.file}` what has changed",
        )
    ]


def _miscounted(seed: Seed, expected: int) -> list[Fault]:
    if len(seed.rows) == expected:
        return []
    return [
        Fault(
            file=seed.declared.file,
            expected=f"{expected} rows, as {seed.declared.yaml_file} says",
            found=f"{len(seed.rows)}",
            advice=f"`git diff {seed.declared.file}` shows what has changed; where the "
            "list is another one, change the number with it",
        )
    ]


_OF_INITIATIVES = (
    *("initiatives", "eligible_benefit_groups", "excluding_programs", "exit_rules"),
    *("participation", "result_schemes", "signals"),
)
"""The seeds that make an initiative together."""

_LISTS = {
    "eligible_benefit_groups": "a row for each group of benefits (C2, F1)",
    "excluding_programs": "a row for each programme that excludes (C5, F1)",
    "exit_rules": "a row for each way out (E1, E2, F2)",
    "participation": "a row for each municipality that takes part (M1)",
}
"""Lists without which an initiative would build, and have nobody in it."""


def _list_faults(initiatives: list[Row], rows: dict[str, list[Row]]) -> list[Fault]:
    return [
        row.fault(
            "initiative",
            f"an initiative with rows in seeds/rules/{seed}.csv",
            f"none for '{row['initiative']}'",
            f"add {what}",
        )
        for seed, what in _LISTS.items()
        for listed in [{r["initiative"] for r in rows[seed]}]
        for row in initiatives
        if row["initiative"] not in listed
    ]


def _month_faults(row: Row) -> list[Fault]:
    found = []
    for first, last in (
        ("first_month", "last_month"),
        ("requirement_first_month", "requirement_last_month"),
    ):
        if not (row[first] and row[last]):
            continue  # each must have a value: that is declared
        start, end = (date.fromisoformat(row[column]) for column in (first, last))
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


def _scheme_faults(initiatives: list[Row], rows: dict[str, list[Row]]) -> list[Fault]:
    """A signal without a place in a scheme would leave its citizens without a status
    (rules.md, The result scheme)."""
    signals = {row["signal"] for row in rows["signals"]}
    ranked: dict[str, set[str]] = defaultdict(set)
    for row in rows["result_schemes"]:
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
    ] + [
        fault
        for column in ("category", "counts")
        for fault in _ambiguous_statuses(rows["result_schemes"], column)
    ]


def _ambiguous_statuses(scheme: list[Row], column: str) -> list[Fault]:
    """What signals of one status say of it unlike each other: the counts of a
    publication, which has statuses alone, would not add up."""
    first: dict[tuple[str, str], Row] = {}
    found = []
    for row in scheme:
        before = first.setdefault((row["initiative"], row["status"]), row)
        if row[column] != before[column]:
            found.append(
                row.fault(
                    column,
                    f"one {column} of each initiative, status",
                    f"'{row[column]}' of '{row['initiative']}', '{row['status']}', and "
                    f"'{before[column]}' on line {before.line}",
                    "write the same, or give one of the signals a status of its own",
                )
            )
    return found
