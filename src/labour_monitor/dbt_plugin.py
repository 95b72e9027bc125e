"""What dbt-duckdb loads from the profile: the secret of the citizen keys, and the
functions of the hooks.

The secret reaches SQL as a variable of the connection, so that it is in no compiled
SQL, no log and no artifact (D1).
"""

from __future__ import annotations

import sys
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import hooks, project, runs, untold_values
from labour_monitor.database import IN_MEMORY, DatabaseError, create
from labour_monitor.files import ContentError
from labour_monitor.landing.deliveries import delivered_bytes
from labour_monitor.landing.dialects import DUCKDB
from labour_monitor.landing.opening import is_of_another_secret

_NO_CLONE = (
    "dbt clone: expected another command; it would put views in the place of tables, "
    "of what is kept for good too. What to do: copy the database file, under any name, "
    "and set MONITORING_DUCKDB_PATH; nothing was changed."
)
_THAT_SHOW = ("show", "test")
"""Commands of dbt that read what the last run made, and make nothing."""
_OF_DBT = ("dbt", "dbt_process")
"""Programs that do nothing but run dbt."""


def leave_pandas_out() -> None:
    """DuckDB asks of each value that Python gives it whether it is one of pandas', and
    imports pandas for that, a tenth of a short command. Where a process does nothing
    but run dbt, nobody has such a value: the SQL of this project is all that it runs.
    """
    if Path(sys.argv[0]).stem in _OF_DBT:
        sys.modules.setdefault("pandas", None)


def _threads() -> int:
    """Of DuckDB: at most one a core, since dbt runs four models at a time."""
    given = getattr(get_flags(), "VARS", None) or {}
    landing = given.get("landing_path") or project.variables()["landing_path"]
    n_bytes = delivered_bytes(project.root() / str(landing))
    return project.duckdb_threads(n_bytes, at_most=project.n_cores())


class Plugin(BasePlugin):
    """The plugin that `profiles/profiles.yml` names."""

    _database: Path | None = None

    def initialize(self, _):
        untold_values.leave_out()
        leave_pandas_out()

    def update_connection_config(self, creds, config):
        """Before DuckDB is asked, so that what is wrong is a line of ours."""
        if getattr(get_flags(), "WHICH", None) == "clone":
            raise DbtRuntimeError(_NO_CLONE)
        try:
            project.check_started_here()
            config.setdefault("threads", _threads())
            if creds.path != IN_MEMORY:
                # From the project's folder, as every command reads it, wherever dbt
                # was started (--project-dir).
                path = project.root() / creds.path
                create(path)
                creds.path = str(path)
                self._database = path
        except (project.NotFoundError, ContentError, DatabaseError) as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn):
        self._is_of_another_secret = getattr(get_flags(), "WHICH", None) in _THAT_SHOW
        if self._is_of_another_secret:
            answers = runs.answers(conn, runs.QUESTION_OF_SECRET)
            self._is_of_another_secret = is_of_another_secret(runs.known(answers))
        for name, function in hooks.functions(DUCKDB, self._database).items():
            # While a function works that DuckDB takes for one of side effects, another
            # of its threads may spin. A function without is called once, as the query
            # is planned, by the thread that asks.
            is_short = name not in hooks.LONG
            conn.create_function(
                name, function, ["varchar"], "varchar", side_effects=is_short
            )

    def configure_cursor(self, cursor):
        """A key that is made beside tables with keys of another secret would join with
        nobody: what makes keys has no secret then, and says so."""
        if self._is_of_another_secret:
            return
        cursor.execute(
            "set variable citizen_key_secret = ?", [project.citizen_key_secret()]
        )
