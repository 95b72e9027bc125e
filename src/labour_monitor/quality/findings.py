"""What a check found, as a person reads it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labour_monitor.landing.checked import NOTHING, Checked
from labour_monitor.quality.checks import Check, Suite

WIDTH = 96
"""Columns of the text."""
FATAL_SHOWN = 10
"""Fatal findings that a build shows."""


@dataclass(frozen=True)
class Finding:
    """A check that failed, and what it is about."""

    suite: Suite
    check: Check

    @property
    def is_fatal(self) -> bool:
        return self.check.is_fatal

    @property
    def title(self) -> str:
        if self.check.place is not None:
            return self.check.place
        about = f"{self.suite.source}, {self.suite.about}"
        return f"{about}: {self.check.metric}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Label and text: what was expected, found, means; what to do, whom to ask."""
        return [
            ("expected", self.check.expected),
            ("found", self.check.found),
            ("means", self.check.meaning),
            ("do", self.check.advice),
            ("ask", self.check.owner),
        ]


@dataclass(frozen=True)
class Line:
    """A line of the overview: a suite, and how much of it failed."""

    suite: Suite
    n_fatal: int
    n_advisory: int


@dataclass(frozen=True)
class Outcome:
    """What a check found. `as_of` is None where the landing gives no as-of date;
    `checked` is for the run that follows."""

    landing: Path
    as_of: date | None
    lines: list[Line]
    findings: list[Finding]
    checked: Checked = NOTHING

    @property
    def fatal(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_fatal]

    @property
    def advisory(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_fatal]

    @property
    def verdict(self) -> str:
        if self.fatal:
            return (
                f"Do not build: {_number(len(self.fatal), 'fatal finding')}"
                f" and {len(self.advisory)} advisory."
            )
        if self.advisory:
            return (
                "Nothing fatal: the build may be made. "
                f"{_number(len(self.advisory), 'advisory finding')} to ask about."
            )
        return "Sound: nothing to ask about."


def outcome(
    landing: Path,
    as_of: date | None,
    suites: Sequence[Suite],
    failed: dict[str, set[int]],
    checked: Checked = NOTHING,
) -> Outcome:
    """What was found, by the positions of the checks that failed in each suite."""
    findings = [
        Finding(suite, suite.checks[position])
        for suite in suites
        for position in sorted(failed[suite.name])
    ]
    counts = Counter((finding.suite.name, finding.is_fatal) for finding in findings)
    lines = [
        Line(suite, counts[suite.name, True], counts[suite.name, False])
        for suite in suites
    ]
    return Outcome(landing, as_of, lines, findings, checked)


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}{'s'[: n != 1]}"


def text(outcome: Outcome) -> str:
    """The outcome for a terminal: overview, fatal findings, advisory ones, verdict."""
    lines = [f"Check of {outcome.landing}, as of {outcome.as_of or 'no date'}", ""]
    lines += _overview(outcome.lines)
    for heading, findings in (
        ("FATAL: do not build before this is cleared up", outcome.fatal),
        ("ADVISORY: the build may be made, but ask", outcome.advisory),
    ):
        if findings:
            lines += ["", f"{heading} ({len(findings)})"]
            for number, finding in enumerate(findings, 1):
                lines.append(f"{number:>3}. {finding.title}")
                for label, part in finding.parts:
                    lines += textwrap.wrap(
                        part,
                        WIDTH,
                        initial_indent=f"     {label:<10}",
                        subsequent_indent=" " * 15,
                        break_long_words=False,
                        break_on_hyphens=False,
                    )
    return "\n".join([*lines, "", outcome.verdict])


def brief(outcome: Outcome) -> str:
    """The outcome on one screen: the sources with findings, what the first fatal
    findings say, and the verdict."""
    with_findings = [line for line in outcome.lines if line.n_fatal or line.n_advisory]
    lines = _overview(with_findings) if with_findings else []
    for finding in outcome.fatal[:FATAL_SHOWN]:
        lines += textwrap.wrap(
            f"FATAL: {finding.title}: expected {finding.check.expected}; found "
            f"{finding.check.found}",
            WIDTH,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    if len(outcome.fatal) > FATAL_SHOWN:
        lines.append(f"... and {len(outcome.fatal) - FATAL_SHOWN} more fatal ones")
    return "\n".join([*lines, outcome.verdict])


def _overview(lines: list[Line]) -> list[str]:
    head = (
        *("", "delivered", "rows", "people"),
        *("compared with", "fatal", "advisory"),
    )
    rows = [head] + [
        (
            line.suite.name,
            line.suite.delivered,
            _count(line.suite.rows),
            _count(line.suite.people),
            line.suite.compared_with,
            str(line.n_fatal or "-"),
            str(line.n_advisory or "-"),
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, 1, 4) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _count(n: int | None) -> str:
    return "" if n is None else f"{n:,}"
