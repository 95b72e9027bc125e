"""The id of a landing: a file beside the deliveries, so that a landing is known
wherever it is moved, renamed, linked or mounted, and no other is taken for it. The
generator says there that the registers are synthetic; nobody guesses it."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor.files import read_json, write_json
from labour_monitor.landing.faults import Fault, LandingError

FILE_NAME = "landing.json"
_SYNTHETIC = "is_synthetic"


def read(landing: Path) -> str | None:
    """The id of a landing; None while it has none.

    Raises:
        LandingError: there is such a file, and it holds no id.
    """
    found = _document(landing)
    return found and found["landing_id"]


def is_synthetic(landing: Path) -> bool:
    """Whether the registers were made by the generator, which writes it down. A landing
    that does not say it is real: nothing is known of its people.

    Raises:
        LandingError: there is such a file, and it holds no id.
    """
    found = _document(landing)
    return found is not None and found["is_synthetic"]


def _document(landing: Path) -> dict[str, Any] | None:
    path = landing / FILE_NAME
    if not os.path.lexists(path):
        return None
    try:
        document = read_json(path)
        return {
            "landing_id": str(uuid.UUID(document["landing_id"])),
            "is_synthetic": document.get(_SYNTHETIC) is True,
        }
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


def mark(landing: Path, landing_id: str, synthetic: bool = False) -> bool:
    """Write the id beside the deliveries where there is none; whether it is there now.

    A landing that cannot be written is known by its database alone.

    Args:
        synthetic: the registers are made up; only the generator says so.
    """
    document = {
        "landing_id": landing_id,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if synthetic:
        document[_SYNTHETIC] = True
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


def fault_of_database(
    landing: Path, connection: duckdb.DuckDBPyConnection
) -> Fault | None:
    """What is wrong where a database was built from another landing; a database without
    a run serves any."""
    try:
        run = connection.execute(
            "select landing_id, is_landing_marked from landing.run"
        ).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    fault = fault_of_other(landing, read(landing), *run) if run else None
    advice = "give a landing and a database that belong together"
    return fault and replace(fault, advice=advice)
