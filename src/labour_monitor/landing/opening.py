"""Opening the landing at the start of a run: everything that can stop it is found here,
before anything is built, and reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labour_monitor import project, rule_data
from labour_monitor.landing import contract, inspection, lock, relations
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
) -> Opening:
    """Check what the run would read and say how to read it.

    Args:
        landing_path: folder of the deliveries, from the project's root or absolute.
        as_of: the run's as-of date (P3); None or "" for the newest delivery date.
        lock_date: until when the cohort's deliveries were made (C1).
        reference_date: DREAM's week that the cohort is drawn from contains this day.
        exemption_list: the list of exemption reasons (X2).

    Raises:
        LandingError: with every fault of the deliveries, the rule seeds and the control.
    """
    landing = (project.root() / landing_path).resolve()
    sources = contract.sources()
    faults = rule_data.faults()
    if exemption_list not in EXEMPTION_LISTS:
        faults.append(
            Fault(
                expected=f"the var exemption_list as one of {', '.join(EXEMPTION_LISTS)}",
                found=f"'{exemption_list}'",
                advice="correct it, or leave it out for the list of the notat (X2)",
            )
        )
    day = resolve_as_of(landing, sources, as_of)
    deliveries, found = deliveries_read(landing, sources, day, lock_date)
    faults += found
    newest_start = None if faults else rule_data.newest_month_start(day)
    read = {name: [] for name in sources}
    for delivery in deliveries:
        needed = [reference_date] * delivery.is_cohort
        needed += [newest_start] * (delivery.is_as_of and newest_start is not None)
        files, found = inspection.inspect(
            sources[delivery.source],
            delivery,
            max(needed, default=None),
        )
        faults += found
        read[delivery.source].append((delivery, files))
    secret = project.citizen_key_secret()
    try:
        locked = lock.read(landing, secret)
    except LandingError as error:
        faults += error.faults
    if faults:
        raise LandingError(faults)
    calendar_weeks = [row["week_column"] for row in rule_data.read("code_lists/iso_weeks")]
    statements = ["create schema if not exists landing"]
    statements += [
        relations.source_view(sources[name], files, calendar_weeks)
        for name, files in read.items()
    ]
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
