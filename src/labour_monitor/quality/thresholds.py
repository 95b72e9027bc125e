"""What is normal in a delivery: the one place where the thresholds are read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("thresholds.yml")


@dataclass(frozen=True)
class Thresholds:
    """Of one source; the comment in `thresholds.yml` says what each means. None: not
    judged."""

    rows_min: int | None
    rows_min_fatal: int | None
    rows_min_earlier: int | None
    rows_min_cohort_fatal: int | None
    bad_rows: int
    bad_rows_pct: float
    set_aside_pct_fatal: float | None
    few: int
    rows_change_pct: float | None
    people_change_pct: float | None
    people_lost_pct_fatal: float | None
    code_share_points: float | None
    newest_lag_days: int | None
    newest_step_days: int | None
    newest_step_days_fatal: int | None
    weeks_checked: int
    filled_weeks_min_fatal: int | None
    unknown_codes_pct_fatal: float | None
    full_month_pct: float


@cache
def thresholds(source: str, path: Path = FILE) -> Thresholds:
    """The thresholds of a source.

    Raises:
        ValueError: a threshold is missing or has no such name, or is no number.
    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    given = document["defaults"] | document["sources"].get(source, {})
    names = {field.name: field.type for field in fields(Thresholds)}
    if set(given) != set(names):
        raise ValueError(
            f"{path}, source {source}: expected the thresholds {', '.join(names)}; "
            f"missing or not known: {', '.join(sorted(set(given) ^ set(names)))}"
        )
    for name, value in given.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number and not (value is None and "None" in names[name]):
            raise ValueError(
                f"{path}, source {source}: expected a number as {name}; found '{value}'"
            )
    return Thresholds(**given)
