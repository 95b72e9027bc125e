"""`make build`: registers, their check, `dbt build`, a summary. Where the database says
that nothing has changed, nothing is built."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from labour_monitor import project, rule_data, runs
from labour_monitor.database import (
    DatabaseError,
    check_writable,
    has_no_table,
    opened,
)
from labour_monitor.dbt_events import n_stages
from labour_monitor.dbt_process import started
from labour_monitor.files import check_place
from labour_monitor.landing import contract, identity, layout, secret
from labour_monitor.landing.checked import NOTHING, Checked
from labour_monitor.landing.deliveries import delivered_dates
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.opening import wanted_digest
from labour_monitor.processes import end_with
from labour_monitor.progress import Progress

EARLIER = ("2021-02-28", "2021-08-30")
"""As-of dates of the demonstration before its newest one: two more publications of each
initiative, on days on which its DREAM allows them. Few months are cheap."""

Say = Callable[[str], None]


def is_empty(landing: Path) -> bool:
    """Whether a landing has no delivery, and nothing else that somebody has put there:
    synthetic registers never come among files that a run would refuse."""
    has_deliveries = any(delivered_dates(landing, name) for name in contract.sources())
    return not (has_deliveries or others_in(landing))


def others_in(landing: Path) -> list[Fault]:
    """What lies in a landing and is of none."""
    control_files = [cohort.control_file for cohort in rule_data.locked_cohorts()]
    return layout.faults(landing, contract.sources(), control_files)


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
    generate: Callable[[Path, Say], object] | None = None,
    docs: Path | None = None,
    earlier: Sequence[str] = (),
) -> int:
    """Make the landing where it is empty, and everything from it where it changed.

    Args:
        landing: folder of the deliveries.
        database: the DuckDB file to build.
        as_of: as-of date (P3); None for the newest delivery date.
        generate: writes synthetic registers into an empty landing, and says how far it
            has come.
        docs: check the deliveries first, with the Data Docs in this folder, and build
            only where nothing is fatal; None for no check.
        earlier: as-of dates of runs before the build, where the landing is made now
            and the database has no table: each keeps its publications, as the runs of
            those days would have.

    Returns:
        dbt's exit code, or 1 where the check stops the build.

    Raises:
        DatabaseError: the database cannot be written; nothing was begun.
        LandingError: the landing has a path that cannot be read, or the secret of the
            keys cannot protect its people.
        OSError: dbt's folders, or the landing that is to be made, cannot be written.
    """
    landing = layout.resolved(landing)
    is_to_be_made = bool(generate) and is_empty(landing)
    if faults := secret.faults(is_to_be_made or identity.is_synthetic(landing)):
        raise LandingError(faults)
    if not is_empty(landing) and is_up_to_date(landing, database, as_of):
        print("Nothing has changed since the last successful build.")
        return 0
    check_writable(database)
    for name in ("target", "logs"):
        check_place(project.root() / name / "dbt")
    if not landing.exists():
        check_place(landing)
    variables = {"landing_path": str(landing)}
    if landing == project.root() / "data/landing":
        variables = {}  # the project's default: the plain `dbt build`
    if as_of:
        variables["as_of"] = as_of
    before = tuple(earlier) if is_to_be_made and has_no_table(database) else ()
    progress = Progress(n_stages() + is_to_be_made + bool(docs) + len(before))
    # While registers are made and counted, dbt reads the project. While their figures
    # are judged it comes to the in-door, and waits there.
    with progress.shown(), started(database, variables, progress) as dbt:
        if is_to_be_made:
            with progress.stage(f"synthetic registers in {_shown(landing)}"):
                generate(landing, progress.detail)
        may_build = True
        if before:
            # The registers were made a moment ago: the check need not come first.
            spawn = get_context("spawn")
            with ProcessPoolExecutor(1, spawn, end_with, (os.getpid(),)) as beside:
                check = beside.submit(_check, landing, docs, as_of) if docs else None
                if not dbt.keep_publications(landing, before):
                    return 1
                if check:
                    may_build = _may_build(check.result, docs, progress)
            if may_build:
                dbt.prepare(check.result()[-1] if check else NOTHING)
        elif docs:
            may_build = _may_build(
                lambda: _check(landing, docs, as_of, progress.detail, dbt.prepare),
                docs,
                progress,
            )
        else:
            dbt.prepare(NOTHING)
        return dbt.build() if may_build else 1


def docs_of(landing: Path, database: Path) -> Path:
    """Where the check before a build leaves its Data Docs."""
    if landing == project.root() / "data/landing":
        return project.root() / "data/quality"
    return database.parent / "quality"


def _check(
    landing: Path,
    docs: Path,
    as_of: str | None,
    say: Say = lambda _: None,
    counted_all: Callable[[Checked], None] = lambda _: None,
) -> tuple[str, bool, Checked]:
    """Check the deliveries: what was found, shortly, whether it is fatal, and what the
    run that follows need not look for."""
    # Great Expectations takes seconds to import: who does not check does not pay.
    from labour_monitor.quality import checking, findings

    outcome = checking.check(landing, docs, as_of, say, counted_all)
    return findings.brief(outcome), bool(outcome.fatal), outcome.checked


def _may_build(
    check: Callable[[], tuple[str, bool, Checked]],
    docs: Path,
    progress: Progress,
) -> bool:
    """Say what a check of the deliveries has found; whether the build may be made."""
    try:
        with progress.stage("check of the deliveries"):
            brief, is_fatal, _ = check()
    except FileExistsError as error:
        progress.say(f"{error}. Nothing was built.", is_error=True)
        return False
    progress.say(brief)
    progress.say(f"All findings: {_shown(docs / 'index.html')}")
    if is_fatal:
        progress.say(
            "Stopped before dbt: nothing was built. `labour-monitor check` says what\n"
            "to do and whom to ask; `labour-monitor build --no-check` builds all the\n"
            "same, where the in-door lets the deliveries in.",
            is_error=True,
        )
    return not is_fatal


def _shown(path: Path) -> str:
    root = project.root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
