"""What dbt has read of the project it reads again only where it would read another.

dbt keeps what it parsed in `target/partial_parse.msgpack`. It throws all of it away
where a var of the command line is another one than before; an as-of date is another one
each month. It does so for another database too, and for a target that is named though
it is the usual one. Nothing that dbt parses here follows from these but the names of
tables, which have that of the database before them: hooks alone ask for the vars of a
run, and hooks are worked out when they run.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from pprint import pformat
from typing import Any

from dbt.contracts.files import FileHash, ParseFileType
from dbt.contracts.graph.manifest import Manifest, ManifestStateCheck
from dbt.parser import partial
from dbt.parser.manifest import ManifestLoader
from dbt.version import __version__

OF_A_RUN = ("landing_path", "as_of")
"""Vars that say what a run reads; what is parsed is the same whatever they are."""
_WHERE_IT_LIES = ("path", "database")
"""What dbt knows of the connection beside these is in what it parses, or may be."""


@cache  # once: a process may run dbt several times
def reuse() -> None:
    """dbt does so in this process from now on."""
    state_of_dbt = ManifestLoader.build_manifest_state_check
    read_by_dbt = ManifestLoader.read_manifest_for_partial_parse

    def build_manifest_state_check(self: ManifestLoader) -> ManifestStateCheck:
        config = self.root_project
        variables = {k: v for k, v in config.cli_vars.items() if k not in OF_A_RUN}
        names = (config.profile_name, config.target_name, __version__)
        connection = [
            (k, v)
            for k, v in config.credentials.connection_info()
            if k not in _WHERE_IT_LIES
        ]
        found = state_of_dbt(self)
        found.vars_hash = _digest(variables, *names)
        found.profile_hash = _digest(connection)
        return found

    def read_manifest_for_partial_parse(self: ManifestLoader) -> Manifest | None:
        kept = read_by_dbt(self)
        database = self.root_project.credentials.database
        return kept if kept and rename(kept, database) else None

    ManifestLoader.build_manifest_state_check = build_manifest_state_check
    ManifestLoader.read_manifest_for_partial_parse = read_manifest_for_partial_parse
    # A test with a file of its own may be parsed again. dbt then does not know where
    # its description was.
    partial.parse_file_type_to_key[ParseFileType.SingularTest] = "data_tests"
    partial.key_to_prefix["data_tests"] = "test"


def rename(kept: Manifest, database: str | None) -> bool:
    """Give what was parsed for one database the name of another. False where its tables
    are in several databases, or named in another way: it is to be parsed again."""
    named = list(_named(kept))
    names = {node.database for node in named}
    if names <= {database}:
        return True
    if len(names) > 1:
        return False
    before, after = f'"{names.pop()}".', f'"{database}".'
    relations = [node for node in named if node.relation_name]
    if not all(node.relation_name.startswith(before) for node in relations):
        return False
    for node in relations:
        node.relation_name = after + node.relation_name.removeprefix(before)
    for node in named:
        node.database = database
    return True


def _named(kept: Manifest) -> Iterator[Any]:
    """All that has the name of a database."""
    nodes = chain(kept.nodes.values(), kept.sources.values(), *kept.disabled.values())
    yield from (node for node in nodes if hasattr(node, "relation_name"))
    for model in kept.semantic_models.values():
        if model.node_relation:
            yield model.node_relation


def _digest(*what: object) -> FileHash:
    return FileHash.from_contents(pformat(what))
