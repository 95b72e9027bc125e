"""The command `labour-monitor`."""

from __future__ import annotations

import getpass
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import duckdb

from labour_monitor import (
    building,
    fetching,
    files,
    project,
    replaying,
    rule_data,
    runs,
    story,
    summary,
    taking_over,
    verifying,
)
from labour_monitor.benchmark import page, running
from labour_monitor.benchmark.measures import DEFAULT as BENCH
from labour_monitor.benchmark.measuring import FailedError
from labour_monitor.cohort import proofs, unlocking
from labour_monitor.compiled import DbtError
from labour_monitor.database import DatabaseError, check_name, opened
from labour_monitor.dbt_events import LOG
from labour_monitor.editions.refusal import EditionError
from labour_monitor.files import ContentError
from labour_monitor.landing import contract, paths
from labour_monitor.landing.faults import LandingError, report, without_values
from labour_monitor.progress import Progress, duration
from labour_monitor.receiving import landed
from labour_monitor.receiving.formats import FORMATS
from labour_monitor.receiving.land import land
from labour_monitor.superset.server import SupersetError
from labour_monitor.synthetic import DEFAULT, FAULTS, NATION, STOP_MESSAGES, generate

PROGRAM = "labour-monitor"


class _Path(click.Path):
    """A path that every library can be given."""

    def convert(
        self,
        value: str | Path,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        if not str(value).strip():
            self.fail(
                "expected a path; found an empty one (a variable of the shell that is "
                "not set?)"
            )
        path = Path(super().convert(value, param, ctx))
        if paths.begins_at_home(path):
            self.fail(
                f"'{paths.shown(path)}' begins with '~', which the shell has not "
                "replaced; write the home folder out, or a blank instead of the '='"
            )
        try:
            path.resolve()
        except (OSError, RuntimeError):
            self.fail(f"'{paths.shown(path)}' is a link that leads to itself")
        return path


PATH = _Path()
DATE = click.DateTime(["%Y-%m-%d"])

landing_option = click.option(
    "--landing",
    type=PATH,
    default=lambda: project.root() / "data/landing",
    help="Folder of the deliveries, data/landing by default.",
)
database_option = click.option(
    "--database",
    type=PATH,
    default=project.database_path,
    help="DuckDB file of the tables: by default $MONITORING_DUCKDB_PATH, or else "
    "data/monitoring.duckdb.",
)
as_of_option = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    help="Read the deliveries of this day and before; all of them by default.",
)
_BY_DEFAULT = (
    f"By default {DEFAULT:,}, most of whom are in target groups of national size."
)
into_option = click.option(
    "--into",
    type=PATH,
    help="Folder of the editions: by default published beside the database, "
    "data/published.",
)
initiative_option = click.option(
    "--initiative", help="Whose cohort; needed where several initiatives lock one."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """The monthly monitoring of Afklaringspuljen and Flere skal med 2.

    Exit code: 0 done and well; 1 refused, failed or not well; 2 wrong usage.
    """
    project.check_started_here()


@contextmanager
def _refusing(*errors: type[Exception]) -> Iterator[None]:
    """Errors that say in themselves what is wrong end the command with 1."""
    try:
        yield
    except errors as error:
        is_told = not isinstance(error, OSError)
        message = str(error) if is_told else files.in_a_line(error)
        raise click.ClickException(message) from None


@contextmanager
def _refusing_faults() -> Iterator[None]:
    """The same for the lock of the cohort: a line for each fault, or the answer."""
    try:
        yield
    except LandingError as error:
        faults = "\n".join(str(fault) for fault in error.faults)
        raise click.ClickException(faults) from None
    except proofs.NotProvedError as answer:
        raise click.ClickException(str(answer)) from None


def _check_database(database: Path) -> None:
    """Before anything else: whether the database can be read. One of version 1.0 keeps
    its state where no command looks any more."""
    check_name(database)
    if database.exists():
        with opened(database) as connection:
            known = runs.known(runs.answers(connection, runs.QUESTIONS))
        fault = runs.fault_of_old_form(known)
        if fault:
            raise click.ClickException(str(fault))


def _check_changeable(database: Path) -> None:
    """Whether a command may change the tables: those of a fetched file it may not."""
    if database.exists():
        with opened(database) as connection:
            known = runs.known(runs.answers(connection, runs.QUESTIONS))
        fault = runs.fault_of_fetched(known)
        if fault:
            raise click.ClickException(f"{database}: {fault}")


def _check_target() -> None:
    """Whether the project is set to the engine whose file a build makes."""
    target = project.default_target()
    if target != project.TARGET:
        raise click.ClickException(
            f"profiles.yml: expected the target {project.TARGET}, whose file this "
            f"command makes; found {target}. What to do: build with dbt itself, and "
            "then `labour-monitor fetch` and `publish` (docs/spark.md), or set the "
            "target back; nothing was built"
        )


def _progress(message: str) -> None:
    click.echo(f"  {message}")


@commands.command()
@landing_option
@click.option(
    "--citizens",
    type=int,
    help="Persons in DREAM, drawn as they are in the nation, which has "
    f"{NATION:,}. {_BY_DEFAULT}",
)
@click.option("--seed", type=int, default=2020, show_default=True)
@click.option(
    "--faults", multiple=True, metavar="FAULT...", help="Faults to inject into it."
)
@click.option(
    "--monthly",
    is_flag=True,
    help="A DREAM every month, so that every publication can be made on its day.",
)
@click.argument("more_faults", nargs=-1, metavar="")
def synth(
    landing: Path,
    citizens: int | None,
    seed: int,
    faults: tuple[str, ...],
    monthly: bool,
    more_faults: tuple[str, ...],
) -> int:
    """Write synthetic registers.

    \b
    Examples:
      labour-monitor synth --landing data/small --citizens 20000
      labour-monitor synth --landing data/odd --faults dream-week-gap dream-invalid-pnr
    """
    if more_faults and not faults:
        raise click.UsageError(f"Got unexpected extra argument ({more_faults[0]})")
    wanted = [*faults, *more_faults]
    for name in wanted:
        if name not in FAULTS:
            raise click.UsageError(
                f"Invalid value for '--faults': there is no fault '{name}'; "
                f"`{PROGRAM} faults` lists them"
            )
    with _refusing(FileExistsError, ValueError):
        if landing.is_dir() and (others := building.others_in(landing)):
            raise FileExistsError(f"{landing} is no empty folder: {others[0]}")
        made = generate(landing, citizens, seed, wanted, _progress, monthly)
    click.echo(
        f"{made.citizens:,} citizens, {sum(made.rows.values()):,} rows in "
        f"{len(made.deliveries)} deliveries: {made.landing} ({made.seconds:.0f} s)"
    )
    return 0


@commands.command()
def faults() -> int:
    """List the faults that synth can inject.

    Beside each stands what it must lead to: the run stops, rows are set aside under a
    reason, a finding counts them, or nothing changes.
    """
    width = max(map(len, FAULTS))
    for fault in FAULTS.values():
        click.echo(f"{fault.id:<{width}}  {fault.expected:<28}  {fault.description}")
        if fault.id in STOP_MESSAGES:
            column, expected = STOP_MESSAGES[fault.id]
            where = f"column {column}: " if column else ""
            click.echo(f"{'':<{width}}  {'':<28}  {where}expected {expected}")
    return 0


@commands.command()
@landing_option
@database_option
@click.option(
    "--citizens",
    type=int,
    help="Persons in the synthetic registers that an empty landing gets, drawn as they "
    f"are in the nation. {_BY_DEFAULT}",
)
@as_of_option
@click.option(
    "--docs",
    type=PATH,
    help="Folder of the check's Data Docs: by default data/quality, and of another "
    "landing than data/landing the folder quality beside the database.",
)
@click.option(
    "--no-check", is_flag=True, help="Build without the check of the deliveries."
)
@into_option
@click.option("--no-publish", is_flag=True, help="Build, and publish no edition.")
def build(
    landing: Path,
    database: Path,
    citizens: int | None,
    as_of: str | None,
    docs: Path | None,
    no_check: bool,
    into: Path | None,
    no_publish: bool,
) -> int:
    """Check deliveries, build all tables, publish an edition.

    An empty landing gets synthetic registers first.

    \b
    Examples:
      labour-monitor build
      labour-monitor build --as-of 2021-08-30
      labour-monitor build --landing /srv/landing --database /srv/monitoring.duckdb
    """
    landing, database = landing.resolve(), database.resolve()
    _check_target()
    _check_changeable(database)

    def synthetic(folder: Path, say: building.Say) -> None:
        generate(folder, citizens=citizens, progress=say)

    begun = time.monotonic()
    docs = docs or building.docs_of(landing, database)
    is_demonstration = citizens is None and as_of is None
    code = building.build(
        landing,
        database,
        as_of,
        synthetic,
        docs=None if no_check else docs,
        earlier=building.EARLIER if is_demonstration else (),
    )
    if code:
        click.echo(
            "\nThe build failed; the messages are above, and what dbt itself said is "
            f"in {project.root() / LOG}.",
            err=True,
        )
        return 1
    click.echo("\n" + summary.text(database))
    if not no_publish:
        click.echo()
        _publish(database, into, as_of)
    click.echo(f"Time: {duration(time.monotonic() - begun)}")
    return 0


def _publish(database: Path, into: Path | None, as_of: str | None) -> None:
    # It needs a solver, and what reads an edition: who publishes nothing does not pay.
    from labour_monitor.editions import publishing

    into = (into or publishing.into_of(database)).resolve()
    progress = Progress(len(publishing.STAGES))
    with progress.shown():
        edition = publishing.publish(database, into, progress, as_of)
    click.echo(publishing.summary(edition))


@commands.command()
@database_option
@into_option
@click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    help="The as-of date of the tables: says that newer deliveries are left out on "
    "purpose.",
)
def publish(database: Path, into: Path | None, as_of: str | None) -> int:
    """Publish an edition of the tables, for others to read.

    What is published lies in the folder `current`: in `house` all tables without any
    row of a citizen, in `public` what anybody may have. Nothing is published unless the
    audits pass.

    \b
    Examples:
      labour-monitor publish
      labour-monitor publish --into /srv/published
    """
    _publish(database.resolve(), into, as_of)
    return 0


