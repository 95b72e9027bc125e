"""What dbt parsed is parsed again where it would be another, and kept where not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from textwrap import dedent
from types import SimpleNamespace

import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.artifacts.resources.types import NodeType
from dbt.cli.main import dbtRunner
from dbt.contracts.files import FileHash
from dbt.events.types import UnableToPartialParse
from dbt.parser.manifest import ManifestLoader

from labour_monitor import compiled, kept_parse, project

USUAL = {"named_target": None, "target": "duckdb", "path": "data/monitoring.duckdb"}
KEPT = {
    "another as-of date": {"as_of": "2023-03-28"},
    "another landing": {"landing_path": "/elsewhere/landing"},
    "a database in another folder": {"path": "/elsewhere/monitoring.duckdb"},
    "a database of another name": {"path": "data/another.duckdb"},
    "the usual target, named": {"named_target": "duckdb"},
}
READ_AGAIN = {
    "another var": {"exemption_list": "faq"},
    "one more var": {"as_of": "2023-03-28", "disclosure_limit": 10},
    "another target": {"target": "spark", "named_target": "spark"},
    "another setting of the connection": {"config_options": {"memory_limit": "8GB"}},
}


def state_check(**given: object) -> tuple[FileHash, FileHash]:
    """What dbt compares with the run before, of a command that is given these."""
    kept_parse.reuse()
    of_connection = {k: given.pop(k) for k in ("path", "config_options") if k in given}
    connection = {"schema": "main", "path": USUAL["path"], **of_connection}
    named = given.pop("named_target", USUAL["named_target"])
    config = SimpleNamespace(
        profile_name="labour_monitor",
        target_name=given.pop("target", USUAL["target"]),
        args=SimpleNamespace(profile=None, target=named),
        cli_vars=given,
        project_env_vars={},
        credentials=DuckDBCredentials.from_dict(connection),
    )
    loader = SimpleNamespace(root_project=config, all_projects={})
    check = ManifestLoader.build_manifest_state_check(loader)
    return check.vars_hash, check.profile_hash


@pytest.mark.parametrize("given", KEPT.values(), ids=KEPT)
def test_what_changes_nothing_that_is_parsed_has_nothing_parsed_again(given) -> None:
    assert state_check(**given) == state_check()


@pytest.mark.parametrize("given", READ_AGAIN.values(), ids=READ_AGAIN)
def test_what_may_change_it_has_all_parsed_again(given) -> None:
    assert state_check(**given) != state_check()


@pytest.fixture
def small(tmp_path) -> Callable[..., tuple[list[str], dict]]:
    """A small project, parsed with these vars for a database of this name: why dbt
    parsed all of it, where it did, and what it is then."""
    kept_parse.reuse()
    for name, text in {
        "dbt_project.yml": "{name: small, profile: small, model-paths: [models]}",
        "profiles.yml": "small: {target: here, outputs: {here: {type: duckdb, "
        "path: \"{{ env_var('SMALL_DATABASE') }}\"}}}",
        "models/one.sql": 'select \'{{ var("as_of", "none") }}\' as as_of',
        "models/two.sql": "{{ config(enabled=false) }} select * from {{ ref('one') }}",
        "models/days.sql": "{{ config(materialized='table') }} select 1 as day",
        "models/three.sql": "select * from {{ source('files', 'four') }}",
        "tests/nobody.sql": "select * from {{ ref('one') }} where as_of is null",
        "tests/all.yml": "data_tests: [{name: nobody, description: Nobody is there.}]",
        "models/all.yml": """
            sources: [{name: files, tables: [{name: four}]}]
            models:
              - {name: one, columns: [{name: as_of, data_tests: [not_null]}]}
              - name: days
                time_spine: {standard_granularity_column: day}
                columns: [{name: day, granularity: day}]
            semantic_models:
              - name: things
                model: ref('one')
                entities: [{name: thing, type: primary, expr: as_of}]
                defaults: {agg_time_dimension: day}
                dimensions:
                  - {name: day, type: time, type_params: {time_granularity: day}}
            """,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text))
    here = [f"--{option}-dir={tmp_path}" for option in ("project", "profiles")]

    def small(
        variables: str = "{}",
        name: str = "one",
        target: str = "target",
        options: Sequence[str] = (),
    ) -> tuple[list[str], dict]:
        told = []
        dbt = dbtRunner(callbacks=[told.append])
        given = ["--target-path", str(tmp_path / target), "--vars", variables, *options]
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("SMALL_DATABASE", str(tmp_path / f"{name}.duckdb"))
            result = dbt.invoke(["parse", "--quiet", *here, *given])
        assert result.success, result.exception
        of_dbt = UnableToPartialParse.__name__
        reasons = [event.data.reason for event in told if event.info.name == of_dbt]
        parsed = json.loads(json.dumps(result.result.to_dict(), default=str))
        return reasons, {k: v for k, v in parsed.items() if k != "metadata"}

    return small


def without_times(parsed: object) -> object:
    if isinstance(parsed, dict):
        return {k: without_times(v) for k, v in parsed.items() if k != "created_at"}
    if isinstance(parsed, list):
        return [without_times(value) for value in parsed]
    return parsed


def test_dbt_takes_what_it_kept_for_a_run_with_other_vars(small) -> None:
    assert len(small("{as_of: '2023-02-28'}")[0]) == 1
    assert small("{as_of: '2023-03-28'}")[0] == []
    assert len(small("{another: '1'}")[0]) == 1


def test_what_it_kept_is_for_another_database_what_it_would_parse(small) -> None:
    _, of_one = small(name="one")
    reasons, kept = small(name="another one")
    assert reasons == []
    _, parsed = small(name="another one", target="anew")
    assert without_times(kept) == without_times(parsed)
    named = {
        (of, node["database"], node["relation_name"].partition(".")[0])
        for parsed, of in ((of_one, "one"), (kept, "another one"))
        for node in (*parsed["nodes"].values(), *parsed["sources"].values())
        if node["relation_name"]
    }
    assert named == {(of, of, f'"{of}"') for of in ("one", "another one")}


def test_a_test_is_described_after_its_file_has_changed(small, tmp_path) -> None:
    def described() -> str:
        return small()[1]["nodes"]["test.small.nobody"]["description"]

    assert described() == "Nobody is there."
    file = tmp_path / "tests/nobody.sql"
    file.write_text(f"{file.read_text()} or as_of = ''")
    assert described() == "Nobody is there."
    (tmp_path / "tests/all.yml").write_text("data_tests: [{name: nobody}]")
    assert described() == ""


def test_commands_that_run_dbt_begin_with_what_it_kept(
    monkeypatch, small, tmp_path
) -> None:
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    assert compiled._from_kept_parse() == []
    assert len(small()[0]) == 1
    options = compiled._from_kept_parse()
    assert small(target="of a command", options=options)[0] == []
    assert len(small(target="of another")[0]) == 1


def test_where_tables_are_named_in_two_ways_they_are_parsed_again() -> None:
    def kept(**of_a_model: str | None) -> SimpleNamespace:
        node = SimpleNamespace(database="one", relation_name='"one"."main"."a"')
        other = SimpleNamespace(**{**vars(node), **of_a_model})
        nodes = {"a": node, "b": other}
        kinds = {"sources": {}, "disabled": {}, "semantic_models": {}}
        return SimpleNamespace(nodes=nodes, **kinds)

    assert kept_parse.rename(kept(), "another")
    assert kept_parse.rename(kept(relation_name=None), "another")
    two_databases = kept(database="two", relation_name='"two"."main"."b"')
    assert not kept_parse.rename(two_databases, "another")
    assert not kept_parse.rename(kept(database="two", relation_name=None), "another")
    assert not kept_parse.rename(kept(relation_name="one.main.b"), "another")


def test_the_vars_of_a_run_are_read_by_its_hooks_alone() -> None:
    """What would follow from them in a configuration or a reference, or in the SQL of a
    node that is rendered while it is parsed, would be that of another run."""
    names = "|".join(kept_parse.OF_A_RUN)
    of_a_run = re.compile(rf"""\bvar\(\s*["']({names})\b""")
    root = project.root()
    folders = ("models", "macros", "seeds", "analyses", "tests/sql")
    files = [f for folder in folders for f in (root / folder).rglob("*.*")]
    files += [root / "dbt_project.yml", *(root / "profiles").rglob("*.yml")]
    found = {
        file.relative_to(root).parent.as_posix()
        for file in files
        if file.suffix in (".sql", ".yml")
        and of_a_run.search(file.read_text(encoding="utf-8"))
    }
    assert found == {"macros/landing"}

    manifest = compiled.manifest("monitoring")
    asking = {k for k, m in manifest.macros.items() if of_a_run.search(m.macro_sql)}
    assert asking
    while more := {
        key
        for key, macro in manifest.macros.items()
        if key not in asking and asking.intersection(macro.depends_on.macros)
    }:
        asking |= more
    nodes = {
        node.resource_type
        for node in manifest.nodes.values()
        if asking.intersection(node.depends_on.macros)
    }
    assert nodes == {NodeType.Operation}
    # How old a source is, is worked out when it is asked for.
    assert {s.loaded_at_query for s in manifest.sources.values()} <= {
        "{{ newest_delivery(model.name) }}",
        None,
    }


def test_dbt_is_told_so_when_it_reads_this_project(monkeypatch) -> None:
    import dbt_labour_monitor

    told = []
    monkeypatch.setattr(kept_parse, "reuse", lambda: told.append("told"))
    (plugin,) = dbt_labour_monitor.plugins
    plugin("another_project")
    assert told == []
    plugin("labour_monitor")
    assert told == ["told"]
