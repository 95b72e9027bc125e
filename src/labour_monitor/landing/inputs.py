"""What a run reads, by content: the deliveries with their digests, the rule data, the
code and the parameters. A delivery that changed after it was read is found here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from labour_monitor import fingerprints
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery, delivered_dates
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.rule_data import LockedCohort

_ADVICE = (
    "put the delivery back as it was read and deliver the correction under a new date; "
    "a landing of other registers belongs in another database (MONITORING_DUCKDB_PATH)"
)

_ADVICE_OF_UNREST = (
    "build again when nobody writes among the deliveries; a correction is a delivery "
    "under a new date"
)

IN_DOOR = {
    "models/staging/_landing__sources.yml",
    "src/labour_monitor/landing",
    "requirements.lock",
}
"""The parts of the code (`fingerprints.CODE`) that say whether a file is sound."""

Facts = tuple[str, date, str, int, int]
"""What is known of a file without reading it: source, delivery date, name, size and
time of last writing."""


@dataclass(frozen=True)
class DeliveredFile:
    """A file of a delivery as it was read: its name within the delivery, how large it
    is, when it was last written (nanoseconds since 1970) and its SHA-256."""

    source: str
    delivered: date
    name: str
    n_bytes: int
    modified_ns: int
    digest: str

    @property
    def facts(self) -> Facts:
        return self.source, self.delivered, self.name, self.n_bytes, self.modified_ns


def facts_of(delivery: Delivery, path: Path) -> Facts:
    """What is known of a file of a delivery.

    Raises:
        OSError: the file cannot be asked.
    """
    found = path.stat()
    return (
        delivery.source,
        delivery.delivered,
        path.name,
        found.st_size,
        found.st_mtime_ns,
    )


def delivered_files(
    deliveries: Iterable[Delivery], read_before: Iterable[DeliveredFile]
) -> list[DeliveredFile]:
    """The files of the deliveries with their digests.

    A file is read for its digest unless it has the size and the time of last writing
    that it had when a digest of it was kept.

    Raises:
        LandingError: a file cannot be read.
    """
    deliveries = list(deliveries)
    try:
        return _delivered_files(deliveries, read_before)
    except OSError as error:
        path = Path(str(error.filename))
        raise LandingError(
            [
                Fault(
                    source=delivery.source,
                    delivered=delivery.delivered,
                    file=path.name,
                    expected="a file that can be read",
                    found=error.strerror or type(error).__name__,
                    advice=_advice_after(error),
                    asks=False,
                )
                for delivery in deliveries
                if path in delivery.files
            ]
        ) from None


def _advice_after(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):  # its folder has just been looked at
        return _ADVICE_OF_UNREST
    if isinstance(error, PermissionError):
        return "give the one who builds the right to read it"
    return "see to the disk or the network that it lies on, and build again"


def _delivered_files(
    deliveries: Iterable[Delivery], read_before: Iterable[DeliveredFile]
) -> list[DeliveredFile]:
    known = {file.facts: file for file in read_before}
    found: list[DeliveredFile | None] = []
    unknown: list[tuple[int, Path, Facts]] = []
    for delivery in deliveries:
        for path in delivery.files:
            facts = facts_of(delivery, path)
            if facts not in known:
                unknown.append((len(found), path, facts))
            found.append(known.get(facts))
    digests = fingerprints.of_files(path for _, path, _ in unknown)
    for (position, _, facts), digest in zip(unknown, digests, strict=True):
        found[position] = DeliveredFile(*facts, digest)
    return [file for file in found if file]


class Input(NamedTuple):
    """Something that decides the figures of a run, by content. `kind` is delivery,
    rules, code or parameter (whose value stands as its digest)."""

    kind: str
    source: str | None
    delivered: date | None
    name: str
    n_bytes: int | None
    modified_ns: int | None
    digest: str

    @property
    def content(self) -> tuple:
        """What of it decides a figure: not when a file was written."""
        return self.kind, self.source, self.delivered, self.name, self.digest


def all_inputs(
    files: Iterable[DeliveredFile], parameters: dict[str, str]
) -> list[Input]:
    """What a run reads: files of deliveries, rule data, code and parameters."""
    found = [
        Input(
            "delivery",
            f.source,
            f.delivered,
            f.name,
            f.n_bytes,
            f.modified_ns,
            f.digest,
        )
        for f in files
    ]
    for kind, prints in (
        ("rules", fingerprints.of_rules()),
        ("code", fingerprints.of_code()),
    ):
        found += [
            Input(kind, None, None, p.name, p.n_bytes, None, p.digest) for p in prints
        ]
    found += [
        Input("parameter", None, None, name, None, None, value)
        for name, value in sorted(parameters.items())
    ]
    return found


def opened_files(opened: Iterable[Input]) -> list[DeliveredFile]:
    """The files of deliveries among what a run has read."""
    return [DeliveredFile(*entry[1:]) for entry in opened if entry.kind == "delivery"]


def sound_files(opened: Sequence[Input]) -> frozenset[Facts]:
    """The files that the run which read these inputs has found sound: all of them, as
    none starts otherwise. None where the contract or the in-door was another."""
    now = {p.name: p.digest for p in fingerprints.of_code() if p.name in IN_DOOR}
    then = {
        entry.name: entry.digest
        for entry in opened
        if entry.kind == "code" and entry.name in IN_DOOR
    }
    if now != then:
        return frozenset()
    return frozenset(file.facts for file in opened_files(opened))


def seed_digests(inputs: Iterable[Input]) -> dict[str, str]:
    """The digest of each file of rule data, by the name of its seed."""
    return {Path(i.name).stem: i.digest for i in inputs if i.kind == "rules"}


def changed_deliveries(
    now: Iterable[DeliveredFile], read_before: Iterable[DeliveredFile]
) -> list[Fault]:
    """A fault for each delivery that has other content than when it was first read."""
    before, after = _contents(read_before), _contents(now)
    faults = []
    for delivery in sorted(after.keys() & before.keys()):
        for name in sorted(after[delivery].keys() | before[delivery].keys()):
            was, now_is = before[delivery].get(name), after[delivery].get(name)
            if was != now_is:
                faults.append(
                    Fault(
                        source=delivery[0],
                        delivered=delivery[1],
                        file=name,
                        expected=f"the content that an earlier run read ({was[:12]}...)"
                        if was
                        else "the files that an earlier run read, and no other",
                        found=f"other content ({now_is[:12]}...)"
                        if was and now_is
                        else "a file that was not there"
                        if now_is
                        else "no such file",
                        advice=_ADVICE,
                    )
                )
    return faults


def written_since(
    deliveries: Iterable[Delivery], files: Iterable[DeliveredFile]
) -> list[Fault]:
    """A fault for each file of the deliveries that is another one than that of which
    the run knows the content, or gone: some tables may be made from the one, and some
    from the other."""
    known = {(f.source, f.delivered, f.name): f for f in files}
    faults = []
    for delivery in deliveries:
        for path in delivery.files:
            was = known[delivery.source, delivery.delivered, path.name]
            try:
                is_same = (
                    facts_of(delivery, path) == was.facts
                    or fingerprints.of_file(path) == was.digest
                )
                found = "another one, written since"
            except OSError as error:
                is_same, found = False, error.strerror or type(error).__name__
            if not is_same:
                faults.append(
                    Fault(
                        source=delivery.source,
                        delivered=delivery.delivered,
                        file=path.name,
                        expected="the file as it was when the run began",
                        found=found,
                        advice=_ADVICE_OF_UNREST,
                        asks=False,
                    )
                )
    return faults


def _contents(files: Iterable[DeliveredFile]) -> dict[tuple[str, date], dict[str, str]]:
    contents: dict[tuple[str, date], dict[str, str]] = defaultdict(dict)
    for file in files:
        contents[file.source, file.delivered][file.name] = file.digest
    return contents


def withdrawn_deliveries(
    landing: Path,
    sources: dict[str, Source],
    as_of: date,
    cohorts: Iterable[LockedCohort],
    read_before: Iterable[DeliveredFile],
) -> list[Fault]:
    """A fault for each delivery that an earlier run read, that this one would have to
    read as well, and that is gone: of an increment any until the as-of date, of a
    snapshot one that would be the newest until that date (or a lock date, C1)."""
    faults = []
    lock_dates = [c.lock_date for c in cohorts if c.lock_date <= as_of]
    read = {(file.source, file.delivered) for file in read_before}
    for name, delivered in sorted(read):
        source = sources.get(name)
        there = delivered_dates(landing, name)
        if source is None or delivered in there or delivered > as_of:
            continue
        limits = [as_of, *lock_dates] if source.is_cohort_source else [as_of]
        newest = [
            max((d for d in there if d <= limit), default=date.min) for limit in limits
        ]
        would_be_read = source.kind == "increment" or any(
            delivered <= limit and delivered > day
            for limit, day in zip(limits, newest, strict=True)
        )
        if would_be_read:
            faults.append(
                Fault(
                    source=name,
                    delivered=delivered,
                    expected="the delivery that an earlier run read",
                    found="no such folder",
                    advice=_ADVICE,
                )
            )
    return faults
