"""Which deliveries are checked: those that a run would read, by what they are read for,
and of each source the one before, to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from labour_monitor import project, seed_files
from labour_monitor.landing import contract, inspection, layout, opening
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import deliveries_read
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.quality.metrics import Read


@dataclass(frozen=True)
class Deliveries:
    """The sound deliveries of a source: the newest one (none or one), those of cohorts
    alone, the earlier ones of an increment, and the one before the newest."""

    source: Source
    newest: Read
    cohort: Read
    earlier: Read
    before: Read
    compared_with: str
    """What the overview says of the one before."""


@dataclass(frozen=True)
class Examined:
    """What the in-door says of a landing. `as_of` is None where it gives no as-of date,
    and then there is nothing to count; so it is where a seed cannot be read."""

    as_of: date | None
    faults: Sequence[Fault]
    ignored: Sequence[Fault]
    sources: list[Deliveries]


def examine(landing: Path, as_of: str | None) -> Examined:
    """Open what a run would read, under the vars of a run that is given none."""
    try:
        found = opening.examine(
            str(layout.resolved(landing)), as_of, project.variables()["exemption_list"]
        )
    except LandingError as error:
        return Examined(None, error.faults, [], [])
    _, faults = seed_files.read_all()
    if faults:  # no code can be held against a list that cannot be read
        return Examined(found.as_of, found.faults, found.ignored, [])
    with inspection.file_reader() as connection:
        sources = [
            _deliveries(connection, source, found)
            for source in contract.sources().values()
        ]
    return Examined(found.as_of, found.faults, found.ignored, sources)


def _deliveries(connection, source: Source, found: opening.Examined) -> Deliveries:
    read = found.read[source.name]
    of_run = [delivery.delivered for delivery, _ in read if delivery.is_as_of]
    newest = max(of_run, default=None)
    faulty = {fault.delivered for fault in found.faults if fault.source == source.name}
    sound = [pair for pair in read if pair[0].delivered not in faulty]
    before, compared_with = _before(connection, source, found.landing, newest)
    return Deliveries(
        source=source,
        newest=[pair for pair in sound if pair[0].delivered == newest],
        cohort=[pair for pair in sound if not pair[0].is_as_of],
        earlier=[
            pair for pair in sound if pair[0].is_as_of and pair[0].delivered != newest
        ],
        before=before,
        compared_with=compared_with,
    )


def _before(
    connection, source: Source, landing: Path, newest: date | None
) -> tuple[Read, str]:
    """What a run on the day before the newest delivery would have read last."""
    if newest is None:
        return [], ""
    only, the_day_before = {source.name: source}, newest - timedelta(days=1)
    known, _ = deliveries_read(landing, only, the_day_before, cohorts=[])
    if not known:
        return [], "no earlier one"
    delivery = known[-1]
    files, faults = inspection.inspect(connection, source, delivery, None)
    if faults or not files:
        return [], not_readable(delivery.delivered)
    return [(delivery, files)], str(delivery.delivered)


def not_readable(delivered: date) -> str:
    """What the overview says of a delivery that cannot be compared with."""
    return f"{delivered}: not readable"
