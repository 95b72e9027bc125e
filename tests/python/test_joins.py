"""How the models join, over the plans that DuckDB makes of them: no two tables that
grow with the people are compared row by row. Such a join takes hours where its tables
are ten times as large, and nobody sees it while they are small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor.compiled import CompiledProject
from labour_monitor.landing import contract

ROW_BY_ROW = ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN", "CROSS_PRODUCT")
NO_TABLE = ("DUMMY_SCAN", "COLUMN_DATA_SCAN", "EMPTY_RESULT", "HASH_GROUP_BY")
"""Parts of a plan that may have nothing below them: rows that stand in the query
itself, and the groups that a join makes of the rows beside it."""
FILES = "files of the landing"
ALLOWED = {
    "stg_bopael__overlaps": "one side is the delivery that is new",
    "int_run_inputs": "one side is the run",
    "int_finding_subjects_kept": "one side is the run",
}
"""Models that join so nevertheless, each with its reason."""

Plan = dict[str, Any]


def of_people(project: CompiledProject) -> set[str]:
    """The tables and views that have more rows where there are more people."""
    found = {*contract.sources(), "dream_weeks", "dream_reference_weeks"}
    found |= {"kept_citizens", FILES}
    for step in project.steps:  # each comes after those that it reads
        if found & {*step.parents}:
            found.add(step.name)
    return found


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan["children"]:
        yield from nodes(child)


def definitions(plan: Plan) -> dict[str, Plan]:
    """What stands behind the scans of a plan that read what another part has made."""
    found = {}
    for node in nodes(plan):
        more = node["extra_info"]
        if node["name"] == "CTE":
            found[more["Table Index"]] = node["children"][0]
        elif node["name"].endswith("DELIM_JOIN"):
            found[f"delim {more['Delim Index']}"] = node["children"][0]
    return found


def tables(plan: Plan, defined: dict[str, Plan]) -> set[str]:
    """The tables that a part of a plan reads; nothing of a part that is one row."""
    below, more = plan["children"], plan["extra_info"]
    match plan["name"]:
        case "UNGROUPED_AGGREGATE":
            return set()
        case "SEQ_SCAN":
            return {more["Table"].rpartition(".")[2]}
        case "READ_PARQUET":
            return {FILES}
        case "CTE_SCAN":
            return tables(defined[more["CTE Index"]], defined)
        case "DELIM_SCAN":
            return tables(defined[f"delim {more['Delim Index']}"], defined)
        case name:
            assert below or name in NO_TABLE, (
                f"a plan that this test cannot read: {name}"
            )
            return set().union(*(tables(child, defined) for child in below))


def find_landing(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """The views of the landing, which may have been made of another worker's folder, of
    this one, in which the same files lie: as in a first run every delivery is new."""
    ((before,),) = connection.execute("select landing_path from landing.run").fetchall()
    for (view,) in connection.execute(
        "select sql from duckdb_views() where schema_name = 'landing'"
    ).fetchall():
        moved = view.replace(before, str(landing))
        connection.execute(moved.replace("CREATE VIEW", "create or replace view", 1))


def test_no_two_tables_of_people_are_joined_row_by_row(workshop, february) -> None:
    project = workshop.compiled()
    large, found = of_people(project), set()
    with duckdb.connect(str(workshop.database)) as connection:
        find_landing(connection, workshop.landing)
        connection.execute("set variable citizen_key_secret = 'any'")
        for step in project.steps:
            ((_, text),) = connection.execute(
                f"explain (format json) {step.select}"
            ).fetchall()
            (plan,) = json.loads(text)
            defined = definitions(plan)
            for node in nodes(plan):
                if node["name"] in ROW_BY_ROW:
                    sides = [tables(child, defined) for child in node["children"]]
                    if all(side & large for side in sides):
                        found.add(step.name)
    assert found == {*ALLOWED}
