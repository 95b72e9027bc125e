"""dbt in a process of its own, for `labour-monitor build`. It reads the project, which
takes seconds, while registers are made and checked; then it does what it is asked for:
the publications of earlier days, and the build. To read the project once is enough for
all of them. A build is asked for in two lines: after the first one it comes to where it
would change something, after the second it goes on.

Asked in JSON, a line for each thing; what it says are lines as well: those of dbt, and
of its own what `Progress` is to be told.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from labour_monitor import compiled, hooks, project
from labour_monitor.database import remove_empty
from labour_monitor.dbt_events import Events
from labour_monitor.files import FULL_DISK, in_a_line
from labour_monitor.landing.checked import Checked
from labour_monitor.landing.faults import LandingError
from labour_monitor.processes import end_with
from labour_monitor.progress import Progress


class _Kind(StrEnum):
    """What the process says for itself."""

    TELL = "tell"
    FAILED = "failed"
    ENDED = "ended"


_LEFT_OUT = ("unit_test", "exposure", "saved_query")
"""Unit tests say nothing about the deliveries of a month, and of who reads the tables
dbt makes nothing."""
_BUILD = (
    *("build", "--exclude-resource-type", *_LEFT_OUT, "--target", project.TARGET),
    *("--log-format", "json", "--log-format-file", "text", "--no-use-colors"),
)


_GO_ON = {"go on": True}


class Dbt:
    """dbt as the command that asks it sees it."""

    def __init__(self, process: subprocess.Popen, database: Path, progress: Progress):
        self._process = process
        self._database = database
        self._progress = progress
        self.may_change = False
        """Whether it was asked for what changes the database."""

    def keep_publications(self, landing: Path, dates: Sequence[str]) -> bool:
        """Runs into a new database as of some dates, up to the publications that they
        keep; whether they succeeded."""
        self.may_change = True
        self._ask({"landing": str(landing), "dates": list(dates)})
        for said in self._lines():
            match _own(said):
                case {"kind": _Kind.TELL, "what": [method, *arguments]}:
                    getattr(self._progress, method)(*arguments)
                case {"kind": _Kind.FAILED, "what": message}:
                    self._progress.say(message, is_error=True)
                case {"kind": _Kind.ENDED, "what": has_succeeded}:
                    return has_succeeded
                case _:
                    self._progress.say(said.rstrip("\n"))
        return False

    def prepare(self, checked: Checked) -> None:
        """Have `dbt build` come to where it knows what it will read, and has changed
        nothing. What was found before it is not looked for again."""
        self._ask({"checked": checked.as_data()})

    def build(self) -> int:
        """The `dbt build` that was prepared, of the project: seeds, models and data
        tests; dbt's code.

        Where the disk is full, dbt goes on for hundreds of lines; one says it.
        """
        self.may_change = True
        events = Events(self._progress)
        self._ask(_GO_ON)
        for line in self._lines():
            events.read(line)
        return 1 if self._is_full else self._process.wait()

    def _ask(self, what: dict[str, Any]) -> None:
        self._is_full = False
        # Where it has died, what it said is read all the same.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()

    def _lines(self) -> Iterator[str]:
        """What dbt says; nothing more once the disk is full."""
        for line in self._process.stdout:
            if FULL_DISK in line:
                self._is_full = True
                self._progress.say(_full(self._database), is_error=True)
                return
            yield line


@contextmanager
def started(
    database: Path, variables: dict[str, str], progress: Progress
) -> Iterator[Dbt]:
    """dbt for the DuckDB file and these vars, until the block ends.

    dbt's own variables in the environment are left out, and named: they would build
    something else, or elsewhere.
    """
    environment, own = project.environment_of_dbt()
    if own:
        progress.say(f"Not passed on to dbt: {', '.join(own)}")
    environment["MONITORING_DUCKDB_PATH"] = str(database)
    given = (str(database), json.dumps(variables), str(os.getpid()))
    is_new = not database.exists()
    command = [sys.executable, "-m", __name__, *given]
    with subprocess.Popen(
        command,
        cwd=project.root(),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        dbt = Dbt(process, database, progress)
        try:
            yield dbt
        finally:
            process.terminate()  # where it has not ended: a killed run changes nothing
            process.wait()
            if is_new and not dbt.may_change:
                # A new database is a file before dbt knows what it will read.
                remove_empty(database)


def _full(database: Path) -> str:
    return (
        f"{database}, or dbt's target or logs in {project.root()}: {FULL_DISK}. dbt "
        "was stopped, and what was kept is as it was. What to do: free some space, "
        "and build again."
    )


def _own(line: str) -> dict[str, Any]:
    """A line that the process says for itself; nothing where it is another's."""
    with suppress(ValueError):
        said = json.loads(line)
        if isinstance(said, dict) and said.keys() == {"kind", "what"}:
            return said
    return {}


def _say(kind: _Kind, what: object) -> None:
    print(json.dumps({"kind": kind, "what": what}), flush=True)


class _Told(Progress):
    """The progress of the command that asked, which is told of it by lines."""

    def _tell(self, *what: str) -> None:
        # While dbt runs in this process, the standard output is its own.
        line = json.dumps({"kind": _Kind.TELL, "what": what})
        print(line, file=self._out, flush=True)

    def begin(self, name: str, of: int | None = None) -> None:
        self._tell("begin", name)

    def end(self, name: str) -> None:
        self._tell("end", name)

    def detail(self, text: str) -> None:
        self._tell("detail", text)


def _keep(database: Path, landing: Path, dates: Sequence[str]) -> bool:
    try:
        compiled.keep_publications(landing, database, dates, _Told(len(dates)))
    except OSError as error:
        _say(_Kind.FAILED, in_a_line(error))
    except (compiled.DbtError, LandingError) as error:
        _say(_Kind.FAILED, str(error))
    else:
        return True
    return False


def _wait() -> None:
    """Until the build may go on."""
    if not sys.stdin.readline():
        raise EOFError("who asked for the build has ended; nothing was changed")


def main(database: Path, variables: dict[str, str]) -> int:
    """Read the project, and do what the lines of the standard input ask for."""
    # The process ends with the build. To look for garbage in what dbt leaves takes a
    # fifteenth of its own time, and what is found is a tenth of the memory.
    gc.disable()
    with suppress(compiled.DbtError, OSError):  # dbt says it again when it is asked
        compiled.parse_ahead(database)
    while line := sys.stdin.readline():
        match json.loads(line):
            case {"landing": landing, "dates": dates}:
                _say(_Kind.ENDED, _keep(database, Path(landing), dates))
            case {"checked": checked}:
                hooks.checked = Checked.of_data(checked)
                hooks.wait = _wait
                options = ["--vars", json.dumps(variables)] if variables else []
                return compiled.exit_code(database, [*_BUILD, *options])
    return 1  # who started it has ended


if __name__ == "__main__":
    end_with(int(sys.argv[3]))
    code = main(Path(sys.argv[1]), json.loads(sys.argv[2]))
    # Nobody looks for garbage in what is left: it goes with the process.
    gc.freeze()
    sys.exit(code)
