"""Opening the landing at the start of a run: everything that can stop it is found here,
before anything is built, and reported at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from labour_monitor import project, rule_data, runs
from labour_monitor.cohort import lock
from labour_monitor.landing import (
    contract,
    identity,
    inputs,
    inspection,
    keeping,
    layout,
    manifest,
    relations,
    secret,
)
from labour_monitor.landing.checked import NOTHING, Checked, Found
from labour_monitor.landing.deliveries import (
    Delivery,
    deliveries_read,
    resolve_as_of,
)
from labour_monitor.landing.dialects import DUCKDB, Dialect
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.inspection import InspectedFile
from labour_monitor.landing.keeping import Keeping
from labour_monitor.landing.paths import shown
from labour_monitor.runs import Known, Run, Selection

EXEMPTION_LISTS = ("notat", "faq")
_LIMIT = "disclosure_limit"


_STOPPED = ("The run stops", "What it has made counts as not made")


@dataclass(frozen=True)
class Opening:
    """The run that may start: the deliveries and files that it reads, DDL of its
    relations, what the user should be told, the digests of all files read of each
    source, what the check before a build has found of the deliveries, the initiatives
    whose cohort is drawn anew, and what the user should be told when the run has come
    to its end."""

    run: Run
    landing: Path
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]]
    files: list[inputs.DeliveredFile]
    weeks_read: list[str]
    is_marked: bool
    is_synthetic: bool
    statements: list[str]
    messages: list[str]
    contents: dict[str, tuple[str, ...]]
    seed_digests: dict[str, str]
    keeping: Keeping
    found: Found
    drawn_anew: frozenset[str]
    told_at_end: list[str]

    @property
    def emptied(self) -> list[str]:
        """The tables that the run makes from nothing."""
        list_of_members = [f"state.{runs.LOCKED}"] if self.drawn_anew else []
        return self.keeping.emptied + list_of_members

    @property
    def as_of(self) -> date:
        return self.run.as_of

    def check_unchanged(self) -> None:
        """Whether what the run reads is still what it was when the run began.

        Raises:
            LandingError: a file was written since, or is gone.
        """
        deliveries = [delivery for pairs in self.read.values() for delivery, _ in pairs]
        if faults := inputs.written_since(deliveries, self.files):
            raise LandingError(faults, *_STOPPED)


@dataclass(frozen=True)
class Examined:
    """What a run as of the date would read, and everything that would stop it."""

    as_of: date
    landing: Path
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]]
    locked: dict[str, list[lock.MunicipalityLock]]
    cohorts: list[rule_data.LockedCohort]
    faults: list[Fault]
    ignored: list[Fault]
    """What is not read and stops no run."""


def examine(
    landing_path: str,
    as_of: object,
    exemption_list: str,
    sound: Collection[inputs.Facts] = (),
) -> Examined:
    """Check what the run would read. Arguments as those of `open_landing`; `sound` are
    the files that were found sound before.

    Raises:
        LandingError: there is no as-of date, and so nothing to read.
        ContentError: the contract or the declarations of the seeds cannot be read.
    """
    landing = layout.resolved(project.root() / landing_path)
    sources = contract.sources()
    faults = rule_data.faults()
    are_rules_sound = not faults
    if not landing_path:
        faults.append(
            Fault(
                expected="the var landing_path as the path of a folder",
                found="nothing",
                advice="write the path, or leave the var out for data/landing",
                asks=False,
            )
        )
    try:
        cohorts = rule_data.locked_cohorts()
        controls = [cohort.control_file for cohort in cohorts]
        misplaced = layout.faults(landing, sources, controls)
    except LandingError:
        # Why is among the faults of the rule data.
        cohorts, controls, misplaced = [], [], []
    if exemption_list not in EXEMPTION_LISTS:
        faults.append(
            Fault(
                expected=f"the var exemption_list as {' or '.join(EXEMPTION_LISTS)}",
                found=f"'{exemption_list}'",
                advice="correct it, or leave it out for the list of the notat (X2)",
            )
        )
    try:
        day = resolve_as_of(landing, sources, as_of)
    except LandingError as error:
        raise LandingError([*faults, *error.faults, *misplaced]) from None
    deliveries, found = deliveries_read(landing, sources, day, cohorts)
    faults += [*misplaced, *found]
    reference_dates = {c.initiative: c.reference_date for c in cohorts}
    newest_start = rule_data.newest_month_start(day) if are_rules_sound else None
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]] = {
        name: [] for name in sources
    }
    with inspection.file_reader() as connection:
        for delivery in deliveries:
            needed = [reference_dates[name] for name in delivery.cohort_of]
            if delivery.is_as_of and newest_start:
                needed.append(newest_start)
            files, found = inspection.inspect(
                connection,
                sources[delivery.source],
                delivery,
                max(needed, default=None),
                sound,
            )
            place = delivery.source, delivery.delivered, delivery.folder(landing)
            faults += _too_many_files(delivery)
            faults += layout.delivery_faults(*place)
            faults += manifest.faults(*place)
            faults += found
            faults += manifest.row_faults(
                *place,
                {file.path.name: file.n_rows for file in files},
            )
            read[delivery.source].append((delivery, files))
    locked: dict[str, list[lock.MunicipalityLock]] = {}
    for cohort in cohorts:
        try:
            municipalities = lock.read(
                landing, cohort.control_file, project.citizen_key_secret()
            )
        except LandingError as error:
            faults += error.faults
        else:
            if municipalities is not None:
                locked[cohort.initiative] = municipalities
    ignored = layout.ignored(landing, sources, controls)
    return Examined(day, landing, read, locked, cohorts, faults, ignored)


def _too_many_files(delivery: Delivery) -> list[Fault]:
    """A fault where the rows of a delivery could not be told from those of another."""
    most = relations.FILES_OF_A_DELIVERY
    if len(delivery.files) <= most:
        return []
    return [
        Fault(
            source=delivery.source,
            delivered=delivery.delivered,
            expected=f"at most {most:,} files",
            found=f"{len(delivery.files):,}",
            advice="have it delivered again in fewer files, under a new date",
        )
    ]


def vars_faults(given: Mapping[str, str], parameters: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the vars of a run: names that nobody reads, a limit that
    publishing would not read, and days that would leave DREAM without its weeks.

    Args:
        given: the vars that the command gives, by name.
        parameters: the vars that decide figures, by name.
    """
    known = project.variables()
    faults = [
        Fault(
            expected=f"the vars {', '.join(known)}",
            found=f"'{name}', which nobody reads",
            advice="correct its name, or leave it out",
            asks=False,
        )
        for name in sorted(set(given) - set(known))
    ]
    limit = str(known.get(_LIMIT))
    if given.get(_LIMIT, limit) != limit:
        faults.append(
            Fault(
                expected=f"the var {_LIMIT} as in dbt_project.yml, {limit}: publishing "
                "reads it there alone (D2)",
                found=given[_LIMIT],
                advice="change it in dbt_project.yml, and leave it out of --vars",
                asks=False,
            )
        )
    names = ("dream_first_week", "dream_first_month", "dream_last_month")
    values = {**known, **parameters}
    days = [date.fromisoformat(values[name]) for name in names]
    is_first = [days[0].isoweekday() == 1, days[1].day == 1, days[2].day == 1]
    if not all(is_first) or days != sorted(days):
        faults.append(
            Fault(
                expected=f"the vars {', '.join(names)} as a Monday and two first days "
                "of months, none before the one before it",
                found=", ".join(map(str, days)),
                advice="correct them in dbt_project.yml, or leave them out of --vars",
                asks=False,
            )
        )
    elif left_out := _weeks_left_out(*days):
        faults.append(
            Fault(
                expected=f"the vars {', '.join(names)} to leave room for every "
                "initiative of seeds/rules/initiatives.csv (C6, F1)",
                found=f"{', '.join(map(str, days))}, without {left_out[0]}",
                advice="correct them in dbt_project.yml, or leave them out of --vars",
                asks=False,
            )
        )
    return faults


