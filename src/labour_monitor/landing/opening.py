"""Opening the landing at the start of a run: everything that can stop it is found here,
before anything is built, and reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from labour_monitor import project, rule_data
from labour_monitor.landing import contract, inspection, lock, manifest, relations
from labour_monitor.landing.deliveries import deliveries_read, resolve_as_of
from labour_monitor.landing.faults import Fault, LandingError

EXEMPTION_LISTS = ("notat", "faq")


@dataclass(frozen=True)
class Opening:
    """DDL of the relations that the run reads, and what the user should be told."""

    as_of: date
    statements: list[str]
    messages: list[str]


def open_landing(
    landing_path: str,
    as_of: object,
    lock_date: date,
    reference_date: date,
    exemption_list: str,
    weeks_read: list[str],
) -> Opening:
    """Check what the run would read and say how to read it.

    Args:
        landing_path: folder of the deliveries, from the project's root or absolute.
        as_of: the run's as-of date (P3); None or "" for the newest delivery date.
        lock_date: until when the cohort's deliveries were made (C1).
        reference_date: DREAM's week that the cohort is drawn from contains this day.
        exemption_list: the list of exemption reasons (X2).
        weeks_read: DREAM's week columns that some rule reads.

    Raises:
        LandingError: all faults of deliveries, rule seeds and control.
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
    read: dict[str, list] = {name: [] for name in sources}
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
            read[delivery.source].append((delivery, files))
    secret = project.citizen_key_secret()
    try:
        locked = lock.read(landing, secret)
    except LandingError as error:
        faults += error.faults
    if faults:
        raise LandingError(faults)
    statements = ["create schema if not exists landing"]
    for name, files in read.items():
        statements += relations.source_views(sources[name], files, weeks_read)
    statements += [
        relations.run_table(day, lock_date, landing),
        relations.deliveries_table([pair for pairs in read.values() for pair in pairs]),
        relations.cohort_lock_table(locked),
    ]
    n_files = sum(len(files) for pairs in read.values() for _, files in pairs)
    messages = [
        f"as of {day}: {len(deliveries)} deliveries ({n_files} files) in {landing}"
    ]
    if secret == project.DEMONSTRATION_SECRET:
        messages.append(
            "CITIZEN_KEY_SECRET is not set: citizen keys are made with the fixed "
            "demonstration secret, which protects nobody"
        )
    return Opening(day, statements, messages)
