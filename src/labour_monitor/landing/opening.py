"""Opening the landing at the start of a run: everything that can stop it is found here,
before anything is built, and reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import project, rule_data
from labour_monitor.cohort import lock
from labour_monitor.landing import (
    contract,
    inputs,
    inspection,
    manifest,
    relations,
)
from labour_monitor.landing.deliveries import (
    Delivery,
    deliveries_read,
    resolve_as_of,
)
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.inspection import InspectedFile

EXEMPTION_LISTS = ("notat", "faq")

ReadBefore = tuple[str, inputs.DeliveredFile]
"""The path of a landing, and a file of it as an earlier run read it."""


@dataclass(frozen=True)
class Opening:
    """DDL of the relations that the run reads, what the user should be told, and the
    digests of all files read of each source."""

    as_of: date
    statements: list[str]
    messages: list[str]
    contents: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Examined:
    """What a run as of the date would read, and everything that would stop it."""

    as_of: date
    landing: Path
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]]
    locked: list[lock.MunicipalityLock]
    faults: list[Fault]


def examine(
    landing_path: str,
    as_of: object,
    lock_date: date,
    reference_date: date,
    exemption_list: str,
) -> Examined:
    """Check what the run would read. Arguments as those of `open_landing`.

    Raises:
        LandingError: there is no as-of date, and so nothing to read.
    """
    landing = (project.root() / landing_path).resolve()
    sources = contract.sources()
    faults = rule_data.faults()
    if exemption_list not in EXEMPTION_LISTS:
        faults.append(
            Fault(
                expected=f"the var exemption_list as {' or '.join(EXEMPTION_LISTS)}",
                found=f"'{exemption_list}'",
                advice="correct it, or leave it out for the list of the notat (X2)",
            )
        )
    day = resolve_as_of(landing, sources, as_of)
    deliveries, found = deliveries_read(landing, sources, day, lock_date)
    faults += found
    newest_start = None if faults else rule_data.newest_month_start(day)
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]] = {
        name: [] for name in sources
    }
    with duckdb.connect() as connection:
        for delivery in deliveries:
            needed = [reference_date] if delivery.is_cohort else []
            if delivery.is_as_of and newest_start:
                needed.append(newest_start)
            files, found = inspection.inspect(
                connection,
                sources[delivery.source],
                delivery,
                max(needed, default=None),
            )
            folder = landing / delivery.source / f"delivered={delivery.delivered}"
            faults += manifest.faults(delivery.source, delivery.delivered, folder)
            faults += found
            faults += manifest.row_faults(
                delivery.source,
                delivery.delivered,
                folder,
                {file.path.name: file.n_rows for file in files},
            )
            read[delivery.source].append((delivery, files))
    locked: list[lock.MunicipalityLock] = []
    try:
        locked = lock.read(landing, project.citizen_key_secret())
    except LandingError as error:
        faults += error.faults
    return Examined(day, landing, read, locked, faults)


def _other_than_landed(
    landing: Path, files_read: Sequence[inputs.DeliveredFile]
) -> list[Fault]:
    """A fault for each file whose content is not that of its manifest."""
    read: dict[tuple[str, date], dict[str, tuple[int, str]]] = {}
    for file in files_read:
        digests = read.setdefault((file.source, file.delivered), {})
        digests[file.name] = file.n_bytes, file.digest
    faults = []
    for (source, day), digests in read.items():
        folder = landing / source / f"delivered={day}"
        faults += manifest.digest_faults(source, day, folder, digests)
    return faults


def open_landing(
    landing_path: str,
    as_of: object,
    lock_date: date,
    reference_date: date,
    exemption_list: str,
    weeks_read: list[str],
    parameters: dict[str, str] | None = None,
    read_before: Sequence[ReadBefore] = (),
) -> Opening:
    """Check what the run would read and say how to read it.

    Args:
        landing_path: folder of the deliveries, from the project's root or absolute.
        as_of: the run's as-of date (P3); None or "" for the newest delivery date.
        lock_date: until when the cohort's deliveries were made (C1).
        reference_date: DREAM's week that the cohort is drawn from contains this day.
        exemption_list: the list of exemption reasons (X2).
        weeks_read: DREAM's week columns that some rule reads.
        parameters: the vars that decide figures, by name.
        read_before: files that earlier runs of the database read, with their landing.

    Raises:
        LandingError: all faults of deliveries, rule seeds and control.
    """
    examined = examine(landing_path, as_of, lock_date, reference_date, exemption_list)
    day, landing, read = examined.as_of, examined.landing, examined.read
    sources = contract.sources()
    known = [file for path, file in read_before if path == str(landing)]
    files_read = inputs.delivered_files(
        [delivery for pairs in read.values() for delivery, _ in pairs], known
    )
    faults = [
        *examined.faults,
        *_other_than_landed(landing, files_read),
        *inputs.changed_deliveries(files_read, known),
        *inputs.withdrawn_deliveries(landing, sources, day, lock_date, known),
    ]
    if faults:
        raise LandingError(faults)
    statements = ["create schema if not exists landing"]
    for name, files in read.items():
        statements += relations.source_views(sources[name], files, weeks_read)
    statements += [
        relations.run_table(day, lock_date, landing),
        relations.deliveries_table([pair for pairs in read.values() for pair in pairs]),
        relations.cohort_lock_table(examined.locked),
        relations.inputs_table(files_read, parameters or {}),
    ]
    n_files = sum(len(files) for pairs in read.values() for _, files in pairs)
    n_deliveries = sum(len(pairs) for pairs in read.values())
    messages = [
        f"as of {day}: {n_deliveries} deliveries ({n_files} files) in {landing}"
    ]
    if project.citizen_key_secret() == project.DEMONSTRATION_SECRET:
        messages.append(
            "CITIZEN_KEY_SECRET is not set: citizen keys are made with the fixed "
            "demonstration secret, which protects nobody"
        )
    contents = {
        name: tuple(file.digest for file in files_read if file.source == name)
        for name in sources
    }
    return Opening(day, statements, messages, contents)