def _weeks_left_out(first_week: date, first_month: date, last_month: date) -> list[str]:
    """What the rules read of DREAM, and a run with these vars would not: a window would
    have fewer weeks, and a month no target group. Nothing where the rule data cannot be
    read, which is told as a fault of theirs."""
    try:
        cohorts, publications = rule_data.locked_cohorts(), rule_data.publications()
    except LandingError:
        return []
    return [
        f"the weeks of {cohort.initiative} from {cohort.window_start_date} to "
        f"{cohort.reference_date}"
        for cohort in cohorts
        if cohort.window_start_date < first_week or cohort.reference_date > last_month
    ] + [
        f"the month {publication.data_month} of {publication.initiative}"
        for publication in publications
        if publication.population == "monthly"
        and not first_month <= publication.data_month <= last_month
    ]


def _other_than_landed(
    landing: Path, files_read: Sequence[inputs.DeliveredFile]
) -> list[Fault]:
    """A fault for each file whose content is not that of its manifest."""
    read: dict[tuple[str, date], dict[str, tuple[int, str]]] = {}
    for file in files_read:
        digests = read.setdefault((file.source, file.delivered), {})
        digests[file.name] = file.n_bytes, file.digest
    faults = []
    for (source, day), digests in read.items():
        folder = landing / source / f"delivered={day}"
        faults += manifest.digest_faults(source, day, folder, digests)
    return faults


