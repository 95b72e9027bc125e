"""The figures of all deliveries that are checked, source by source."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from labour_monitor import project
from labour_monitor.landing.contract import Source
from labour_monitor.landing.faults import Fault
from labour_monitor.quality.examined import Deliveries, not_readable
from labour_monitor.quality.kept_figures import KeptFigures
from labour_monitor.quality.metrics import Figures, Read, figures
from labour_monitor.quality.shares import is_mostly_unlike
from labour_monitor.quality.thresholds import Thresholds, thresholds


@dataclass(frozen=True)
class Counted:
    """The figures of the deliveries of a source, as `Deliveries` sorts them, with the
    thresholds that they are held against. `faults` tells of deliveries that can be
    opened and not be read to the end."""

    source: Source
    thresholds: Thresholds
    newest: Figures | None
    is_of_cohort: bool
    """Whether the newest delivery is also one that a cohort is drawn from."""
    cohort: list[Figures]
    earlier: list[Figures]
    before: Figures | None
    compared_with: str
    faults: list[Fault]


def count(
    sources: Iterable[Deliveries],
    progress: Callable[[str], None] = lambda _: None,
    kept: KeptFigures | None = None,
) -> list[Counted]:
    """The figures of the deliveries of each source: those that are kept, and of the
    others by counting them. As many sources as there are cores are counted at a time,
    the largest first; `progress` is told by their threads."""
    sources = list(sources)
    kept = kept or KeptFigures()
    cursors: list[duckdb.DuckDBPyConnection] = []

    def counted(deliveries: Deliveries) -> Counted:
        progress(f"rows of {deliveries.source.name}")
        with connection.cursor() as cursor:
            cursors.append(cursor)
            return _count(cursor, deliveries, kept)

    # What does not fit into memory is written where it is removed again.
    with (
        tempfile.TemporaryDirectory(prefix="labour-monitor-check-") as folder,
        duckdb.connect(config=_config(folder, sources)) as connection,
        ThreadPoolExecutor(project.n_cores()) as executor,
    ):
        connection.execute("create schema if not exists landing")
        found = {
            of.source.name: executor.submit(counted, of)
            for of in sorted(sources, key=_n_bytes, reverse=True)
        }
        try:
            return [found[of.source.name].result() for of in sources]
        except BaseException:
            _stop(found.values(), cursors)
            raise


def _stop(
    found: Collection[Future[Counted]], cursors: list[duckdb.DuckDBPyConnection]
) -> None:
    """End the queries that are under way, and start no other one: whoever stops the
    check is not kept waiting."""
    for future in found:
        future.cancel()
    while wait(found, timeout=0.1).not_done:
        for cursor in cursors:
            with suppress(duckdb.Error):  # it is closed already
                cursor.interrupt()


def _config(folder: str, sources: Iterable[Deliveries]) -> dict[str, str | int]:
    return {
        "memory_limit": project.MEMORY_LIMIT,
        "temp_directory": folder,
        "threads": max(map(_threads, sources), default=1),
    }


def _threads(deliveries: Deliveries) -> int:
    return project.duckdb_threads(_n_bytes(deliveries), at_most=project.n_cores())


def _n_bytes(deliveries: Deliveries) -> int:
    """The size of the files that may have to be counted."""
    return sum(
        file.path.stat().st_size
        for read in (deliveries.newest, deliveries.cohort, deliveries.earlier)
        for _, files in read
        for file in files
    )


def _count(
    connection: duckdb.DuckDBPyConnection, deliveries: Deliveries, kept: KeptFigures
) -> Counted:
    limits = thresholds(deliveries.source.name)
    of_run = [*deliveries.cohort, *deliveries.earlier, *deliveries.newest]
    of_run.sort(key=lambda pair: pair[0].delivered)
    counted, faults = _figures(connection, deliveries.source, of_run, limits, kept)
    is_of_run = {delivery.delivered for delivery, _ in of_run}
    alone = [pair for pair in deliveries.before if pair[0].delivered not in is_of_run]
    known = counted | _figures(connection, deliveries.source, alone, limits, kept)[0]

    def of(read: Read) -> list[Figures]:
        return [known[d.delivered] for d, _ in read if d.delivered in known]

    before = next(iter(of(deliveries.before)), None)
    compared_with = deliveries.compared_with
    if deliveries.before and before is None:
        compared_with = not_readable(deliveries.before[0][0].delivered)
    return Counted(
        source=deliveries.source,
        thresholds=limits,
        newest=next(iter(of(deliveries.newest)), None),
        is_of_cohort=any(delivery.is_cohort for delivery, _ in deliveries.newest),
        cohort=of(deliveries.cohort),
        earlier=[
            _still_held(connection, deliveries.source, figures, of_run, limits)
            for figures in of(deliveries.earlier)
        ],
        before=before,
        compared_with=compared_with,
        faults=faults,
    )


def _still_held(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    earlier: Figures,
    of_run: Read,
    limits: Thresholds,
) -> Figures:
    """An earlier delivery as it is judged. Where most of it is other than the contract
    says, what no newer delivery replaces, as a part of the whole: a correction has come
    for the rest, and the bad delivery, which may never change, must not be told of
    every month."""
    if source.identity != "report" or not is_mostly_unlike(earlier, limits):
        return earlier
    newer = [pair for pair in of_run if pair[0].delivered > earlier.delivered]
    this = [pair for pair in of_run if pair[0].delivered == earlier.delivered]
    held = figures(connection, source, this, limits, newer)[earlier.delivered]
    unlike = {
        name: replace(share, of=earlier.unlike[name].of)
        for name, share in held.unlike.items()
    }
    return replace(held, n_rows=earlier.n_rows, unlike=unlike)


def _figures(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    read: Read,
    limits: Thresholds,
    kept: KeptFigures,
) -> tuple[dict[date, Figures], list[Fault]]:
    """The figures of each delivery, and a fault for each whose files are sound at both
    ends and cannot be read between them."""
    counted: dict[date, Figures] = {}
    faults = []
    for delivery, files in read:
        if found := kept.get(source, delivery, limits):
            counted[delivery.delivered] = found
            continue
        try:
            found = figures(connection, source, [(delivery, files)], limits)
            counted |= found
            kept.put(found[delivery.delivered])
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
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
