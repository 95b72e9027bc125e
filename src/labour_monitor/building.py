"""`make build`: registers, their check, `dbt build`, a summary.

What is done is not done again."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labour_monitor import fingerprints, project
from labour_monitor.landing import contract
from labour_monitor.landing.deliveries import delivered_dates

_INPUTS = (
    *("models", "macros", "seeds", "tests/sql", "analyses", "profiles", "src"),
    *("dbt_project.yml", "requirements.lock"),
)


@dataclass
class Stages:
    """How long each stage took, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        print(f"== {stage} ==", flush=True)
        begun = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - begun


def has_deliveries(landing: Path) -> bool:
    return any(delivered_dates(landing, name) for name in contract.sources())


def dbt(*arguments: str, database: Path, variables: dict[str, str]) -> int:
    """Run dbt on the project as its own process, with its output shown as it comes."""
    command = [str(Path(sys.executable).with_name("dbt")), *arguments]
    if variables:
        command += ["--vars", json.dumps(variables)]
    environment = os.environ | {"MONITORING_DUCKDB_PATH": str(database)}
    return subprocess.run(
        command, cwd=project.root(), env=environment, check=False
    ).returncode


def fingerprint(landing: Path, variables: dict[str, str]) -> str:
    """Changes with anything that a build depends on: deliveries, code, rules, vars."""
    digest = hashlib.sha256(json.dumps(variables, sort_keys=True).encode())
    digest.update(hashlib.sha256(project.citizen_key_secret().encode()).digest())
    for name in _INPUTS:
        digest.update(fingerprints.of_tree(name).digest.encode())
    for path in sorted(landing.rglob("*.parquet")):
        facts = path.stat()
        digest.update(f"{path}:{facts.st_size}:{facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def mark_of(database: Path) -> Path:
    """Where the last successful build of a database left what it was made from."""
    return database.with_suffix(".build.json")


def build(
    landing: Path,
    database: Path,
    as_of: str | None = None,
    generate: Callable[[Path], object] | None = None,
    docs: Path | None = None,
) -> tuple[int, Stages]:
    """Make the landing where it is empty, and everything from it where it changed.

    Args:
        landing: folder of the deliveries.
        database: the DuckDB file to build.
        as_of: as-of date (P3); None for the newest delivery date.
        generate: writes synthetic registers into an empty landing.
        docs: check the deliveries first, with the Data Docs in this folder, and build
            only where nothing is fatal; None for no check.

    Returns:
        dbt's exit code, or 1 where the check stops the build, and how long each stage
        took.
    """
    stages = Stages()
    if generate and not has_deliveries(landing):
        with stages.timed(f"synthetic registers in {_shown(landing)}"):
            generate(landing)
    variables = {"landing_path": str(landing)}
    if landing == project.root() / "data/landing":
        variables = {}  # the project's default: the plain `dbt build`
    if as_of:
        variables["as_of"] = as_of
    mark = mark_of(database)
    wanted = fingerprint(landing, variables)
    if database.exists() and mark.exists():
        done = json.loads(mark.read_text(encoding="utf-8"))
        if done["fingerprint"] == wanted:
            print("Nothing has changed since the last successful build.")
            return 0, stages
    if docs:
        with stages.timed("check of the deliveries"):
            may_build = _checked(landing, docs, as_of)
        if not may_build:
            return 1, stages
    mark.unlink(missing_ok=True)
    with stages.timed("dbt build"):
        code = dbt("build", database=database, variables=variables)
    if code == 0:
        mark.write_text(json.dumps({"fingerprint": wanted}) + "\n", encoding="utf-8")
    return code, stages


def docs_of(landing: Path, database: Path) -> Path:
    """Where the check before a build leaves its Data Docs."""
    if landing == project.root() / "data/landing":
        return project.root() / "data/quality"
    return database.parent / "quality"


def _checked(landing: Path, docs: Path, as_of: str | None) -> bool:
    """Check the deliveries and say shortly what was found; whether to go on."""
    # Great Expectations takes seconds to import: who does not check does not pay.
    from labour_monitor.quality import checking, findings

    try:
        outcome = checking.check(landing, docs, as_of)
    except FileExistsError as error:
        print(f"{error}. Nothing was built.", file=sys.stderr, flush=True)
        return False
    print(findings.brief(outcome))
    print(f"All findings: {_shown(docs / 'index.html')}", flush=True)
    if outcome.fatal:
        print(
            "Stopped before dbt: nothing was built. `labour-monitor check` says what\n"
            "to do and whom to ask; `labour-monitor build --no-check` builds all the\n"
            "same, where the in-door lets the deliveries in.",
            file=sys.stderr,
            flush=True,
        )
    return not outcome.fatal


def _shown(path: Path) -> str:
    root = project.root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
