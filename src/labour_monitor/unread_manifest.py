"""What dbt writes of the project twice it writes once.

A command that makes or tests something writes `target/manifest.json`, and the semantic
manifest beside it, when it has read the project, and again when it has come to its end,
with what it has compiled. Nobody reads the first one, and it takes a second.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dbt.cli import requires
from dbt.contracts.graph.manifest import Manifest
from dbt.flags import get_flags

WRITTEN_AT_THE_END = frozenset({"build", "run", "seed", "test"})
"""Commands that write the manifest when they have come to their end."""


@cache  # once: a process may run dbt several times
def leave_out() -> None:
    """dbt does so in this process from now on."""
    parse = requires.parse_manifest

    def parse_manifest(
        config: Any, write_perf_info: bool, write: bool, *rest: Any
    ) -> Manifest:
        is_written_later = get_flags().WHICH in WRITTEN_AT_THE_END
        return parse(config, write_perf_info, write and not is_written_later, *rest)

    requires.parse_manifest = parse_manifest
