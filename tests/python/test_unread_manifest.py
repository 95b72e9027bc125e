"""The manifest that dbt writes: once, and complete."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from labour_monitor import unread_manifest

SOUND, BROKEN = "select 1 as n", "select n from nowhere"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project of one model. dbt parses its own macros for it once."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in {
        "dbt_project.yml": "{name: small, profile: small, model-paths: [models]}",
        "profiles.yml": "small: {target: here, outputs: {here: {type: duckdb}}}",
        "seeds/two.csv": "n\n2\n",
        "models/all.yml": "models: [{name: one, columns: [{name: n, data_tests: "
        "[not_null]}]}]",
    }.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture
def written(project, monkeypatch) -> Callable[..., list[dict]]:
    """The manifests that a command writes, in turn; the last one lies in `target`."""
    unread_manifest.leave_out()
    found: list[dict] = []
    write = Manifest.write

    def noted(self: Manifest, path: str) -> None:
        write(self, path)
        found.append(json.loads(Path(path).read_text()))

    monkeypatch.setattr(Manifest, "write", noted)

    def written(command: str, model: str = SOUND) -> list[dict]:
        (project / "models/one.sql").write_text(model)
        folders = [f"--{option}-dir={project}" for option in ("project", "profiles")]
        target = project / "target"
        dbtRunner().invoke([command, "--quiet", *folders, "--target-path", str(target)])
        assert found[-1] == json.loads((target / "manifest.json").read_text())
        assert (target / "semantic_manifest.json").exists()
        return found

    return written


@pytest.mark.parametrize("model", [SOUND, BROKEN], ids=["sound", "broken"])
@pytest.mark.parametrize("command", sorted(unread_manifest.WRITTEN_AT_THE_END))
def test_a_command_that_writes_it_at_the_end_writes_it_once(
    written, command, model
) -> None:
    (manifest,) = written(command, model)
    of_model = manifest["nodes"]["model.small.one"]
    is_compiled = command in ("build", "run")
    assert of_model.get("compiled_code") == (model if is_compiled else None)


@pytest.mark.parametrize("command", ["parse", "ls"])
def test_a_command_that_makes_nothing_writes_it_all_the_same(written, command) -> None:
    (manifest,) = written(command)
    assert "model.small.one" in manifest["nodes"]
