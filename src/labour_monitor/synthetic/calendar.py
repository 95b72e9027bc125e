"""The calendar of the synthetic registers: days, ISO weeks, months, deliveries.

Dates are whole days since 1970-01-01 (``int32``), so that a block of lives is plain
integer arithmetic. ``OPEN`` stands for an end that has not happened.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

OPEN = np.int32(2**30)


def day(year: int, month: int = 1, dayofmonth: int = 1) -> int:
    """Days since 1970-01-01."""
    return (date(year, month, dayofmonth) - date(1970, 1, 1)).days


def as_day(value: date) -> int:
    """Days since 1970-01-01 of a date."""
    return (value - date(1970, 1, 1)).days


DELIVERY_DATES: tuple[date, ...] = (
    date(2020, 1, 30),
    date(2020, 9, 28),
    date(2020, 11, 27),
    date(2021, 2, 25),
    date(2021, 8, 30),
    date(2022, 2, 24),
    date(2022, 8, 30),
    date(2023, 2, 28),
)
"""When the registers arrive. The second is the newest one that the lock of the cohort
can see; the third corrects weeks that the second already held; the last falls on the
day on which the 25th month of Afklaringspuljen is published."""

DELIVERY_DAYS = np.array([as_day(d) for d in DELIVERY_DATES], dtype=np.int32)
LOCK_DELIVERY = 1
CORRECTION_DELIVERY = 2

DREAM_DELAY_DAYS = 54
"""Median days from the end of a month to its DREAM (107 releases, 2017-2026)."""

REPORTING_DAYS = 10
"""Wage of a month is reported by about the tenth of the next one."""

FIRST_MONDAY = date(2010, 8, 2)
"""Monday of ISO week 31 of 2010, the first week column."""

REFERENCE_DAY = day(2020, 8, 2)
"""Sunday of week 31 of 2020: the day on which the stocks of the model are drawn."""

WINDOW_START = as_day(FIRST_MONDAY)
WINDOW_END = int(DELIVERY_DAYS[-1])


def week_label(monday: date) -> str:
    """``2020-12-28`` gives ``2053``."""
    year, week, _ = monday.isocalendar()
    return f"{year % 100:02d}{week:02d}"


def weeks_in_delivery(delivered: date) -> int:
    """Number of week columns of a DREAM that arrives on that date."""
    last_day = delivered - timedelta(days=DREAM_DELAY_DAYS)
    return ((last_day - FIRST_MONDAY).days + 1) // 7


WEEK_LABELS: tuple[str, ...] = tuple(
    week_label(FIRST_MONDAY + timedelta(weeks=i))
    for i in range(weeks_in_delivery(DELIVERY_DATES[-1]))
)
WEEK_COLUMNS: tuple[str, ...] = tuple(f"y_{label}" for label in WEEK_LABELS)
N_WEEKS = len(WEEK_COLUMNS)
REFERENCE_WEEK = WEEK_LABELS.index("2031")


def week_of(days: np.ndarray) -> np.ndarray:
    """Index of the ISO week that holds each day; may lie outside the window."""
    return (np.asarray(days) - WINDOW_START) // 7


FIRST_WAGE_MONTH = (2019, 12)


def month_number(year: int, month: int) -> int:
    """Months since year 0, so that months can be subtracted."""
    return year * 12 + month - 1


FIRST_WAGE_MONTH_NUMBER = month_number(*FIRST_WAGE_MONTH)
LAST_WAGE_MONTH_NUMBER = (
    month_number(DELIVERY_DATES[-1].year, DELIVERY_DATES[-1].month) - 1
)
N_WAGE_MONTHS = LAST_WAGE_MONTH_NUMBER - FIRST_WAGE_MONTH_NUMBER + 1


def _month_starts() -> np.ndarray:
    numbers = range(FIRST_WAGE_MONTH_NUMBER, LAST_WAGE_MONTH_NUMBER + 2)
    return np.array([day(n // 12, n % 12 + 1) for n in numbers], dtype=np.int32)


MONTH_STARTS = _month_starts()
"""First day of every wage month, and the day after the last one."""


def wage_month_of(days: np.ndarray) -> np.ndarray:
    """Index of the wage month that holds each day: -1 before the first one."""
    return np.searchsorted(MONTH_STARTS, days, side="right") - 1


def first_delivery_from(days: np.ndarray) -> np.ndarray:
    """Index of the first delivery on or after each day; 8 = after the last one."""
    return np.searchsorted(DELIVERY_DAYS, days, side="left")