@commands.command("report")
@click.option(
    "--edition",
    type=PATH,
    help="Folder of an edition, by default the one that data/published/current names.",
)
@click.option(
    "--into",
    type=PATH,
    default=lambda: project.root() / "data/report",
    help="Folder of the reports, data/report by default; those that this command made "
    "there before are replaced.",
)
@click.option(
    "--municipality",
    metavar="CODE",
    help="The page of this municipality alone.",
)
def make_report(edition: Path | None, into: Path, municipality: str | None) -> int:
    """Make the reports of an edition again.

    An edition has its reports already, in the folder report of house and of public.
    Made again by another version of the project they show the same figures its way.

    \b
    Examples:
      labour-monitor report --into /tmp/report
      labour-monitor report --into /tmp/one --municipality 101
    """
    # DuckDB and the templates take their time: only what makes a report pays for it.
    from labour_monitor.editions import publishing, reports

    if edition is None:
        edition = reports.current(publishing.into_of(project.database_path()))
    progress = Progress(1)
    with progress.shown():
        made = reports.make_again(
            edition.resolve(), into.resolve(), progress, municipality
        )
    for first_page in made:
        click.echo(first_page)
    return 0


@commands.command()
@landing_option
@as_of_option
@click.option(
    "--docs",
    type=PATH,
    help="Folder of the Data Docs (HTML): by default data/quality, or of another "
    "landing quality beside the database; those of the check before are replaced.",
)
def check(landing: Path, as_of: str | None, docs: Path | None) -> int:
    """Say what is wrong with the deliveries, and whom to ask.

    \b
    Example:
      labour-monitor check --as-of 2021-08-30
    """
    # Great Expectations takes seconds to import: only this command pays for it.
    from labour_monitor.quality import checking, findings

    docs = docs or building.docs_of(landing.resolve(), project.database_path())
    with _refusing(FileExistsError):
        outcome = checking.check(landing, docs, as_of, progress=_progress)
    click.echo("\n" + findings.text(outcome))
    click.echo(f"Data Docs: {docs / 'index.html'}")
    return 1 if outcome.fatal else 0


