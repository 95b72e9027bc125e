"""What dbt has read of the project it reads again only where it would read another.

dbt keeps what it parsed in `target/partial_parse.msgpack`. It throws all of it away
where a var of the command line is another one than before; an as-of date is another one
each month. It does so for a database in another folder too, and for a target that is
named though it is the usual one. Nothing that dbt parses here follows from these: hooks
alone ask for the vars of a run, and hooks are worked out when they run.
"""

from __future__ import annotations

from functools import cache
from pprint import pformat

from dbt.contracts.files import FileHash
from dbt.contracts.graph.manifest import ManifestStateCheck
from dbt.parser.manifest import ManifestLoader
from dbt.version import __version__

OF_A_RUN = ("landing_path", "as_of")
"""Vars that say what a run reads; what is parsed is the same whatever they are."""
_WHERE_IT_LIES = "path"
"""What dbt knows of the connection beside it, the name of the database included, is in
what it parses, or may be."""


@cache  # once: a process may run dbt several times
def reuse() -> None:
    """dbt does so in this process from now on."""
    of_dbt = ManifestLoader.build_manifest_state_check

    def build_manifest_state_check(self: ManifestLoader) -> ManifestStateCheck:
        config = self.root_project
        variables = {k: v for k, v in config.cli_vars.items() if k not in OF_A_RUN}
        names = (config.profile_name, config.target_name, __version__)
        connection = dict(config.credentials.connection_info())
        connection.pop(_WHERE_IT_LIES, None)
        found = of_dbt(self)
        found.vars_hash = _digest(variables, *names)
        found.profile_hash = _digest(connection)
        return found

    ManifestLoader.build_manifest_state_check = build_manifest_state_check


def _digest(*what: object) -> FileHash:
    return FileHash.from_contents(pformat(what))
