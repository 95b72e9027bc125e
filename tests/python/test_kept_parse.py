"""What dbt parsed is parsed again where it would be another, and kept where not."""

from __future__ import annotations

import re
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
    "the usual target, named": {"named_target": "duckdb"},
}
READ_AGAIN = {
    "another var": {"exemption_list": "faq"},
    "one more var": {"as_of": "2023-03-28", "disclosure_limit": 10},
    "a database of another name": {"path": "data/another.duckdb"},
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


def test_dbt_takes_what_it_kept_for_a_run_with_other_vars(tmp_path) -> None:
    kept_parse.reuse()
    for name, text in {
        "dbt_project.yml": "{name: small, profile: small, model-paths: [models]}",
        "profiles.yml": "small: {target: here, outputs: {here: {type: duckdb}}}",
        "models/one.sql": 'select \'{{ var("as_of", "none") }}\' as as_of',
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    here = [f"--{option}-dir={tmp_path}" for option in ("project", "profiles")]

    def reasons(variables: str) -> list[str]:
        """Why dbt parsed all of the project, where it did."""
        told = []
        dbt = dbtRunner(callbacks=[told.append])
        result = dbt.invoke(["parse", "--quiet", *here, "--vars", variables])
        assert result.success, result.exception
        name = UnableToPartialParse.__name__
        return [event.data.reason for event in told if event.info.name == name]

    assert len(reasons("{as_of: '2023-02-28'}")) == 1
    assert reasons("{as_of: '2023-03-28'}") == []
    assert len(reasons("{another: '1'}")) == 1


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