class _NamesTheSources(click.Command):
    """Its help ends with the sources, which are read when it is shown: a contract that
    cannot be read is a message then, and stops no other command."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write_text(f"Sources: {', '.join(contract.sources())}.")


@commands.command(
    "land",
    cls=_NamesTheSources,
    help=f"""Put a register's files into the landing.

    Checks the FILEs of one delivery of SOURCE and puts them into the landing, all or
    nothing. A file is CSV (comma or semicolon, UTF-8 or Latin-1, with a header), SAS or
    Parquet, by the end of its name: {", ".join(FORMATS)}. Columns are found by name
    without regard to case; others are left out, and named. Nothing is guessed: what may
    be read in two ways is a fault, and so is a delivery that is there already with
    other content. All faults are told at once, with what to do.

    \b
    Examples:
      labour-monitor land ydelser STAR_ydelser.csv --delivered 2023-02-28
      labour-monitor land dream dream.sas7bdat --delivered 2023-02-28 --rows 5300000

    Exit code: 0 landed, or there already with this content; 1 refused; 2 wrong usage.
    """,
)
@click.argument("source")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--delivered",
    metavar="YYYY-MM-DD",
    required=True,
    help="The day on which the delivery arrived.",
)
@landing_option
@click.option(
    "--rows",
    type=int,
    metavar="N",
    help="The number of rows by the sender's letter: any other is refused.",
)
def land_delivery(
    source: str, paths: tuple[Path, ...], delivered: str, landing: Path, rows: int
) -> int:
    try:
        done = land(landing, source, list(paths), delivered, rows, _progress)
    except LandingError as error:
        stopped = "The delivery cannot be landed"
        raise click.ClickException(
            report(error.faults, stopped, "Nothing was written")
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{files.in_a_line(error)} Nothing was written."
        ) from None
    click.echo(landed.text(done))
    return 0


@commands.command()
@landing_option
@database_option
@click.option(
    "--into",
    type=PATH,
    default=lambda: project.root() / "data/replay.duckdb",
    help="A new database for what is made again, data/replay.duckdb by default.",
)
@click.option(
    "--only-kept",
    is_flag=True,
    help="Leave out the publications that were never kept.",
)
def replay(landing: Path, database: Path, into: Path, only_kept: bool) -> int:
    """Make all publications again and compare with those kept.

    \b
    Example:
      labour-monitor replay --into /tmp/again.duckdb
    """
    rule_data.refuse_faults()
    _check_database(database)
    with _refusing(FileExistsError, LookupError, LandingError, DbtError):
        outcome = replaying.replay(
            landing.resolve(),
            database.resolve(),
            into.resolve(),
            _progress,
            only_kept=only_kept,
        )
    click.echo(replaying.report(outcome))
    return 0 if outcome.is_equal else 1


@commands.command()
@landing_option
@database_option
@click.option(
    "--publication",
    type=DATE,
    metavar="YYYY-MM-DD",
    help="The publication date; all of them where left out.",
)
def verify(landing: Path, database: Path, publication: datetime | None) -> int:
    """Hold receipts against deliveries and tables.

    \b
    Example:
      labour-monitor verify --publication 2021-02-28
    """
    rule_data.refuse_faults()
    _check_database(database)
    day = publication.date() if publication else None
    with _refusing(LookupError):
        found = verifying.verify(database.resolve(), landing.resolve(), _progress, day)
    click.echo(verifying.report(found))
    return int(any(verification.differences for verification in found))


@commands.command("story")
@click.option(
    "--folder", type=PATH, help="An empty folder to keep; a temporary one by default."
)
def tell_story(folder: Path | None) -> int:
    """Tell of late, corrected and deleted records in steps."""
    with (
        _refusing(story.StoryError, FileExistsError, LandingError, DbtError),
        tempfile.TemporaryDirectory(prefix="labour-monitor-story-") as temporary,
    ):
        story.tell(folder.resolve() if folder else Path(temporary), click.echo)
    return 0


@commands.command()
@click.option(
    "--folder",
    type=PATH,
    default=running.default_folder,
    help="For the registers and the results, data/bench by default.",
)
@click.option(
    "--citizens",
    type=int,
    default=BENCH,
    show_default=True,
    help=f"Persons in the registers; the nation has {NATION:,}.",
)
@click.option(
    "--runs",
    "n_runs",
    type=click.IntRange(min=1),
    help="Runs whose median is shown: by default 3, and 1 above a tenth of the nation.",
)
@click.option(
    "--docs",
    is_flag=True,
    help="Measure nothing: write what was measured last into docs/performance.md.",
)
def bench(folder: Path, citizens: int, n_runs: int | None, docs: bool) -> int:
    """Measure time and memory beside a hand-written baseline.

    \b
    Examples:
      labour-monitor bench --citizens 530000
      labour-monitor bench --docs
    """
    if docs:
        results = running.kept(folder)
        if not results:
            raise click.ClickException(
                f"{folder / running.RESULTS}: expected what was measured; found no "
                "file. What to do: `make bench`."
            )
        click.echo(f"Written: {page.write(results)}")
        return 0
    with _refusing(FailedError, ValueError):
        result = running.run(folder, citizens, n_runs, _progress)
    click.echo("\n" + page.of_size(citizens, result))
    click.echo(f"Kept: {folder / running.RESULTS}")
    return 0


@commands.command("superset")
@click.option(
    "--published",
    type=PATH,
    default=lambda: project.root() / "data/published",
    help="Folder of the editions, data/published by default.",
)
@click.option(
    "--environment",
    type=PATH,
    default=lambda: project.root() / ".venv-superset",
    help="Where Superset is installed: by default where `make superset` installs it.",
)
def try_superset(published: Path, environment: Path) -> int:
    """Let Apache Superset read the house edition during a build.

    \b
    Example:
      labour-monitor superset --published /srv/published
    """
    from labour_monitor.superset import trial

    with _refusing(SupersetError):
        is_same = trial.run(published.absolute(), environment, click.echo)
    if not is_same:
        raise click.ClickException(
            "Superset does not say what the edition says: the lines marked DIFFERENT."
        )
    click.echo("Superset says what the edition says, while a build runs.")
    return 0


@commands.command()
@landing_option
@database_option
@initiative_option
def prove_member(landing: Path, database: Path, initiative: str | None) -> int:
    """Prove that a person is locked, as JSON.

    The person number comes from standard input and is not shown.

    \b
    Example:
      labour-monitor prove-member > proof.json
    """
    _check_database(database)
    cohort = _cohort(initiative)
    with _refusing_faults():
        proof = proofs.prove(
            landing.resolve(),
            cohort,
            database.resolve(),
            project.citizen_key_secret(),
            _person_number(),
        )
    click.echo(json.dumps(proof, indent=2))
    return 0


@commands.command()
@click.argument("proof", type=PATH)
@landing_option
@initiative_option
@click.option(
    "--control",
    type=PATH,
    metavar="FILE",
    help="The control file; by default the one in the landing.",
)
@click.pass_context
def verify_member(
    context: click.Context,
    proof: Path,
    landing: Path,
    initiative: str | None,
    control: Path | None,
) -> int:
    """Check a PROOF of a person by the control file alone.

    The person number comes from standard input and is not shown.

    \b
    Example:
      labour-monitor verify-member proof.json --control cohort_lock.json
    """
    given = context.get_parameter_source("landing")
    if control and given is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--control and --landing exclude each other")
    control = control or landing / _cohort(initiative).control_file
    with _refusing_faults():
        municipality = proofs.verify(
            proof, control.resolve(), project.citizen_key_secret(), _person_number()
        )
    click.echo(
        "proved: the person is one of the locked members of municipality "
        f"{municipality.municipality_code} ({control})"
    )
    return 0


@commands.command()
@landing_option
@database_option
@initiative_option
@click.option("--reason", required=True, help="Why; it is kept beside the deliveries.")
@click.option(
    "--members", type=int, metavar="N", help="How many are locked, to confirm."
)
def unlock(
    landing: Path,
    database: Path,
    initiative: str | None,
    reason: str,
    members: int | None,
) -> int:
    """Let the next build lock another cohort, deliberately.

    \b
    Example:
      labour-monitor unlock --reason "DREAM was delivered anew" --members 13371
    """
    _check_database(database)
    _check_changeable(database)
    landing, database = landing.resolve(), database.resolve()
    cohort = _cohort(initiative)
    with _refusing_faults():
        locked, done = unlocking.unlock(landing, cohort, database, reason, members)
    click.echo(f"Was locked, of {landing}:\n{locked}\nUnlocked:")
    for line in done:
        click.echo(f"  {line}")
    click.echo("The next successful build locks anew. What was published stays.")
    return 0


@commands.command("take-over")
@landing_option
@database_option
@click.option(
    "--path",
    metavar="OLD_PATH",
    help="The path under which version 1.0 knew the landing; needed where the database "
    "has several.",
)
def take_over(landing: Path, database: Path, path: str | None) -> int:
    """Take over what version 1.0 has kept, once.

    It is needed once, and loses nothing: publications, histories, receipts and the
    locked cohort become the state of this version, and the old tables stay.

    \b
    Example:
      labour-monitor take-over --landing /data/landing --path /mnt/old/landing
    """
    _check_changeable(database)
    with _refusing_faults():
        taken = taking_over.take_over(landing.resolve(), database.resolve(), path)
    click.echo(taken)
    click.echo("Build now: the next run makes everything else anew.")
    return 0


@commands.command()
@click.argument("folder", type=PATH)
@click.option(
    "--database",
    type=PATH,
    required=True,
    help="DuckDB file to make, or to make again; that of a build is refused.",
)
def fetch(folder: Path, database: Path) -> int:
    """Make a DuckDB file of tables of another engine.

    FOLDER has what `dbt run-operation` has exported there (docs/spark.md). The file can
    be published, verified and asked for a proof like that of a build; what was
    published from it before stays known. No build goes on with it.

    \b
    Examples:
      labour-monitor fetch /data/exported --database data/fetched.duckdb
      labour-monitor publish --database data/fetched.duckdb
    """
    with _refusing(fetching.FetchError):
        n_tables = fetching.fetch(folder.resolve(), database.resolve())
    click.echo(f"{n_tables} tables in {database}: publish or verify them.")
    click.echo("\n" + summary.text(database))
    return 0


def _cohort(initiative: str | None) -> rule_data.LockedCohort:
    """The locked cohort of an initiative, or the only one that there is."""
    rule_data.refuse_faults()
    cohorts = {cohort.initiative: cohort for cohort in rule_data.locked_cohorts()}
    if initiative is None and len(cohorts) == 1:
        return next(iter(cohorts.values()))
    if initiative not in cohorts:
        found = f"found '{initiative}'" if initiative else "it was not given"
        raise click.UsageError(
            f"--initiative names one that locks a cohort ({', '.join(cohorts)}); "
            f"{found}"
        )
    return cohorts[initiative]


def _person_number() -> str:
    """From standard input, not shown when typed: never an argument, which would be in
    the shell's history and in the list of processes."""
    if sys.stdin.isatty():
        return getpass.getpass("Person number (not shown): ").strip()
    return sys.stdin.readline().strip()


