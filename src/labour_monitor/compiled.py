"""The models as dbt compiled them, run again at other dates without dbt around them.

What a model's SQL says does not depend on the as-of date: the date is a row that the
in-door writes (P3). So one `dbt run` and one `dbt compile` are enough, and every
further date costs its SQL alone. dbt makes the tables; here they are filled anew.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from duckdb import DuckDBPyConnection

from labour_monitor import project, runs
from labour_monitor.files import FULL_DISK
from labour_monitor.landing import contract
from labour_monitor.landing.closing import Ended, close_run
from labour_monitor.landing.deliveries import delivered_bytes
from labour_monitor.landing.faults import retold
from labour_monitor.landing.opening import Opening, open_landing
from labour_monitor.runs import LOCKED, Known, Node, Selection

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    from labour_monitor.progress import Progress

_SECRET = "set variable citizen_key_secret = ?"
_RELATION = re.compile(r"create or replace (?:view|table) landing\.(\w+) ")


STATE = ("int_publication_rules_kept",)
"""What a date before the last one has to leave behind: the publication with the rules
that it was made by, and the history and the inputs that it is made to wait for."""


class DbtError(RuntimeError):
    """dbt did not succeed; holds its messages."""


@dataclass(frozen=True)
class Step:
    """A model: the table it fills, how, and the SELECT that dbt compiled."""

    name: str
    relation: str
    materialization: str
    select: str
    parents: tuple[str, ...]
    """Names of the models, seeds and relations of the landing that it reads."""

    def statements(self) -> list[str]:
        insert = f"insert into {self.relation} by name {self.select}"
        match self.materialization:
            case "table":
                return [f"delete from {self.relation}", insert]
            case "incremental":
                return [insert]
            case "view":
                return []
        raise ValueError(f"{self.name}: no way to run '{self.materialization}'")


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """dbt's database for the time being, and none of dbt's own variables; its
    connections are closed at the end."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    before = dict(os.environ)
    _, own = project.environment_of_dbt()
    for name in own:
        del os.environ[name]
    os.environ["MONITORING_DUCKDB_PATH"] = str(path)
    try:
        yield
    finally:
        DuckDBConnectionManager.close_all_connections()
        os.environ.clear()
        os.environ.update(before)


def dbt(
    database: Path, *arguments: str, target: Path | None = None, **variables: str
) -> list:
    """Run dbt in this process on a database; the results of its nodes, in their order.

    Raises:
        DbtError: dbt did not succeed.
        OSError: the disk is full.
    """
    options = [*arguments, "--vars", json.dumps(variables)]
    if target:
        options += ["--target-path", str(target)]
    return list(_invoke(database, options, manifest(database.stem)).result.results)


_KEPT_PARSE = "target/partial_parse.msgpack"
"""What dbt leaves of each command that parses the project."""

_parsed: dict[str, Manifest] = {}


def manifest(database_name: str) -> Manifest:
    """The project as dbt parses it, once in this process: it takes seconds. Of a run
    only the name of the database is in it, and no var. What dbt has left in its folder
    `target` is read but for files that are others (`kept_parse`), and stays."""
    if database_name not in _parsed:
        with tempfile.TemporaryDirectory(prefix="labour-monitor-parse-") as target:
            options = ["parse", "--target-path", target, *_from_kept_parse()]
            database = Path(target) / f"{database_name}.duckdb"
            _parsed[database_name] = _invoke(database, options).result
    return _parsed[database_name]


def _from_kept_parse() -> list[str]:
    """Options by which dbt begins with what it has left, where it has."""
    kept = project.root() / _KEPT_PARSE
    return ["--partial-parse-file-path", str(kept)] if kept.exists() else []


def parse_ahead(database: Path) -> Manifest:
    """Parse the project for this process, and for the `dbt build` of a database that
    comes after it. What dbt leaves in its folder `target` is read there the next time
    but for files that are others (`kept_parse`).

    Raises:
        DbtError: dbt did not succeed.
    """
    parsed = _parsed[database.stem] = _invoke(database, ["parse"]).result
    return parsed


def exit_code(database: Path, options: Sequence[str]) -> int:
    """Run dbt in this process as a command that says what it does, on a database; with
    the project as it was parsed for it, where it was."""
    from dbt.cli.main import dbtRunner

    with _database(database):
        result = dbtRunner(manifest=_parsed.get(database.stem)).invoke([*options])
    if result.success:
        return 0
    return 2 if result.exception else 1


def _invoke(
    database: Path, options: Sequence[str], parsed: Manifest | None = None
) -> dbtRunnerResult:
    # dbt takes seconds to import: only the commands that run it pay for it.
    from dbt.cli.main import dbtRunner

    quiet = ("--quiet", "--log-level-file", "none", "--no-use-colors")
    root = str(project.root())
    here = ("--project-dir", root, "--profiles-dir", root)
    here += ("--target", project.TARGET)
    with _database(database), redirect_stdout(io.StringIO()) as messages:
        # Its files are read by nobody here, and take as long as a dozen models.
        runner = dbtRunner(manifest=parsed)
        result = runner.invoke([*options, *quiet, *here, "--no-write-json"])
    if not result.success:
        if FULL_DISK in messages.getvalue():
            # One of many models that failed: each has a message of its own.
            raise OSError(errno.ENOSPC, FULL_DISK, str(database)) from None
        raise DbtError(
            f"dbt {' '.join(options)} failed:\n{messages.getvalue()}"
        ) from result.exception
    return result