def digest_of(landing_id: str, as_of: date, found: Sequence[inputs.Input]) -> str:
    """One digest of all that decides the figures: the inputs, and the secret of the
    citizen keys, of which only its check is in it."""
    of_keys = ("secret", None, None, "citizen_key", _secret_check())
    contents = [entry.content for entry in found]
    return runs.inputs_digest(landing_id, as_of, [*contents, of_keys])


def _secret_check() -> str:
    return lock.secret_check(project.citizen_key_secret())


def is_of_another_secret(known: Known) -> bool:
    """Whether the last run made its citizen keys with another secret than this process
    would: keys made now would be those of nobody in the tables."""
    return known.secret_check not in (None, _secret_check())


def _faults_of_secret(known: Known) -> list[Fault]:
    """What was kept of citizens is under the keys of one secret (D1): under those of
    another one all of them would be others, and all that is known of them would be
    gone."""
    if not known.landing_id or not is_of_another_secret(known):
        return []
    return [
        Fault(
            expected="the secret of the runs before in CITIZEN_KEY_SECRET",
            found="another one",
            advice="set that secret: what the database keeps of citizens is under its "
            "keys; with another one build into a new database",
            asks=False,
        )
    ]


def wanted_digest(landing: Path, as_of: str | None, known: Known) -> str | None:
    """The digest of what a run would read now; None where it would be of another
    landing, or where something lies there that is not read. Nothing else is checked.

    Raises:
        LandingError: there is no as-of date, or no sound id of the landing.
    """
    sources = contract.sources()
    day = resolve_as_of(landing, sources, as_of)
    cohorts = rule_data.locked_cohorts()
    deliveries, _ = deliveries_read(landing, sources, day, cohorts)
    if layout.faults(landing, sources, [c.control_file for c in cohorts]) or any(
        layout.delivery_faults(d.source, d.delivered, d.folder(landing))
        for d in deliveries
    ):
        return None
    files_read = inputs.delivered_files(deliveries, known.files)
    found_id = identity.read(landing)
    if runs.fault_of_landing(known, found_id, landing):
        return None
    own = project.variables()
    parameters = {name: str(own[name]) for name in project.PARAMETERS}
    all_inputs = inputs.all_inputs(files_read, parameters)
    return digest_of(found_id or known.landing_id or "", day, all_inputs)


