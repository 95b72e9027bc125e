"""What dbt-duckdb loads from the profile: the secret of the citizen keys, the functions
by which the hooks of `dbt_project.yml` open the landing and close the run, and the one
by which staging reads the contract of a register.

The secret reaches SQL as a variable of the connection, so that it is in no compiled
SQL, no log and no artifact (D1). Between the two hooks of a run its opening is kept
here.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import project, runs, seed_files
from labour_monitor.database import IN_MEMORY, DatabaseError, create
from labour_monitor.files import ContentError
from labour_monitor.landing import closing, contract, row_rules
from labour_monitor.landing.closing import Ended
from labour_monitor.landing.deliveries import delivered_dates, resolve_as_of
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import (
    Opening,
    is_of_another_secret,
    open_landing,
)
from labour_monitor.runs import Known, Node, Selection

_NO_CLONE = (
    "dbt clone: expected another command; it would put views in the place of tables, "
    "of what is kept for good too. What to do: copy the database file, under any name, "
    "and set MONITORING_DUCKDB_PATH; nothing was changed."
)
_ANOTHER_SECRET = (
    "expected the secret with which the last run made the citizen keys; found another "
    "one in CITIZEN_KEY_SECRET. What to do: set the secret of that run, or build anew "
    "with this one; nothing was tested."
)
_THAT_SHOW = ("show", "test")
"""Commands of dbt that read what the last run made, and make nothing."""

_under_way: tuple[Opening, Known, Selection] | None = None


def _questions(_: dict) -> dict:
    """What a run asks its database: relation and query of each question."""
    return {
        "at_start": runs.QUESTIONS,
        "at_end": runs.QUESTIONS_AT_END,
        "of_secret": runs.QUESTIONS_OF_SECRET,
    }


def _rows_kept(given: dict) -> dict:
    """See `runs.rows_kept`."""
    return {"question": runs.rows_kept(given["relation"])}


def _secret_of_last_run(given: dict) -> dict:
    """An error where the last run had another secret."""
    is_another = is_of_another_secret(given["answers"])
    return {"error": _ANOTHER_SECRET} if is_another else {}


def _parameters(_: dict) -> dict:
    """The names of the vars that decide figures."""
    return {"names": project.PARAMETERS}


def _open_landing(given: dict) -> dict:
    """See `open_landing`: statements and messages, or an error."""
    global _under_way
    _under_way = None
    known = runs.known(given["answers"])
    nodes = {
        name: Node(name, path, tuple(parents), is_incremental)
        for name, path, parents, is_incremental in given["nodes"]
    }
    # dbt does not tell what a retry makes: what the run before it has not made.
    selected = given["selected"] or nodes.keys() - known.built.keys()
    selection = Selection(nodes, frozenset(selected))
    try:
        opening = open_landing(
            landing_path=given["landing_path"],
            as_of=given["as_of"],
            exemption_list=given["exemption_list"],
            weeks_read=given["weeks_read"],
            parameters=given["parameters"],
            given_vars=given["given_vars"],
            known=known,
            selection=selection,
        )
    except (LandingError, ContentError) as error:
        return {"error": str(error)}
    _under_way = opening, known, selection
    return {
        "statements": opening.statements,
        "emptied": opening.keeping.emptied,
        "messages": opening.messages,
    }


def _was_made_from_these_inputs(given: dict) -> dict:
    """Whether a model was last made from the inputs of the run that is under way; not
    where that run was cut short."""
    if _under_way is None:
        return {"answer": False}
    opening, known, _ = _under_way
    made = known.built.get(given["name"])
    digest = opening.run.inputs_digest
    return {"answer": made is not None and made.digest == digest}


def _landing_contract(given: dict) -> dict:
    """See `row_rules.as_data`, or an error."""
    try:
        return row_rules.as_data(given["source"])
    except ContentError as error:
        return {"error": str(error)}


def _seed_rows(given: dict) -> dict:
    """The rows of a seed as the run has checked them: columns, and the values of each
    row, none as null."""
    rows = seed_files.read(given["seed"])
    return {
        "columns": list(rows[0].values) if rows else [],
        "rows": [[value or None for value in row.values.values()] for row in rows],
    }


def _newest_deliveries(given: dict) -> dict:
    """The newest delivery of each source until the as-of date; None where there is
    none. Or an error."""
    landing = project.root() / given["landing_path"]
    sources = contract.sources()
    try:
        as_of = resolve_as_of(landing, sources, given["as_of"])
    except LandingError as error:
        return {"error": "; ".join(map(str, error.faults))}
    return {
        "deliveries": {
            name: max(
                (
                    day.isoformat()
                    for day in delivered_dates(landing, name)
                    if day <= as_of
                ),
                default=None,
            )
            for name in sources
        }
    }


def _close_run(given: dict) -> dict:
    """See `close_run`: statements and messages."""
    if _under_way is None:
        return {"statements": [], "messages": []}
    opening, known, selection = _under_way
    statements, messages = closing.close_run(
        opening.run,
        opening.landing,
        opening.is_marked,
        opening.is_synthetic,
        known,
        selection,
        opening.seed_digests,
        Ended(
            made=frozenset(given["made"]),
            has_failed=given["has_failed"],
            is_tested=given["is_tested"],
        ),
        given["answers"],
        opening.keeping,
    )
    return {"statements": statements, "messages": messages}


def _in_json(function: Callable[[dict], dict]) -> Callable[[str], str]:
    return lambda arguments: json.dumps(function(json.loads(arguments)))


class Plugin(BasePlugin):
    """The plugin that `profiles/profiles.yml` names."""

    def update_connection_config(self, creds, config):
        """Before DuckDB is asked, so that what is wrong is a line of ours."""
        config.setdefault("threads", project.duckdb_threads())
        if getattr(get_flags(), "WHICH", None) == "clone":
            raise DbtRuntimeError(_NO_CLONE)
        try:
            project.check_started_here()
            if creds.path != IN_MEMORY:
                # From the project's folder, as every command reads it, wherever dbt
                # was started (--project-dir).
                path = project.root() / creds.path
                create(path)
                creds.path = str(path)
        except (project.NotFoundError, DatabaseError) as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn):
        self._is_of_another_secret = getattr(get_flags(), "WHICH", None) in _THAT_SHOW
        if self._is_of_another_secret:
            answers = runs.answers(conn, runs.QUESTIONS_OF_SECRET)
            self._is_of_another_secret = is_of_another_secret(answers)
        for name, function in (
            ("questions", _questions),
            ("rows_kept", _rows_kept),
            ("secret_of_last_run", _secret_of_last_run),
            ("parameters", _parameters),
            ("open_landing", _open_landing),
            ("close_run", _close_run),
            ("was_made_from_these_inputs", _was_made_from_these_inputs),
            ("landing_contract", _landing_contract),
            ("seed_rows", _seed_rows),
            ("newest_deliveries", _newest_deliveries),
        ):
            conn.create_function(
                name, _in_json(function), ["varchar"], "varchar", side_effects=True
            )

    def configure_cursor(self, cursor):
        """A key that is made beside tables with keys of another secret would join with
        nobody: what makes keys has no secret then, and says so."""
        if self._is_of_another_secret:
            return
        cursor.execute(
            "set variable citizen_key_secret = ?", [project.citizen_key_secret()]
        )
