"""What the check before a build has found, for the run of dbt that follows it and would
look for the same again: which files are sound, what their digests are, which checks of
a row by itself no row of a delivery fails, and that none of its rows is there twice.
`labour-monitor build` hands it over. Any other run looks at everything itself.

It counts for the very files that were checked, under the rules and the code that they
were checked by. A fault in it would be a row that is not set aside: tests hold the
check against staging, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from labour_monitor.landing.contract import sources
from labour_monitor.landing.inputs import DeliveredFile, all_inputs
from labour_monitor.landing.row_rules import breaks, row_rules


@dataclass(frozen=True)
class Passed:
    """What is in order of a delivery.

    `failed` names the checks of a row by itself that a row may fail (`RowRule.name`,
    `form_name`). `is_each_once`: no two rows have one identity.
    """

    source: str
    delivered: date
    failed: frozenset[str]
    is_each_once: bool

    def may_fail(self, check: str) -> bool:
        """Whether a row may fail a check of a row by itself, by its name."""
        return check in self.failed

    def fails_a_check(self) -> str:
        """SQL of DuckDB that is true for each row that fails a check of a row by
        itself."""
        rules = row_rules(sources()[self.source])
        failed = (breaks(rule) for rule in rules if self.may_fail(rule.name))
        return " or ".join(f"({sql})" for sql in failed) or "false"


Found = Mapping[tuple[str, date], Passed]
"""By source and delivery date."""


@dataclass(frozen=True)
class Checked:
    """What a check has found. `files` are those of the deliveries that it counted, all
    of them sound; `rests_on` is the digest of the rules and the code (`basis`)."""

    rests_on: str
    files: tuple[DeliveredFile, ...] = ()
    passed: tuple[Passed, ...] = ()

    @property
    def is_of_now(self) -> bool:
        """Whether the rules and the code are those that were checked by."""
        return self.rests_on == basis()

    def still_true(self, files: Iterable[DeliveredFile]) -> Found:
        """What is in order of the deliveries of which a run reads the very files that
        were checked."""
        then, now = _contents(self.files), _contents(files)
        by_delivery = {(p.source, p.delivered): p for p in self.passed}
        return {
            key: passed
            for key, passed in by_delivery.items()
            if key in now and then.get(key) == now[key]
        }

    def as_data(self) -> dict[str, Any]:
        """In the values of JSON."""
        return {
            "rests_on": self.rests_on,
            "files": [
                {**asdict(file), "delivered": file.delivered.isoformat()}
                for file in self.files
            ],
            "passed": [
                {
                    **asdict(passed),
                    "delivered": passed.delivered.isoformat(),
                    "failed": sorted(passed.failed),
                }
                for passed in self.passed
            ],
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        def with_day(entry: Mapping[str, Any]) -> dict[str, Any]:
            return {**entry, "delivered": date.fromisoformat(entry["delivered"])}

        return cls(
            rests_on=data["rests_on"],
            files=tuple(DeliveredFile(**with_day(entry)) for entry in data["files"]),
            passed=tuple(
                Passed(**{**with_day(entry), "failed": frozenset(entry["failed"])})
                for entry in data["passed"]
            ),
        )


NOTHING = Checked(rests_on="")


def basis() -> str:
    """One digest of the rules and the code that decide figures."""
    parts = [(i.kind, i.name, i.digest) for i in all_inputs([], {})]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _contents(files: Iterable[DeliveredFile]) -> dict[tuple[str, date], dict[str, str]]:
    """The digest of each file of each delivery."""
    found: dict[tuple[str, date], dict[str, str]] = {}
    for file in files:
        found.setdefault((file.source, file.delivered), {})[file.name] = file.digest
    return found