class CompiledProject:
    """The project in a database that dbt has built once, ready for further dates."""

    def __init__(
        self,
        database: Path,
        landing: Path,
        as_of: str,
        select: Sequence[str] = (),
        **given: str,
    ) -> None:
        """Build the database with dbt at a first as-of date, and compile.

        Args:
            database: a DuckDB file that does not exist yet, or has no table.
            landing: folder of the deliveries.
            as_of: the first as-of date.
            select: dbt's node selection; all models where empty.
            given: other vars than those of the project.
        """
        target = _target(database)
        variables = {"landing_path": str(landing), "as_of": as_of, **given}
        selection = ["--select", *select] if select else []
        dbt(database, "seed", target=target, **variables)
        built = dbt(database, "run", *selection, target=target, **variables)
        nodes = [
            result.node for result in built if result.node.resource_type == "model"
        ]
        states = [n.name for n in nodes if n.config.materialized == "incremental"]
        appending = {}
        if states:
            # Now that they exist, what they append to themselves is another SELECT.
            compiled = dbt(
                database, "compile", "--select", *states, target=target, **variables
            )
            appending = {r.node.name: r.node.compiled_code for r in compiled}
        self._take(database, landing, nodes, appending)

    @classmethod
    def of_built(cls, database: Path, landing: Path) -> CompiledProject:
        """The project in a database in which dbt has made all models already."""
        variables = {"landing_path": str(landing)}
        compiled = dbt(database, "compile", target=_target(database), **variables)
        nodes = [r.node for r in compiled if r.node.resource_type == "model"]
        project = cls.__new__(cls)
        project._take(database, landing, nodes, {})
        return project

    def _take(
        self, database: Path, landing: Path, nodes: Sequence, appending: dict[str, str]
    ) -> None:
        """Keep what dbt compiled.

        Args:
            nodes: the models, each after those that it reads.
            appending: by model of state, the SELECT of what it appends.
        """
        self.database, self.landing = database, landing
        self.steps = [
            Step(
                name=node.name,
                relation=f'"{node.schema}"."{node.alias}"',
                materialization=node.config.materialized,
                select=appending.get(node.name, node.compiled_code),
                parents=tuple(
                    parent.rsplit(".", 1)[-1] for parent in node.depends_on.nodes
                ),
            )
            for node in nodes
        ]
        self.nodes = _nodes(manifest(database.stem))
        with duckdb.connect(str(database), read_only=True) as connection:
            self.parameters = dict(
                connection.execute(
                    "select name, digest from landing.inputs where kind = 'parameter'"
                ).fetchall()
            )
            columns = connection.execute(
                "select column_name from duckdb_columns() where table_name = "
                "'dream_weeks' and schema_name = 'landing' order by column_index"
            ).fetchall()
        self._opened: Opening | None = None
        self._stale: set[str] = set()
        self.weeks_read = [name for (name,) in columns if contract.week_of_column(name)]

    def forget(self) -> None:
        """Remove what dbt left of the runs, for which nobody will look."""
        shutil.rmtree(_target(self.database), ignore_errors=True)

    def open(
        self,
        connection: DuckDBPyConnection,
        landing: Path,
        as_of: str | None,
        names: Iterable[str] = (),
    ) -> tuple[Opening, Known, Selection]:
        """The in-door, as at the start of every run.

        Args:
            names: the models that the run makes; all of the project's where empty.

        Raises:
            LandingError: the run cannot start.
        """
        answers = runs.answers(connection, runs.QUESTIONS, self.nodes.values())
        known = runs.known(answers)
        made = {*names} or {step.name for step in self.steps}
        selection = Selection(self.nodes, frozenset(made))
        opening = open_landing(
            landing_path=str(landing),
            as_of=as_of,
            exemption_list=self.parameters["exemption_list"],
            weeks_read=self.weeks_read,
            parameters=self.parameters,
            known=known,
            selection=selection,
        )
        return opening, known, selection

    def steps_until(self, names: Sequence[str]) -> list[Step]:
        """The models with these names and all that they are made from, in order."""
        needed = set(names)
        for step in reversed(self.steps):
            if step.name in needed:
                needed.update(step.parents)
        return [step for step in self.steps if step.name in needed]

    def run(
        self,
        as_of: str | None = None,
        landing: Path | None = None,
        until: Sequence[str] = (),
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Models at an as-of date, from the same landing or another one.

        A model is run where something that it reads has changed since it was run last.

        Args:
            as_of: as-of date; None for the newest delivery date.
            landing: folder of the deliveries; the one built with where None.
            until: the models wanted, with all that they are made from; all where empty.
            progress: is told the name of each model before it is run.

        Raises:
            LandingError: the run cannot start; nothing was changed.
            DbtError: a file cannot be read.
        """
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set wal_autocheckpoint = '1GB'")
            # The cores have models of their own, but where these are large.
            n_bytes = delivered_bytes(landing or self.landing)
            n_threads = project.duckdb_threads(n_bytes, at_most=project.n_cores())
            connection.execute(f"set threads = {n_threads}")
            connection.execute(_SECRET, [project.citizen_key_secret()])
            wanted = self.steps_until(until) if until else self.steps
            names = [step.name for step in wanted]
            opening, known, selection = self.open(
                connection, landing or self.landing, as_of, names
            )
            changed = self._changed(opening)
            # What was thrown away is made again, where nothing else has changed too.
            self._stale |= opening.keeping.unfinished
            if opening.drawn_anew:
                self._stale.add(LOCKED)
            # Should this run be cut short, the next one does it all.
            self._opened = None
            for table in opening.emptied:
                connection.execute(f"delete from {table}")
            for statement in opening.statements:
                connection.execute(statement)
            due: list[Step] = []
            for step in self.steps:
                if changed.isdisjoint(step.parents) and step.name not in self._stale:
                    continue
                changed.add(step.name)
                self._stale.add(step.name)
                if step in wanted:
                    due.append(step)
            for made in _made(connection, due, progress):
                self._stale.remove(made)
            opening.check_unchanged()
            closed = close_run(
                opening.run,
                opening.landing,
                opening.is_marked,
                opening.is_synthetic,
                known,
                selection,
                opening.seed_digests,
                Ended(frozenset(names), has_failed=False, is_tested=False),
                runs.answers(connection, runs.QUESTIONS_AT_END),
                opening.keeping,
                opening.told_at_end,
            )
            inserts = (f"insert into {t} {s}" for t, s in closed.appended.items())
            for statement in (*closed.statements, *inserts, *closed.completing):
                connection.execute(statement)
            self._opened = opening

    def _changed(self, opening: Opening) -> set[str]:
        """Relations of the landing that are not what they were when the models were
        last run: a model that reads nothing new is as it was."""
        before = self._opened
        statements = set(opening.statements) - set(before.statements if before else ())
        changed = {m[1] for s in statements if (m := _RELATION.match(s))}
        for source, digests in opening.contents.items():
            if before is None or before.contents[source] != digests:
                changed |= {*contract.sources()[source].relations}
        return changed


def keep_publications(
    landing: Path, database: Path, dates: Sequence[str], progress: Progress
) -> None:
    """Runs into a new database as of some dates, up to the publications that they keep.

    Raises:
        DbtError: dbt did not succeed.
        LandingError: a run cannot start.
        OSError: the disk is full.
    """
    compiled: CompiledProject | None = None
    for as_of in dates:
        with progress.stage(f"publications as of {as_of}"):
            if compiled is None:
                wanted = [f"+{name}" for name in STATE]
                compiled = CompiledProject(database, landing, as_of, wanted)
            else:
                compiled.run(as_of, until=STATE, progress=progress.detail)
    if compiled is not None:
        compiled.forget()


def _made(
    connection: DuckDBPyConnection, steps: list[Step], progress: Callable[[str], None]
) -> Iterator[str]:
    """Run models, each after those that it reads, as many at a time as there are cores;
    their names, as they are made."""
    by_name = {step.name: step for step in steps}
    order = TopologicalSorter(
        {step.name: by_name.keys() & step.parents for step in steps}
    )
    order.prepare()
    n_cores = project.n_cores()
    own = threading.local()

    def connect() -> None:
        own.cursor = connection.cursor()
        own.cursor.execute(_SECRET, [project.citizen_key_secret()])

    def make(step: Step) -> str:
        try:
            for statement in step.statements():
                own.cursor.execute(statement)
        except duckdb.Error as error:
            if (said := retold(error)) is None:
                raise
            # The error that it is of may have a value of a row (D1).
            raise DbtError(f"{step.name}: {said}") from None
        return step.name

    with ThreadPoolExecutor(n_cores, initializer=connect) as pool:
        ready: deque[str] = deque()
        running: set[Future[str]] = set()
        while order.is_active():
            ready.extend(order.get_ready())
            while ready and len(running) < n_cores:
                name = ready.popleft()
                progress(name)
                running.add(pool.submit(make, by_name[name]))
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                order.done(future.result())
                yield future.result()


def _target(database: Path) -> Path:
    """Where dbt leaves its artifacts of a database."""
    return database.parent / f"{database.stem}.target"


def _nodes(parsed: Manifest) -> dict[str, Node]:
    """All models and seeds of the project, by name."""
    return {
        node.name: Node(
            node.name,
            node.original_file_path,
            tuple(
                parent.rsplit(".", 1)[-1]
                for parent in getattr(node.depends_on, "nodes", ())
            ),
            node.config.materialized == "incremental",
        )
        for node in parsed.nodes.values()
        if node.resource_type in ("model", "seed")
    }