def open_landing(
    landing_path: str,
    as_of: object,
    exemption_list: str,
    weeks_read: list[str],
    parameters: dict[str, str],
    known: Known,
    selection: Selection,
    given_vars: Mapping[str, str] = MappingProxyType({}),
    sql: Dialect = DUCKDB,
    checked: Checked = NOTHING,
    wait: Callable[[], None] = lambda: None,
) -> Opening:
    """Check what the run would read and say how to read it.

    Args:
        landing_path: folder of the deliveries, from the project's root or absolute.
        as_of: the run's as-of date (P3); None or "" for the newest delivery date.
        exemption_list: the list of exemption reasons (X2).
        weeks_read: DREAM's week columns that the rules can ask for.
        parameters: the vars that decide figures, by name.
        known: what the database knows of the runs before.
        selection: what the run is to make.
        given_vars: the vars that the command gives, by name.
        sql: the dialect of the engine that builds the models.
        checked: what the check before the run has found.
        wait: called when all is known that is to be read, and nothing is changed.

    Raises:
        LandingError: all faults of deliveries, rule seeds, control and database.
    """
    faults = vars_faults(given_vars, parameters)
    try:
        checked = checked if checked.is_of_now else NOTHING
        sound = inputs.sound_files(known.opened)
        sound |= {file.facts for file in checked.files}
        examined = examine(landing_path, as_of, exemption_list, sound)
    except LandingError as error:
        raise LandingError([*faults, *error.faults]) from None
    day, landing, read = examined.as_of, examined.landing, examined.read
    sources = contract.sources()
    found_id = identity.read(landing)
    is_synthetic = identity.is_synthetic(landing)
    other = runs.fault_of_landing(known, found_id, landing)
    if other:
        raise LandingError([*faults, other])
    faults += secret.faults(is_synthetic)
    faults += _faults_of_secret(known)
    try:
        files_read = inputs.delivered_files(
            [delivery for pairs in read.values() for delivery, _ in pairs],
            [*inputs.opened_files(known.opened), *known.files, *checked.files],
        )
    except LandingError as error:
        raise LandingError([*faults, *(examined.faults or error.faults)]) from None
    asked_for = day
    if as_of in (None, ""):
        # The newest one may be gone: else the run would be of an earlier day, unsaid.
        asked_for = max([day, *(file.delivered for file in known.files)])
    faults += [
        *examined.faults,
        *_other_than_landed(landing, files_read),
        *inputs.changed_deliveries(files_read, known.files),
        *inputs.withdrawn_deliveries(
            landing, sources, asked_for, examined.cohorts, known.files
        ),
    ]
    if faults:
        raise LandingError(faults)
    landing_id = found_id or known.landing_id or identity.new()
    all_inputs = inputs.all_inputs(files_read, parameters)
    seed_digests = inputs.seed_digests(all_inputs)
    digest = digest_of(landing_id, day, all_inputs)
    run, faults = runs.start(known, selection, landing_id, day, digest, seed_digests)
    faults += runs.faults_of_rules_kept(known, selection, seed_digests)
    if faults:
        raise LandingError(faults)
    wait()
    is_marked = identity.mark(landing, landing_id)
    reference_weeks = {
        cohort.initiative: contract.week_column(cohort.reference_date)
        for cohort in examined.cohorts
    }
    kept = keeping.keeping(
        known,
        selection,
        sources,
        {name: [delivery for delivery, _ in pairs] for name, pairs in read.items()},
        files_read,
        all_inputs,
        weeks_read,
        examined.cohorts,
        sql,
    )
    found = checked.still_true(files_read)
    statements = ["create schema if not exists landing"]
    for name, files in read.items():
        statements += relations.source_views(
            sources[name], files, weeks_read, reference_weeks, kept.deliveries, sql
        )
        if sources[name].is_narrowed:
            narrowed = relations.narrowed_view(
                sources[name], files, weeks_read, kept.deliveries, sql=sql
            )
            statements.append(narrowed)
        if sources[name].has_suspects_view:
            suspects = relations.suspects_view(
                sources[name], files, kept.deliveries, found, sql
            )
            statements.append(suspects)
    unfinished = kept.unfinished
    due = [cohort.initiative for cohort in examined.cohorts if cohort.lock_date <= day]
    statements += [
        relations.run_table(
            run, landing, is_marked, is_synthetic, kept.number, sql=sql
        ),
        relations.built_table(runs.built_during(known, selection, unfinished), sql),
        relations.deliveries_table(
            [pair for pairs in read.values() for pair in pairs], sql
        ),
        relations.cohort_lock_table(examined.locked, sql),
        relations.unconfirmed_locks_table(
            runs.unconfirmed_locks(known, selection, due, examined.locked), sql
        ),
        relations.inputs_table(all_inputs, sql),
        relations.secret_check_table(_secret_check(), sql),
        *kept.statements(),
    ]
    contents = {
        name: tuple(file.digest for file in files_read if file.source == name)
        for name in sources
    }
    drawn_anew = runs.drawn_anew(known, selection, examined.locked)
    told_at_start, told_at_end = runs.told_of_other_rules(
        known,
        day,
        all_inputs,
        rule_data.publications(),
        rule_data.with_own_exemption_list(),
    )
    return Opening(
        run,
        landing,
        read,
        files_read,
        weeks_read,
        is_marked,
        is_synthetic,
        statements,
        [
            *_messages(run, landing, read, is_marked, examined.ignored),
            *runs.told_of_late_deliveries(known, day, files_read),
            *runs.told_of_others(known, selection, run, seed_digests),
            *told_at_start,
            *(
                f"the cohort of {initiative} is drawn anew: the run that drew it "
                "failed or was killed, and locked nobody (C8)"
                for initiative in sorted(drawn_anew)
            ),
        ],
        contents,
        seed_digests,
        kept,
        found,
        drawn_anew,
        told_at_end,
    )


def _messages(
    run: Run,
    landing: Path,
    read: dict[str, list[tuple[Delivery, list[InspectedFile]]]],
    is_marked: bool,
    ignored: Sequence[Fault],
) -> list[str]:
    n_files = sum(len(files) for pairs in read.values() for _, files in pairs)
    n_deliveries = sum(len(pairs) for pairs in read.values())
    messages = [
        f"run {run.number}, as of {run.as_of}: {n_deliveries} deliveries ({n_files} "
        f"files) in {shown(landing)}",
        *map(str, ignored),
    ]
    if not is_marked:
        messages.append(
            f"{shown(landing)} cannot be written: the landing is known by this "
            "database alone"
        )
    if project.citizen_key_secret() == project.DEMONSTRATION_SECRET:
        messages.append(
            "CITIZEN_KEY_SECRET is not set: citizen keys are made with the fixed "
            "demonstration secret, which protects nobody"
        )
    return messages
