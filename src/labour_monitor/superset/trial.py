"""Superset is asked again and again for one figure of each report table, until a build
that runs beside it has ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labour_monitor.editions import shelf
from labour_monitor.editions.tables import HOUSE
from labour_monitor.superset import comparing, server
from labour_monitor.superset.server import SupersetError

_DATABASE = "labour_monitor.duckdb"
_CITIZENS = 2_000
_SECONDS_BETWEEN = 1.0


def run(published: Path, environment: Path, say: Callable[[str], None]) -> bool:
    """Whether Superset says what the current house edition says, during a build.

    Args:
        published: the folder of the editions.
        environment: where Superset is installed.
        say: told what is done, and the outcome of each table.

    Raises:
        SupersetError: there is no edition, or Superset or the build failed.
        EditionError: the edition is not as it was published.
    """
    house = published / shelf.CURRENT / HOUSE
    if not (house / _DATABASE).is_file():
        raise SupersetError(
            f"{house / _DATABASE}: expected the house edition; found no file. What to "
            "do: `make build`, or name the folder of the editions with --published."
        )
    shelf.hold(house, shelf.RESTORE, "Nothing was compared.")
    figures = comparing.figures(house)
    with tempfile.TemporaryDirectory(prefix="labour-monitor-superset-") as temporary:
        folder = Path(temporary)
        log = folder / "build.log"
        say("Superset starts, which takes a minute or more ...")
        with server.started(environment, folder) as superset:
            superset.connect(house / _DATABASE, [figure.table for figure in figures])
            say(f"Superset reads {house / _DATABASE}; a build runs beside it ...")
            answers: list[list[object]] = [[] for _ in figures]
            with _build(folder, log) as build:
                while build.poll() is None:
                    for figure, given in zip(figures, answers, strict=True):
                        given.append(superset.answer(figure))
                    time.sleep(_SECONDS_BETWEEN)
        if build.returncode or not answers[0]:
            raise SupersetError(
                "The build beside Superset: expected to succeed; found exit code "
                f"{build.returncode}, and it said last: {server.last_line(log)} What "
                "to do: correct that, and `make superset` again."
            )
    is_same = True
    for figure, given in zip(figures, answers, strict=True):
        say(comparing.line(figure, given))
        is_same &= all(comparing.is_same(figure, answer) for answer in given)
    return is_same


@contextmanager
def _build(folder: Path, log: Path) -> Iterator[subprocess.Popen]:
    """A build of small made-up registers, with a database and editions of its own."""
    command = [sys.executable, "-m", "labour_monitor", "build"]
    command += ["--citizens", str(_CITIZENS), "--landing", str(folder / "landing")]
    command += ["--database", str(folder / "monitoring.duckdb")]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as build,
    ):
        try:
            yield build
        finally:
            build.terminate()
