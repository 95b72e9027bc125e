"""What dbt is told before it reads the project. It looks for packages whose names begin
with `dbt_` and starts their plugins when it has read `dbt_project.yml`. Later would be
too late: of a seed that is no text in UTF-8, or of a contract that is no YAML, dbt says
what went wrong inside of dbt."""

from __future__ import annotations

import atexit
import gc

from dbt.plugins import dbtPlugin

from labour_monitor import (
    kept_parse,
    processes,
    rule_data,
    seed_files,
    spark_session,
    unread_events,
    unread_manifest,
)
from labour_monitor.landing import contract
from labour_monitor.landing.faults import report


class ReadableFiles(dbtPlugin):
    """Stops dbt where files of the project cannot be read; what they say wrongly is
    told by the in-door, together with the faults of the deliveries."""

    def initialize(self) -> None:
        if self.project_name == "labour_monitor":
            # dbt's manifest is a million objects that stay, and a build with its unit
            # tests leaves four million more. To look for garbage among them takes a
            # tenth of its time.
            gc.set_threshold(max(5_000_000, gc.get_threshold()[0]), 20, 20)
            # Nor is it looked for as the process ends, which takes it all with it.
            atexit.register(gc.freeze)
            processes.sort_fast()
            unread_events.leave_out()
            unread_manifest.leave_out()
            kept_parse.reuse()
            spark_session.install()
            contract.sources()
            seeds, _ = seed_files.read_all()
            if not all(seed.is_table for seed in seeds.values()):
                raise ValueError(report(rule_data.faults()))


plugins = [ReadableFiles]
