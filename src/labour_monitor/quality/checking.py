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
from labour_monitor.quality.thresholds import thresholds

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
    examined, faults = _examined(landing, as_of)
    in_door = checks.in_door(faults, contract.sources())
    batches = [in_door]
    lines = {in_door.name: Line(in_door.name, "", None, None, "", 0, 0)}
    if examined is None:
        return Judgeable(None, batches, lines)
    with duckdb.connect() as connection:
        for source in sources.values():
            progress(f"rows of {source.name}")
            for batch, line in _of_source(connection, source, examined):
                batches.append(batch)
                lines[batch.name] = line
    return Judgeable(examined.as_of, batches, lines)


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
) -> list[tuple[Batch, Line]]:
    """The newest delivery, that of the cohort where it is another one, and the earlier
    ones of an increment together: each as a batch, where it can be read."""
    limits = thresholds(source.name)
    sound = _sound(examined, source)
    of_run = [d.delivered for d, _ in examined.read[source.name] if d.is_as_of]
    newest = max(of_run, default=None)
    before = _before(connection, source, examined, newest)
    read = {delivery.delivered: (delivery, files) for delivery, files in sound}
    read |= {delivery.delivered: (delivery, files) for delivery, files in before.read}
    counted = figures(connection, source, list(read.values()), limits)
    found = []
    if newest in {delivery.delivered for delivery, _ in sound}:
        delivery = counted[newest]
        judged = checks.content(source, [delivery], limits)
        judged += checks.recency(source, delivery, limits)
        if before.read:
            previous = counted[before.read[0][0].delivered]
            judged += checks.change(source, delivery, previous, limits)
        found.append(_batch(source, "", [delivery], judged, before.shown))
    cohort = [d.delivered for d, _ in sound if d.is_cohort and not d.is_as_of]
    earlier = [d.delivered for d, _ in sound if d.is_as_of and d.delivered != newest]
    for role, days in ((COHORT, cohort), (EARLIER, earlier)):
        if days:
            deliveries = [counted[day] for day in days]
            judged = checks.content(source, deliveries, limits)
            found.append(_batch(source, role, deliveries, judged, ""))
    return found


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
        return _Before([], f"{delivery.delivered}: not readable")
    return _Before([(delivery, files)], str(delivery.delivered))


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
