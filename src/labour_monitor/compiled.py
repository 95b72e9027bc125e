"""The models as dbt compiled them, run again at other dates without dbt around them.

What a model's SQL says does not depend on the as-of date: the date is a row that the
in-door writes (P3). So one `dbt run` and one `dbt compile` are enough, and every
further date costs its SQL alone. dbt makes the tables; here they are filled anew.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from labour_monitor import project
from labour_monitor.landing import contract
from labour_monitor.landing.inputs import DeliveredFile
from labour_monitor.landing.opening import Opening, open_landing

_READ_BEFORE = """
select landing_path, source, delivered_date, name, n_bytes, modified_ns, digest
from intermediate.int_run_inputs
where kind = 'delivery'
qualify row_number() over (
    partition by landing_path, source, delivered_date, name order by started_at
) = 1
"""

_RELATION = re.compile(r"create or replace (?:view|table) landing\.(\w+) ")


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
    """dbt's database for the time being; its connections are closed at the end."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    before = os.environ.get("MONITORING_DUCKDB_PATH")
    os.environ["MONITORING_DUCKDB_PATH"] = str(path)
    try:
        yield
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["MONITORING_DUCKDB_PATH"]
        else:
            os.environ["MONITORING_DUCKDB_PATH"] = before


def dbt(
    database: Path, *arguments: str, target: Path | None = None, **variables: str
) -> list:
    """Run dbt in this process on a database; the results of its nodes, in their order.

    Raises:
        DbtError: dbt did not succeed.
    """
    # dbt takes seconds to import: only the commands that run it pay for it.
    from dbt.cli.main import dbtRunner

    options = [*arguments, "--vars", json.dumps(variables), "--quiet"]
    options += ["--log-level-file", "none", "--no-use-colors"]
    if target:
        options += ["--target-path", str(target)]
    with _database(database), redirect_stdout(io.StringIO()) as messages:
        result = dbtRunner().invoke(options)
    if not result.success:
        raise DbtError(
            f"dbt {' '.join(arguments)} failed:\n{messages.getvalue()}"
        ) from result.exception
    return list(result.result.results)


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
            database: a DuckDB file that does not exist yet.
            landing: folder of the deliveries.
            as_of: the first as-of date.
            select: dbt's node selection; all models where empty.
            given: other vars than those of the project.
        """
        self.database, self.landing = database, landing
        target = database.parent / f"{database.stem}.target"
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
        with duckdb.connect(str(database), read_only=True) as connection:
            (self.lock_date,) = connection.execute(
                "select cohort_lock_date from landing.run"
            ).fetchone()
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

    def open(
        self, connection: duckdb.DuckDBPyConnection, landing: Path, as_of: str | None
    ) -> Opening:
        """The in-door, as at the start of every run.

        Raises:
            LandingError: the run cannot start.
        """
        read_before = []
        if any(step.name == "int_run_inputs" for step in self.steps):
            read_before = [
                (path, DeliveredFile(*facts))
                for path, *facts in connection.execute(_READ_BEFORE).fetchall()
            ]
        return open_landing(
            landing_path=str(landing),
            as_of=as_of,
            lock_date=self.lock_date,
            reference_date=date.fromisoformat(self.parameters["cohort_reference_date"]),
            exemption_list=self.parameters["exemption_list"],
            weeks_read=self.weeks_read,
            parameters=self.parameters,
            read_before=read_before,
        )

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
        """
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set wal_autocheckpoint = '1GB'")
            connection.execute(
                "set variable citizen_key_secret = ?", [project.citizen_key_secret()]
            )
            opening = self.open(connection, landing or self.landing, as_of)
            changed = self._changed(opening)
            self._opened = (
                None  # should this run be cut short, the next one does it all
            )
            for statement in opening.statements:
                connection.execute(statement)
            wanted = self.steps_until(until) if until else self.steps
            for step in self.steps:
                if changed.isdisjoint(step.parents) and step.name not in self._stale:
                    continue
                changed.add(step.name)
                self._stale.add(step.name)
                if step in wanted:
                    progress(step.name)
                    for statement in step.statements():
                        connection.execute(statement)
                    self._stale.remove(step.name)
            self._opened = opening

    def _changed(self, opening: Opening) -> set[str]:
        """Relations of the landing that are not what they were when the models were
        last run: a model that reads nothing new is as it was."""
        before = self._opened
        statements = set(opening.statements) - set(before.statements if before else ())
        changed = {m[1] for s in statements if (m := _RELATION.match(s))}
        for source, digests in opening.contents.items():
            if before is None or before.contents[source] != digests:
                changed |= {source, f"{source}_weeks"}
        return changed
