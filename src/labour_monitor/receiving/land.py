"""`labour-monitor land`: the files of a delivery into the landing, whole or not at all.

The delivery is written in a hidden folder beside its place, opened there by the in-door
itself, and renamed. A run that is killed leaves at most that folder; the next one that
lands the same delivery clears it away.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from labour_monitor.files import InUseError, folder_aside, put_in_place
from labour_monitor.landing import contract, identity, layout, manifest
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.paths import place
from labour_monitor.receiving.facts import facts_of
from labour_monitor.receiving.landed import Landed
from labour_monitor.receiving.present import (
    check_same_content,
    is_made_from,
    is_taken,
    sound_manifest,
)
from labour_monitor.receiving.reading import Say
from labour_monitor.receiving.request import check_given, check_request, check_rows
from labour_monitor.receiving.writing import write_delivery

MEMORY_LIMIT = "2GB"
"""Of DuckDB, which is one of those that use memory here."""
_ADVICE = "ask the sender for the file as expected; nothing was landed"


def land(
    landing: Path,
    source: str,
    paths: list[Path],
    delivered: str,
    n_rows: int | None = None,
    say: Say = lambda _: None,
) -> Landed:
    """Check the files of a delivery and put them into the landing.

    Args:
        landing: folder of the deliveries.
        source: name of the register.
        paths: all files of the delivery, in the order of their rows.
        delivered: the day on which it arrived, YYYY-MM-DD.
        n_rows: the number of rows by its sender, where it is known.
        say: is told how far a long work has come.

    Raises:
        LandingError: everything that is wrong with the delivery.
        OSError: the landing cannot be written.
    """
    landing = layout.resolved(landing)
    day = check_request(source, paths, delivered)
    register = contract.sources()[source]
    _refuse_synthetic(landing)
    here = Fault("", "", _ADVICE, source=source, delivered=day)
    given = [facts_of(path, say) for path in paths]
    check_given(given, here)
    folder = landing / source / f"delivered={day}"
    known = sound_manifest(folder, here, say)
    if known and is_made_from(known, given):
        check_rows(sum(file.rows for file in known.files), n_rows, here)
        return Landed(folder, known, is_new=False)
    with _aside(folder, here) as aside, duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {place(aside / 'spilled')}")
        connection.execute("set enable_progress_bar = true")
        connection.execute("set enable_progress_bar_print = false")
        made = write_delivery(connection, register, given, aside, here, n_rows, say)
        if layout.parquet_files(folder):
            check_same_content(connection, register, folder, aside, known, here)
            return Landed(folder, known or made, is_new=False)
        manifest.write(aside, made)
        shutil.rmtree(aside / "spilled", ignore_errors=True)
        _put_in_place(aside, folder, here)
    return Landed(folder, made, is_new=True)


def _refuse_synthetic(landing: Path) -> None:
    """Real people never come among those made up: nothing would protect them there."""
    if identity.is_synthetic(landing):
        fault = Fault(
            expected="a landing of real registers",
            found=f"synthetic ones in {landing}",
            advice="give another folder (--landing), or move the synthetic registers "
            f"away, {identity.FILE_NAME} too",
            file=identity.FILE_NAME,
            asks=False,
        )
        raise LandingError([fault])


@contextmanager
def _aside(folder: Path, here: Fault) -> Iterator[Path]:
    """A folder for the delivery until it is whole; LandingError where another run has
    it."""
    try:
        with folder_aside(folder) as aside:
            yield aside
    except InUseError:
        raise LandingError(
            [
                replace(
                    here,
                    expected="to be the only one that lands this delivery",
                    found="another run that does so",
                    advice="wait until it has ended, and look what it says",
                    asks=False,
                )
            ]
        ) from None


def _put_in_place(aside: Path, folder: Path, here: Fault) -> None:
    """Let the delivery appear; LandingError where something lies in its place."""
    try:
        put_in_place(aside, folder)
    except FileExistsError:
        raise is_taken(
            here, f"{folder.name} to be free", "a folder with something in it"
        ) from None
