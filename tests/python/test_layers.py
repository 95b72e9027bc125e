"""The way of the data, over dbt's manifest: landing, staging, intermediate, state,
published, marts. Nothing refers back, and no two folders refer to each other."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import PurePath

import pytest

from labour_monitor import compiled, project
from labour_monitor.landing import contract

SOURCES = contract.sources()
LAYERS = ("staging", "intermediate", "state", "published", "marts")
ALLOWED = {
    (f"stg_eindkomst__{name}", "int_monitored_citizens"): (
        "the largest register is read for those alone whose status is asked for; no "
        "wage decides who that is"
    )
    for name in ("kept_rows", "wage_reports")
}
"""References that break a rule, each with its reason: model and the model it reads."""
MARTS_THAT_READ_MARTS = {
    "fct_published_table": "it is about the tables of the marts, as they are",
}
KEPT_OF_DELIVERIES = {
    *(f"stg_{name}__exceptions" for name, s in SOURCES.items() if s.kind == "snapshot"),
    *(f"stg_{name}__kept_rows" for name, s in SOURCES.items() if s.kind == "increment"),
    *("stg_dream__weeks_read", "stg_bopael__overlaps", "int_cohort_benefit_weeks"),
}
"""The models that look at a delivery once (`landing/keeping.py`)."""
FILLED_BY_PUBLISH = {"fct_disclosure"}
"""The mart whose rows no model makes: `labour-monitor publish` puts them in."""
LONGEST_PATH = 32
"""Models that depend on each other one after the other, at the most. It was 38."""
WIDENED = {"int_publication_rules_kept"}
"""State to which a column came after version 1.0: null in the rows from before."""


class Models:
    """The models of the project: folder, materialization and what each reads."""

    def __init__(self, manifest) -> None:
        nodes = {
            key: node
            for key, node in manifest.nodes.items()
            if node.resource_type == "model"
        }
        self.folders = {
            node.name: PurePath(node.original_file_path).parts[1:-1]
            for node in nodes.values()
        }
        self.configs = {node.name: node.config for node in nodes.values()}
        self.schemas = {node.name: node.schema for node in nodes.values()}
        self.columns = {node.name: set(node.columns) for node in nodes.values()}
        self.reads = {
            node.name: {nodes[p].name for p in node.depends_on.nodes if p in nodes}
            for node in nodes.values()
        }
        self.sources = {
            node.name: [p for p in node.depends_on.nodes if p.startswith("source.")]
            for node in nodes.values()
        }

    def layer(self, name: str) -> int:
        return LAYERS.index(self.folders[name][0])

    def appended(self) -> set[str]:
        return {
            name for name, c in self.configs.items() if c.materialized == "incremental"
        }

    def references(self) -> list[tuple[str, str]]:
        return [
            (name, read)
            for name, parents in self.reads.items()
            for read in parents
            if (name, read) not in ALLOWED
        ]


@pytest.fixture(scope="module")
def models() -> Models:
    return Models(compiled.manifest("monitoring"))


def test_every_model_lies_in_a_layer(models) -> None:
    assert {folder[0] for folder in models.folders.values()} == set(LAYERS)


def test_no_model_reads_a_later_layer(models) -> None:
    back = [
        (name, read)
        for name, read in models.references()
        if models.layer(read) > models.layer(name)
    ]
    assert back == []


def test_nobody_reads_a_mart(models) -> None:
    """But for a mart that is about the marts."""
    readers = {
        name
        for name, read in models.references()
        if models.layer(read) == LAYERS.index("marts")
    }
    assert readers == set(MARTS_THAT_READ_MARTS)


def test_no_two_folders_refer_to_each_other(models) -> None:
    """Nor do several in a circle: the folders have an order."""
    below: dict[tuple, set[tuple]] = defaultdict(set)
    for name, read in models.references():
        if models.folders[name] != models.folders[read]:
            below[models.folders[name]].add(models.folders[read])
    left = set(models.folders.values())
    while left:
        first = {folder for folder in left if not below[folder] & left}
        assert first, f"a circle of folders: {sorted(left)}"
        left -= first


def test_staging_alone_reads_the_registers(models) -> None:
    of_the_run = {"run", "inputs", "deliveries", "cohort_lock", "built"}
    readers = {
        name
        for name, sources in models.sources.items()
        if {source.rsplit(".", 1)[-1] for source in sources} - of_the_run
    }
    assert {models.folders[name][0] for name in readers} == {"staging"}


def test_state_is_what_is_appended_to_and_lies_in_its_folder(models) -> None:
    appended = models.appended() - KEPT_OF_DELIVERIES - FILLED_BY_PUBLISH
    assert appended == {
        name for name, folder in models.folders.items() if folder[0] == "state"
    }
    for name in appended:
        config = models.configs[name]
        assert (config.incremental_strategy, config.full_refresh) == ("append", False)
        widened = "append_new_columns" if name in WIDENED else "fail"
        assert config.on_schema_change == widened
        assert models.schemas[name] == "state"


def test_a_date_before_the_last_leaves_its_whole_publication_behind(models) -> None:
    """What another run made of it would be of that run's rules. Its receipt comes when
    the run ends, and findings are of a whole build."""
    left, new = set(), set(compiled.STATE)
    while new:
        left |= new
        new = {read for name in new for read in models.reads[name]} - left
    state = {name for name, folder in models.folders.items() if folder[0] == "state"}
    assert state - left == {"int_receipts_kept", "int_finding_subjects_kept"}


def test_what_is_kept_of_deliveries_is_no_state(models) -> None:
    """Every register has a table of its own for it, in which each row has the key of
    its delivery; a run throws away what is of no delivery that it reads."""
    kept = models.appended() & KEPT_OF_DELIVERIES
    assert kept == KEPT_OF_DELIVERIES
    for name in kept:
        config = models.configs[name]
        assert models.folders[name][0] == models.schemas[name]
        assert (config.incremental_strategy, config.full_refresh) == ("append", False)
        assert config.on_schema_change == "sync_all_columns"
        assert "delivery_key" in models.columns[name]


def test_work_tables_say_nothing_of_the_run_itself(models) -> None:
    """They stay as they are in a run of the same inputs, whatever its number and time.
    A table that says these reads them from the landing, and is made always."""
    of_the_run = {"run_number", "started_at", "keeping_number", "run_at"}
    tables = {name for name, c in models.configs.items() if c.materialized == "table"}
    found = {
        name
        for name in tables
        if models.folders[name][0] in ("staging", "intermediate")
        and models.columns[name] & of_the_run
    }
    assert found == {"int_as_of"}
    assert "source.labour_monitor.landing.run" in models.sources["int_as_of"]


def test_all_other_state_and_every_mart_wait_for_the_lock(models) -> None:
    """C8: a run that stops there leaves them as they were."""
    waiting = [
        name
        for name in models.folders
        if models.layer(name) >= LAYERS.index("state")
        and name != "int_cohort_locked"
        and "int_cohort_locked" not in models.reads[name]
    ]
    assert waiting == []


def test_the_way_does_not_grow_longer(models) -> None:
    lengths: dict[str, int] = {}

    def length(name: str) -> int:
        if name not in lengths:
            lengths[name] = 1 + max(map(length, models.reads[name]), default=0)
        return lengths[name]

    longest = max(models.reads, key=length)
    path = [longest]
    while models.reads[path[-1]]:
        path.append(max(models.reads[path[-1]], key=length))
    assert all(second in models.reads[first] for first, second in pairwise(path))
    assert len(path) <= LONGEST_PATH, " <- ".join(path)


SAYING_SPARK = {
    *("src/dbt_labour_monitor/__init__.py", "src/labour_monitor/hooks.py"),
    *("src/labour_monitor/landing/dialects.py", "src/labour_monitor/spark_session.py"),
    *("src/labour_monitor/cli.py", "src/labour_monitor/fetching.py"),
    *("src/labour_monitor/landing/layout.py", "src/labour_monitor/synthetic/faults.py"),
}
"""Who knows the second engine: its dialect, how it is reached, how its tables are
fetched, and what it leaves beside files that it writes. What compares the engines knows
both."""


def test_an_engine_is_named_where_engines_differ_and_nowhere_else() -> None:
    root = project.root()
    folders = ("models", "macros", "seeds", "analyses", "tests/sql", "src")
    files = (f for folder in folders for f in (root / folder).rglob("*.*"))
    found = {
        str(file.relative_to(root))
        for file in files
        if file.suffix in (".sql", ".yml", ".csv", ".py")
        and "spark" in file.read_text(encoding="utf-8").casefold()
    }
    may = ("macros/cross_db/", "src/labour_monitor/parity/")
    assert {name for name in found if not name.startswith(may)} == SAYING_SPARK
