"""Whether the rows of a delivery are what the contract says: by the rules of the check
before a build, so that what it would find fatal does not become a delivery, which may
never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labour_monitor import rule_data
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.faults import Fault
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.quality.checks import Check, content
from labour_monitor.quality.metrics import figures
from labour_monitor.quality.thresholds import thresholds


def row_faults(
    connection,
    source: Source,
    delivery: Delivery,
    files: Sequence[InspectedFile],
    given: Sequence[str],
    here: Fault,
) -> list[Fault]:
    """A fault for each column of which most values are other than the contract says,
    or one for rows of which most would be set aside.

    Of several files each is judged by itself too: one in which a code went through a
    number is not hidden by the others.

    Args:
        given: the names of the files as they came, in the order of `files`.
    """
    if faults := rule_data.faults():  # codes are judged by lists that must be sound
        return faults
    faults = []
    for file, name in zip(files, given, strict=True):
        at = replace(here, file=name)
        is_small = len(files) > 1 and file.n_rows <= thresholds(source.name).few
        if not is_small:
            faults += _faults(connection, source, delivery, [file], at)
    if len(files) > 1 and not faults:
        faults = _faults(connection, source, delivery, files, here)
    return faults


def _faults(
    connection,
    source: Source,
    delivery: Delivery,
    files: Sequence[InspectedFile],
    here: Fault,
) -> list[Fault]:
    limits = thresholds(source.name)
    (counted,) = figures(connection, source, [(delivery, list(files))], limits).values()
    if not counted.n_rows:
        return []
    fatal = [
        check
        for check in content(source, [counted], limits)
        if check.is_fatal and check.request and check.is_out_of_bounds
    ]
    of_columns = [check for check in fatal if check.column]
    return [_fault(check, here) for check in of_columns or fatal]


def _fault(check: Check, here: Fault) -> Fault:
    return replace(
        here,
        column=check.column,
        expected=check.expected,
        found=check.found,
        advice=f"{check.request}; nothing was landed",
    )
