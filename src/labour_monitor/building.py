"""`make build`: registers, their check, `dbt build`, a summary. Where the database says
that nothing has changed, nothing is built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labour_monitor import project, rule_data, runs
from labour_monitor.database import DatabaseError, check_writable, opened
from labour_monitor.files import FULL_DISK, check_place
from labour_monitor.landing import contract, layout
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.opening import wanted_digest


@dataclass
class Stages:
    """How long each stage took, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        print(f"== {stage} ==", flush=True)
        begun = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - begun


def is_empty(landing: Path) -> bool:
    """Whether a landing has no delivery, and nothing else that somebody has put there:
    synthetic registers never come among files that a run would refuse."""
    has_deliveries = any(delivered_dates(landing, name) for name in contract.sources())
    return not (has_deliveries or others_in(landing))


def others_in(landing: Path) -> list[Fault]:
    """What lies in a landing and is of none."""
    control_files = [cohort.control_file for cohort in rule_data.locked_cohorts()]
    return layout.faults(landing, contract.sources(), control_files)


def dbt_build(database: Path, variables: dict[str, str]) -> int:
    """`dbt build` of the project as its own process, with its output shown as it comes.

    dbt's own variables in the environment are left out, and named: they would build
    something else, or elsewhere. Where the disk is full, dbt goes on for hundreds of
    lines; one says it.
    """
    command = [str(Path(sys.executable).with_name("dbt")), "build"]
    if variables:
        command += ["--vars", json.dumps(variables)]
    environment, own = project.environment_of_dbt()
    if own:
        print(f"Not passed on to dbt: {', '.join(own)}", flush=True)
    environment["MONITORING_DUCKDB_PATH"] = str(database)
    with subprocess.Popen(
        command,
        cwd=project.root(),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as dbt:
        try:
            for line in dbt.stdout:
                if FULL_DISK in line:
                    print(_full(database), file=sys.stderr, flush=True)
                    return 1
                print(line, end="", flush=True)
            return dbt.wait()
        finally:
            dbt.terminate()  # where it has not ended: a killed run changes nothing


def _full(database: Path) -> str:
    return (
        f"{database}, or dbt's target or logs in {project.root()}: {FULL_DISK}. dbt "
        "was stopped, and what was kept is as it was. What to do: free some space, "
        "and build again."
    )


def is_up_to_date(landing: Path, database: Path, as_of: str | None) -> bool:
    """Whether the database says that all of it was built and tested from what a run
    would read now: deliveries, rules, code and vars, and that its cohorts are locked
    beside the deliveries.

    What stands in the way of a run is no reason to stop here: the run will say it.
    """
    try:
        with opened(database) as connection:
            known = runs.known(runs.answers(connection, runs.QUESTIONS))
    except DatabaseError:
        return False
    try:
        wanted = wanted_digest(landing, as_of, known)
    except LandingError:
        return False
    last = known.last
    has_controls = all(
        (landing / cohort.control_file).exists()
        for cohort in rule_data.locked_cohorts()
        if last and cohort.initiative in known.locked
    )
    return bool(
        last
        and last.inputs_digest == wanted
        and last.is_complete
        and last.is_tested
        and (has_controls or not os.access(landing, os.W_OK))
    )


def build(
    landing: Path,
    database: Path,
    as_of: str | None = None,
    generate: Callable[[Path], object] | None = None,
    docs: Path | None = None,
) -> tuple[int, Stages]:
    """Make the landing where it is empty, and everything from it where it changed.

    Args:
        landing: folder of the deliveries.
        database: the DuckDB file to build.
        as_of: as-of date (P3); None for the newest delivery date.
        generate: writes synthetic registers into an empty landing.
        docs: check the deliveries first, with the Data Docs in this folder, and build
            only where nothing is fatal; None for no check.

    Returns:
        dbt's exit code, or 1 where the check stops the build, and how long each stage
        took.

    Raises:
        DatabaseError: the database cannot be written; nothing was begun.
        LandingError: the landing has a path that cannot be read.
        OSError: dbt's folders, or the landing that is to be made, cannot be written.
    """
    landing, stages = layout.resolved(landing), Stages()
    if not is_empty(landing) and is_up_to_date(landing, database, as_of):
        print("Nothing has changed since the last successful build.")
        return 0, stages
    check_writable(database)
    for name in ("target", "logs"):
        check_place(project.root() / name / "dbt")
    if not landing.exists():
        check_place(landing)
    if generate and is_empty(landing):
        with stages.timed(f"synthetic registers in {_shown(landing)}"):
            generate(landing)
    variables = {"landing_path": str(landing)}
    if landing == project.root() / "data/landing":
        variables = {}  # the project's default: the plain `dbt build`
    if as_of:
        variables["as_of"] = as_of
    if docs:
        with stages.timed("check of the deliveries"):
            may_build = _checked(landing, docs, as_of)
        if not may_build:
            return 1, stages
    with stages.timed("dbt build"):
        code = dbt_build(database, variables)
    return code, stages


def docs_of(landing: Path, database: Path) -> Path:
    """Where the check before a build leaves its Data Docs."""
    if landing == project.root() / "data/landing":
        return project.root() / "data/quality"
    return database.parent / "quality"


def _checked(landing: Path, docs: Path, as_of: str | None) -> bool:
    """Check the deliveries and say shortly what was found; whether to go on."""
    # Great Expectations takes seconds to import: who does not check does not pay.
    from labour_monitor.quality import checking, findings

    try:
        outcome = checking.check(landing, docs, as_of)
    except FileExistsError as error:
        print(f"{error}. Nothing was built.", file=sys.stderr, flush=True)
        return False
    print(findings.brief(outcome))
    print(f"All findings: {_shown(docs / 'index.html')}", flush=True)
    if outcome.fatal:
        print(
            "Stopped before dbt: nothing was built. `labour-monitor check` says what\n"
            "to do and whom to ask; `labour-monitor build --no-check` builds all the\n"
            "same, where the in-door lets the deliveries in.",
            file=sys.stderr,
            flush=True,
        )
    return not outcome.fatal


def _shown(path: Path) -> str:
    root = project.root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
