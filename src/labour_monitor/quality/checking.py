"""`labour-monitor check`: what a run would read, checked before it is made."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from labour_monitor import project
from labour_monitor.landing import contract, inspection, opening
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import deliveries_read
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.opening import Examined
from labour_monitor.quality import checks, pages, validation
from labour_monitor.quality.checks import Batch, Check
from labour_monitor.quality.findings import Finding, Line, Outcome
from labour_monitor.quality.metrics import Figures, Read, figures
from labour_monitor.quality.thresholds import Thresholds, thresholds

COHORT, EARLIER = "-cohort", "-earlier"
"""The suites of a source beside that of its newest delivery."""


def _silent(message: str) -> None:
    """Nobody waits for the progress."""


@dataclass(frozen=True)
class Judgeable:
    """What is to be judged: batches, with a line of the overview for each. `as_of` is
    None where the landing gives no as-of date."""

    as_of: date | None
    batches: list[Batch]
    lines: dict[str, Line]


def check(
    landing: Path,
    docs: Path,
    as_of: str | None = None,
    progress: Callable[[str], None] = _silent,
) -> Outcome:
    """Check the deliveries that a run would read, and write the Data Docs.

    Args:
        landing: folder of the deliveries.
        docs: folder of the Data Docs; those of an earlier check are replaced.
        as_of: as-of date (P3); None for the newest delivery date.
        progress: told what is being done.

    Raises:
        FileExistsError: `docs` is a folder of something else.
    """
    pages.refuse_foreign(docs)
    judgeable = measure(landing, as_of, contract.sources(), progress)
    progress("Great Expectations")
    with tempfile.TemporaryDirectory(prefix="labour-monitor-check-") as folder:
        failed = validation.judge(
            judgeable.batches, Path(folder), f"as-of-{judgeable.as_of}"
        )
        outcome = _outcome(landing, judgeable, failed)
        pages.write(Path(folder) / validation.SITE, docs, outcome)
    return outcome


def measure(
    landing: Path,
    as_of: str | None,
    sources: dict[str, Source],
    progress: Callable[[str], None] = _silent,
) -> Judgeable:
    """What the in-door says of all sources, and the figures of the deliveries of
    `sources`, each with its bounds."""
    progress("files, columns and types")
    examined, found_in_files = _examined(landing, as_of)
    faults = list(found_in_files)
    judged: list[tuple[Batch, Line]] = []
    if examined is not None:
        # What does not fit into memory is written where it is removed again.
        with (
            tempfile.TemporaryDirectory(prefix="labour-monitor-check-") as folder,
            duckdb.connect(config={"temp_directory": folder}) as connection,
        ):
            for source in sources.values():
                progress(f"rows of {source.name}")
                batches, unreadable = _of_source(connection, source, examined)
                judged += batches
                faults += unreadable
    in_door = checks.in_door(faults, contract.sources())
    judged.insert(0, (in_door, Line(in_door.name, "", None, None, "", 0, 0)))
    return Judgeable(
        examined.as_of if examined else None,
        [batch for batch, _ in judged],
        {batch.name: line for batch, line in judged},
    )


def _examined(
    landing: Path, as_of: str | None
) -> tuple[Examined | None, Sequence[Fault]]:
    """What the in-door says, under the vars of a run that is given none."""
    variables = project.variables()
    try:
        examined = opening.examine(
            str(landing.resolve()),
            as_of,
            date.fromisoformat(variables["cohort_lock_date"]),
            date.fromisoformat(variables["cohort_reference_date"]),
            variables["exemption_list"],
        )
    except LandingError as error:
        return None, error.faults
    return examined, examined.faults


def _of_source(
    connection: duckdb.DuckDBPyConnection, source: Source, examined: Examined
) -> tuple[list[tuple[Batch, Line]], list[Fault]]:
    """The newest delivery, that of the cohort where it is another one, and the earlier
    ones of an increment together: each as a batch, where it can be read. And a fault
    for each of which it shows only now that it cannot."""
    limits = thresholds(source.name)
    sound = _sound(examined, source)
    of_run = [d.delivered for d, _ in examined.read[source.name] if d.is_as_of]
    newest = max(of_run, default=None)
    before = _before(connection, source, examined, newest)
    read = {delivery.delivered: (delivery, files) for delivery, files in sound}
    counted, faults = _counted(connection, source, list(read.values()), limits)
    previous = {}
    if before.read and before.read[0][0].delivered not in read:
        previous, _ = _counted(connection, source, before.read, limits)
    previous |= counted
    found = []
    if newest in counted:
        delivery = counted[newest]
        is_cohort = any(d.is_cohort for d, _ in sound if d.delivered == newest)
        judged = checks.size(
            source, [delivery], limits, is_newest=True, is_cohort=is_cohort
        )
        judged += checks.content(source, [delivery], limits)
        judged += checks.recency(source, delivery, limits)
        shown = before.shown
        if before.delivered in previous:
            compared = previous[before.delivered]
            judged += checks.change(source, delivery, compared, limits)
        elif before.delivered is not None:
            shown = _not_readable(before.delivered)
        found.append(_batch(source, "", [delivery], judged, shown))
    cohort = [d.delivered for d, _ in sound if d.is_cohort and not d.is_as_of]
    earlier = [d.delivered for d, _ in sound if d.is_as_of and d.delivered != newest]
    for role, days in ((COHORT, cohort), (EARLIER, earlier)):
        deliveries = [counted[day] for day in days if day in counted]
        if deliveries:
            judged = checks.size(
                source, deliveries, limits, is_newest=False, is_cohort=role == COHORT
            )
            judged += checks.content(source, deliveries, limits)
            found.append(_batch(source, role, deliveries, judged, ""))
    return found, faults


def _counted(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    read: Read,
    limits: Thresholds,
) -> tuple[dict[date, Figures], list[Fault]]:
    """The figures of each delivery, and a fault for each whose files are sound at both
    ends and cannot be read between them."""
    counted: dict[date, Figures] = {}
    faults = []
    for delivery, files in read:
        try:
            counted |= figures(connection, source, [(delivery, files)], limits)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            # What it says may name a value of a row.
            faults.append(
                Fault(
                    source=source.name,
                    delivered=delivery.delivered,
                    expected="whole Parquet files",
                    found="unreadable pages",
                    advice="have it delivered again under a new date, and move the "
                    "broken folder away",
                )
            )
    return counted, faults


def _sound(examined: Examined, source: Source) -> Read:
    """The deliveries in which the in-door has found no fault."""
    faulty = {
        fault.delivered for fault in examined.faults if fault.source == source.name
    }
    return [
        (delivery, files)
        for delivery, files in examined.read[source.name]
        if delivery.delivered not in faulty
    ]


@dataclass(frozen=True)
class _Before:
    """The delivery before the newest one, if there is one that can be read."""

    read: Read
    shown: str
    delivered: date | None = None


def _before(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    examined: Examined,
    newest: date | None,
) -> _Before:
    """What a run on the day before the newest delivery would have read last."""
    if newest is None:
        return _Before([], "")
    the_day_before = newest - timedelta(days=1)
    only = {source.name: source}
    known, _ = deliveries_read(examined.landing, only, the_day_before, date.max)
    if not known:
        return _Before([], "no earlier one")
    delivery = known[-1]
    files, faults = inspection.inspect(connection, source, delivery, None)
    if faults or not files:
        return _Before([], _not_readable(delivery.delivered))
    shown = str(delivery.delivered)
    return _Before([(delivery, files)], shown, delivery.delivered)


def _not_readable(delivered: date) -> str:
    return f"{delivered}: not readable"


def _batch(
    source: Source,
    role: str,
    deliveries: Sequence[Figures],
    judged: Sequence[Check],
    previous: str,
) -> tuple[Batch, Line]:
    delivered = str(deliveries[0].delivered)
    about = f"delivered {delivered}{' (cohort)' if role == COHORT else ''}"
    if len(deliveries) > 1:
        delivered = about = f"{len(deliveries)} earlier ones"
    suite = f"{source.name}{role}"
    line = Line(
        suite=suite,
        delivered=delivered,
        rows=sum(figures.n_rows for figures in deliveries),
        # People of several deliveries are partly the same ones.
        people=deliveries[0].n_people if len(deliveries) == 1 else None,
        previous=previous,
        n_fatal=0,
        n_advisory=0,
    )
    return Batch(suite, source.name, about, tuple(judged)), line


def _outcome(
    landing: Path, judgeable: Judgeable, failed: dict[str, set[int]]
) -> Outcome:
    findings = [
        Finding(batch, batch.checks[position])
        for batch in judgeable.batches
        for position in sorted(failed[batch.name])
    ]
    counts = Counter((finding.batch.name, finding.is_fatal) for finding in findings)
    lines = [
        replace(line, n_fatal=counts[name, True], n_advisory=counts[name, False])
        for name, line in judgeable.lines.items()
    ]
    return Outcome(landing, judgeable.as_of, lines, findings)
