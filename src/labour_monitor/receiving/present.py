"""The delivery that lies in the landing already: held to its manifest, and compared
with what is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from labour_monitor.landing import inspection, layout, manifest
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.layout import parquet_files
from labour_monitor.landing.manifest import Manifest
from labour_monitor.receiving.facts import FileFacts, facts_of
from labour_monitor.receiving.reading import Say


def sound_manifest(folder: Path, here: Fault, say: Say) -> Manifest | None:
    """The manifest of a delivery that is there; LandingError where it is broken, or
    where what lies there is not what it says: names, sizes, contents, rows."""
    delivery = here.source, here.delivered, folder
    faults = manifest.faults(*delivery)
    if parquet_files(folder):
        faults += layout.delivery_faults(*delivery)
    known = None if faults else manifest.read(folder)
    if known:
        facts = {path.name: facts_of(path, say) for path in parquet_files(folder)}
        faults = manifest.digest_faults(
            *delivery, {name: (fact.bytes, fact.sha256) for name, fact in facts.items()}
        )
    if known and not faults:
        n_rows = {n: pq.read_metadata(fact.path).num_rows for n, fact in facts.items()}
        faults = manifest.row_faults(*delivery, n_rows)
    if faults:
        raise LandingError(faults)
    return known


def is_made_from(known: Manifest, given: list[FileFacts]) -> bool:
    """Whether the delivery that is there was made from these very files."""
    return sorted(o.sha256 for o in known.origins) == sorted(f.sha256 for f in given)


def is_taken(here: Fault, expected: str, found: str) -> LandingError:
    """The day of the delivery is taken by another one."""
    return LandingError(
        [
            replace(
                here,
                expected=expected,
                found=found,
                advice="a delivery never changes: land a correction as a new delivery, "
                "under the day on which it arrived; where no run has read the one that "
                "is there, move its folder out of the landing first (docs/landing.md)",
            )
        ]
    )


def check_same_content(
    connection,
    source: Source,
    folder: Path,
    aside: Path,
    known: Manifest | None,
    here: Fault,
) -> None:
    """A delivery that was not made from these very files is the same one where the
    in-door reads the same rows from it, in whatever order and files (the sender may
    have written them again with other line ends); LandingError where it does not."""
    there = _content(connection, source, parquet_files(folder), here)
    ours = _content(connection, source, parquet_files(aside), here)
    if there != ours:
        was = ""
        if known:
            names = ", ".join(origin.name for origin in known.origins)
            was = f", landed from other files ({names}, {known.landed_at})"
        raise is_taken(
            here,
            "a day without a delivery of the source, or with the same one",
            f"one of {there[0]:,} rows with other content{was}; here are "
            f"{ours[0]:,} rows",
        )


def _content(
    connection, source: Source, paths: list[Path], here: Fault
) -> tuple[int, int, tuple[str, ...]]:
    """Number of rows, a digest of them that knows no order, and the columns."""
    delivery = Delivery(source.name, here.delivered, tuple(paths), True, ())
    files, faults = inspection.inspect(connection, source, delivery, None)
    if faults:
        raise LandingError(faults)
    total, digest, names = 0, 0, set()
    for file in files:
        columns = sorted(file.expressions)
        row = ", ".join(
            f"cast({file.expressions[name]} as varchar)" for name in columns
        )
        count, hashed = connection.execute(
            f"select count(*), coalesce(sum(hash(row({row}))), 0) "
            f"from {inspection.scan(file.path)}"
        ).fetchall()[0]
        total, digest = total + count, digest + hashed
        names.add(tuple(columns))
    return total, digest, tuple(name for group in sorted(names) for name in group)
