"""The end of a run: what it made is written down, the cohort is locked by its first
success, and the receipts of what came out are kept (C8, P4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labour_monitor import project, rule_data, runs
from labour_monitor.cohort import lock
from labour_monitor.landing import relations
from labour_monitor.landing.dialects import DUCKDB, Dialect
from labour_monitor.landing.keeping import Keeping
from labour_monitor.landing.paths import shown
from labour_monitor.runs import LOCKED, Known, Run, Selection


@dataclass(frozen=True)
class Ended:
    """How a run ended: the models and seeds that it made, whether anything failed, and
    whether all tests of the project were run and passed."""

    made: frozenset[str]
    has_failed: bool
    is_tested: bool


@dataclass(frozen=True)
class Closed:
    """What ends a run, in this order: statements, the rows that are kept for good (a
    SELECT by relation), and the statements that say of the run that it is complete.
    And what the user should be told."""

    statements: list[str]
    appended: dict[str, str]
    completing: list[str]
    messages: list[str]


def close_run(
    run: Run,
    landing: Path,
    is_marked: bool,
    is_synthetic: bool,
    known: Known,
    selection: Selection,
    seed_digests: dict[str, str],
    ended: Ended,
    answers: Mapping[str, runs.Rows],
    keeping: Keeping,
    told: Sequence[str] = (),
    sql: Dialect = DUCKDB,
) -> Closed:
    """What ends a run.

    Args:
        known: what the database knew when the run started.
        answers: those to `runs.QUESTIONS_AT_END`.
        keeping: what is kept of the deliveries.
        told: what the user should be told where all of the project was made.
        sql: the dialect of the engine that built the models.
    """
    built = runs.built_after(
        known, selection, run, seed_digests, ended.made, keeping.unfinished
    )
    is_complete = runs.is_complete(
        built, selection.nodes, run.inputs_digest, seed_digests
    )
    statements = [
        *keeping.statements_at_end(ended.made),
        relations.built_table(built, sql),
    ]
    appended: dict[str, str] = {}
    completing: list[str] = []
    messages: list[str] = []
    is_drawn = is_complete or LOCKED in ended.made
    if not ended.has_failed:
        if is_drawn:
            messages = _locked(run.as_of, landing, answers.get("digests"))
            statements.append(relations.unconfirmed_locks_table((), sql))
        if is_complete:
            messages += told
        publications = answers.get("without_receipt", ())
        if publications and all(name in built for name in runs.RECEIPT_TABLES):
            appended[runs.RECEIPTS_KEPT] = runs.receipts(publications)
        completing.append(
            relations.run_table(
                run,
                landing,
                is_marked,
                is_synthetic,
                keeping.number,
                is_complete,
                is_complete and ended.is_tested,
                sql,
            )
        )
    return Closed(statements, appended, completing, messages)


def _locked(
    as_of: date, landing: Path, digests: Iterable[Sequence] | None
) -> list[str]:
    """Write the control file of each cohort that has none yet (C8); says so. A cohort
    of nobody is locked too: else people would enter it later.

    Args:
        digests: count and digest of each cohort municipality, with the initiative; None
            where no cohort was drawn.
    """
    if digests is None:
        return []
    found: dict[str, list[lock.MunicipalityLock]] = {}
    for initiative, code, n_members, digest in digests:
        municipality = lock.MunicipalityLock(code, int(n_members), digest)
        found.setdefault(initiative, []).append(municipality)
    messages = []
    for cohort in rule_data.locked_cohorts():
        if as_of < cohort.lock_date:  # there is none yet (C1)
            continue
        municipalities = found.get(cohort.initiative, [])
        control = landing / cohort.control_file
        try:
            is_new = lock.write(
                landing,
                cohort.control_file,
                project.citizen_key_secret(),
                str(cohort.lock_date),
                municipalities,
            )
        except OSError as error:
            messages.append(
                f"the cohort of {cohort.initiative} is locked by the database alone: "
                f"{shown(control)} could not be written ({error.strerror})"
            )
            continue
        if is_new:
            n_members = sum(m.n_members for m in municipalities)
            messages.append(
                f"the cohort of {cohort.initiative} is locked: {n_members} members, "
                f"{shown(control)}"
            )
    return messages
