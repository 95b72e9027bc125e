"""The id of a landing: a file beside the deliveries, so that a landing is known
wherever it is moved, renamed, linked or mounted, and no other is taken for it."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from labour_monitor.files import write_json
from labour_monitor.landing.faults import Fault, LandingError

FILE_NAME = "landing.json"


def read(landing: Path) -> str | None:
    """The id of a landing; None while it has none.

    Raises:
        LandingError: there is such a file, and it holds no id.
    """
    path = landing / FILE_NAME
    if not os.path.lexists(path):
        return None
    try:
        return str(
            uuid.UUID(json.loads(path.read_text(encoding="utf-8"))["landing_id"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise LandingError(
            [
                Fault(
                    file=FILE_NAME,
                    expected="the id of the landing",
                    found="no such content",
                    advice="restore the file from its backup; the databases that were "
                    "built from the landing know it by its id",
                )
            ]
        ) from None


def new() -> str:
    """An id that no other landing has."""
    return str(uuid.uuid4())


def mark(landing: Path, landing_id: str) -> bool:
    """Write the id beside the deliveries where there is none; whether it is there now.

    A landing that cannot be written is known by its database alone.
    """
    document = {
        "landing_id": landing_id,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path = landing / FILE_NAME
    try:
        if not path.exists():
            write_json(path, document, replace=False)
    except OSError:
        return path.exists()
    return True


def fault_of_other(
    landing: Path, found: str | None, known: str | None, is_marked: bool
) -> Fault | None:
    """What is wrong where a database that serves one landing is given another one.

    Args:
        found: the id that lies in the landing.
        known: the id of the landing that the database serves; None for a new one.
        is_marked: whether that landing carries its id.
    """
    if known is None or found == known or (found is None and not is_marked):
        return None
    return Fault(
        file=FILE_NAME,
        expected=f"the landing that this database was built from, {known}",
        found=f"another one, {found}, in {landing}" if found else f"no id in {landing}",
        advice="give the folder of that landing (landing_path; it may have moved), "
        "or build this one into a database of its own (MONITORING_DUCKDB_PATH)"
        if found
        else "give the folder of that landing (it may have been moved), or put its "
        f'{FILE_NAME} back: {{"landing_id": "{known}"}}; another landing belongs in a '
        "database of its own (MONITORING_DUCKDB_PATH)",
    )