_UTF_8 = "expected a path or text in UTF-8"
_OF_DUCKDB = (
    *(duckdb.IOException, duckdb.OutOfMemoryException),
    *(duckdb.TransactionException, duckdb.FatalException),
)
"""What DuckDB says of the machine, not of a query."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. What is wrong is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without æ
    try:
        code = _run(argv)
    except OSError as error:
        click.echo(files.in_a_line(error), err=True)
        code = 1
    try:
        sys.stdout.flush()
    except OSError as error:
        # Nobody takes the output: what is left of it must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not code and not isinstance(error, BrokenPipeError):
            click.echo(files.in_a_line(error), err=True)
        code = 1
    return code


def _refuse_other_than_utf_8(argv: Sequence[str]) -> None:
    """What was typed is never shown: it may be anything, a person number too."""
    for place, argument in enumerate(argv):
        try:
            argument.encode()
        except UnicodeEncodeError:
            before = argv[place - 1] if place else ""
            which = before if before.startswith("-") else f"argument {place + 1}"
            raise click.UsageError(
                f"{which}: {_UTF_8}; found other bytes. What to do: rename the file or "
                "folder, or write the text anew"
            ) from None


def _run(argv: Sequence[str] | None) -> int:
    try:
        _refuse_other_than_utf_8(sys.argv[1:] if argv is None else argv)
        return commands.main(argv, PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else PROGRAM
        message = error.format_message().rstrip(".")
        click.echo(f"{path}: {message}. See `{path} --help`.", err=True)
        return error.exit_code
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except (
        *(project.NotFoundError, ContentError, LandingError),
        *(DatabaseError, DbtError, EditionError),
    ) as error:
        click.echo(error, err=True)
        return 1
    except _OF_DUCKDB as error:
        found = without_values(str(error)).splitlines()[0]
        what_to_do = files.what_to_do_about(found) or "correct that"
        click.echo(f"{found}. What to do: {what_to_do}, and start again.", err=True)
        return 1
    except UnicodeError:  # which may hold what was typed: a person number too
        click.echo(f"{_UTF_8}; found other bytes. What to do: correct it.", err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
