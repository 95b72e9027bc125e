"""Which deliveries a run reads: the one place that turns the as-of date into them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote

from labour_monitor.landing import layout
from labour_monitor.landing.contract import Source
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.rule_data import LockedCohort


@dataclass(frozen=True)
class Delivery:
    """A delivery of a source and what it is read for (P3, C1): as of the run, and for
    the locked cohorts of the initiatives in `cohort_of`."""

    source: str
    delivered: date
    files: tuple[Path, ...]
    is_as_of: bool
    cohort_of: tuple[str, ...]

    def folder(self, landing: Path) -> Path:
        """Where its files lie."""
        return landing / self.source / f"delivered={self.delivered}"

    @property
    def is_cohort(self) -> bool:
        return bool(self.cohort_of)


def delivered_dates(landing: Path, source: str) -> list[date]:
    """Delivery dates of a source, oldest first; `layout` tells what else lies there."""
    days = {layout.day_of(e.name): e for e in layout.entries(landing / source)}
    return sorted(day for day, entry in days.items() if day and entry.is_dir())


def delivered_bytes(landing: Path) -> int:
    """What the files of all deliveries hold together; 0 where one cannot be looked at,
    of which the in-door tells."""
    try:
        return sum(file.stat().st_size for file in landing.glob("*/*/*.parquet"))
    except OSError:
        return 0


def resolve_as_of(landing: Path, sources: dict[str, Source], as_of: object) -> date:
    """The as-of date of the run (P3): the given one, else the newest delivery date.

    Raises:
        LandingError: not a date, no deliveries at all, before the first of them, or
            yet to come: what would be kept of it would keep out the runs until then.
    """
    dates = [day for name in sources for day in delivered_dates(landing, name)]
    if not dates:
        raise LandingError(
            [
                Fault(
                    expected="<source>/delivered=YYYY-MM-DD/<name>.parquet",
                    found=f"none in {landing}",
                    advice="set the var landing_path, land the registers with "
                    "`labour-monitor land`, or make synthetic ones with "
                    "`labour-monitor synth`",
                )
            ]
        )
    if as_of in (None, ""):
        return max(dates)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(as_of)):
            raise ValueError(as_of)
        day = date.fromisoformat(str(as_of))
    except ValueError:
        raise LandingError(
            [
                Fault(
                    expected="the var as_of as a date, YYYY-MM-DD",
                    found=f"'{as_of}'",
                    advice="correct it, or leave it out to read the newest deliveries",
                )
            ]
        ) from None
    if not min(dates) <= day <= date.today():
        early, late = "when nothing had been delivered", "which is yet to come"
        raise LandingError(
            [
                Fault(
                    expected=f"an as_of date from the first delivery, {min(dates)}, "
                    "until today",
                    found=f"{day}, {early if day < min(dates) else late}",
                    advice="choose another date, or leave it out",
                )
            ]
        )
    return day


def _days_of_no_delivery(source: str, known: Sequence[date]) -> list[Fault]:
    """A fault for each delivery of a day on which none can have arrived: one to come
    would be the newest until then."""
    return [
        Fault(
            source=source,
            delivered=day,
            expected="the day on which the delivery arrived, from "
            f"{layout.EARLIEST} until today",
            found="a day that is yet to come"
            if day > layout.EARLIEST
            else "an earlier one",
            advice="rename the folder to the day on which it arrived",
            asks=False,
        )
        for day in known
        if not layout.may_be_of(day)
    ]


def deliveries_read(
    landing: Path,
    sources: dict[str, Source],
    as_of: date,
    cohorts: Sequence[LockedCohort],
) -> tuple[list[Delivery], list[Fault]]:
    """What the run reads of each source, and a fault for each that has nothing to read.

    Of an increment every delivery until the as-of date. Of a snapshot the newest one,
    and from the lock date of a cohort on, of the sources that make it, also the newest
    one until the lock date (C1).
    """
    read: list[Delivery] = []
    faults: list[Fault] = []
    for source in sources.values():
        known = [d for d in delivered_dates(landing, source.name) if d <= as_of]
        if not known:
            faults.append(
                Fault(
                    source=source.name,
                    expected=f"a delivery on or before the as-of date {as_of}",
                    found="none",
                    advice="land its files with `labour-monitor land "
                    f"{source.name} FILE --delivered DATE --landing "
                    f"{quote(str(landing))}`, or put "
                    f"a delivery in Parquet under {landing / source.name}",
                )
            )
        drawn: dict[date, list[str]] = defaultdict(list)
        for cohort in cohorts if source.is_cohort_source else ():
            if as_of < cohort.lock_date:
                continue
            until_lock = [d for d in known if d <= cohort.lock_date]
            if until_lock:
                drawn[max(until_lock)].append(cohort.initiative)
            elif known:
                faults.append(
                    Fault(
                        source=source.name,
                        expected=f"a delivery on or before {cohort.lock_date}, from "
                        f"which the cohort of {cohort.initiative} is drawn (C1)",
                        found=f"the first is of {known[0]}",
                        advice="deliver the register as it was then; without it there "
                        "is no cohort, and no figure of it",
                    )
                )
        faults += _days_of_no_delivery(source.name, known)
        newest = known if source.kind == "increment" else known[-1:]
        for day in known:
            if day in newest or day in drawn:
                folder = landing / source.name / f"delivered={day}"
                files = layout.parquet_files(folder)
                if not files:
                    faults.append(
                        Fault(
                            source=source.name,
                            delivered=day,
                            expected="at least one Parquet file (it may have no rows)",
                            found="none in it"
                            if layout.entries(folder)
                            else "an empty folder",
                            advice="deliver it again, or remove the folder",
                        )
                    )
                read.append(
                    Delivery(
                        source=source.name,
                        delivered=day,
                        files=tuple(files),
                        is_as_of=day in newest,
                        cohort_of=tuple(drawn.get(day, ())),
                    )
                )
    return read, faults
