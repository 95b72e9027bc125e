"""Why nothing is published, or no report is made."""

from __future__ import annotations

from labour_monitor.landing.faults import Fault


class EditionError(Exception):
    """Nothing was done, and what `current` names is as it was. The text is a line that
    says what to do, or a line for each thing that an audit found."""


def refusal(
    expected: str,
    found: str,
    advice: str,
    file: object = None,
    outcome: str = "Nothing was published.",
) -> EditionError:
    """A refusal in the form of all messages of this project."""
    fault = Fault(
        file=None if file is None else str(file),
        expected=expected,
        found=found,
        advice=advice,
        asks=False,
    )
    text = str(fault).removeprefix("the run: ")
    return EditionError(f"{outcome} {text[0].upper()}{text[1:]}")
