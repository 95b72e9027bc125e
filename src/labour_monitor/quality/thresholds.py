"""What is normal in a delivery: the one place where the thresholds are read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from labour_monitor.files import ContentError, read_yaml

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
    gap_month_pct: float | None
    stray_month_pct: float


@cache
def thresholds(source: str, path: Path = FILE) -> Thresholds:
    """The thresholds of a source.

    Raises:
        ContentError: a threshold is missing or has no such name, or is no number; or
            the file cannot be read.
    """
    name = f"src/labour_monitor/quality/{path.name}"
    document = read_yaml(path, name)
    try:
        given = document["defaults"] | (document["sources"].get(source) or {})
    except (KeyError, TypeError, AttributeError):
        raise ContentError(
            f"file {name}: expected defaults, and sources with the thresholds in which "
            "each differs; found other content. What to do: correct it."
        ) from None
    names = {field.name: field.type for field in fields(Thresholds)}
    if wrong := sorted(set(given) ^ set(names)):
        raise ContentError(
            f"file {name}, source {source}: expected the thresholds "
            f"{', '.join(names)}; missing or not known: {', '.join(wrong)}. What to "
            "do: correct the file."
        )
    for threshold, value in given.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number and not (value is None and "None" in names[threshold]):
            raise ContentError(
                f"file {name}, source {source}: expected a number as {threshold}; "
                f"found '{value}'. What to do: correct the file."
            )
    return Thresholds(**given)
