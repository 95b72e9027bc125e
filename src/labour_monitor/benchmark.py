"""`make bench`: how long landing, the models and their tests take at real sizes, and in
how much memory. The figures are printed and written to a file that is not in git."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from labour_monitor import building, project
from labour_monitor.files import write_json, written
from labour_monitor.landing.paths import parquet, place
from labour_monitor.synthetic import generate

LANDING = "landing wide DREAM from CSV (labour-monitor land)"
LIMITS = {
    LANDING: 120.0,
    "all models (dbt seed, dbt run)": 25.0,
    "all models and tests (dbt build)": 75.0,
}
"""Seconds at a tenth of the nation, with both initiatives, on two cores."""
MEMORY_LIMIT_GB = 4.0

_RUN = """
import json, resource, sys, time
from dbt.cli.main import dbtRunner
variables = sys.argv[1]
begun = time.monotonic()
for command in sys.argv[2:]:
    result = dbtRunner().invoke(
        [command, "--vars", variables, "--quiet", "--log-level-file", "none"]
    )
    if not result.success:
        sys.exit(1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": time.monotonic() - begun, "peak_gb": peak / 2**20}))
"""


def _measure(commands: list[str], landing: Path, database: Path) -> dict[str, float]:
    """Run dbt commands in one process from an empty database; wall time and memory."""
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    begun = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-c", _RUN),
            json.dumps({"landing_path": str(landing)}),
            *commands,
        ],
        cwd=project.root(),
        env=os.environ | {"MONITORING_DUCKDB_PATH": str(database)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"dbt {', '.join(commands)} failed:\n{done.stdout}")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    figures["seconds_with_start"] = time.monotonic() - begun
    return figures


_LAND = """
import json, resource, sys, time
from labour_monitor import cli
begun = time.monotonic()
if cli.main(sys.argv[1:]):
    sys.exit(1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": time.monotonic() - begun, "peak_gb": peak / 2**20}))
"""


def _measure_landing(landing: Path, folder: Path) -> dict[str, float]:
    """Land the newest DREAM from CSV as STAR writes it; wall time and memory."""
    newest = max((landing / "dream").glob("delivered=*/*.parquet"))
    delivered = newest.parent.name.removeprefix("delivered=")
    file, target = folder / f"{landing.name}-dream.csv", folder / "landed"
    if not file.exists():
        with written(file) as aside:
            duckdb.execute(
                f"copy (from {parquet(newest)}) to {place(aside)} "
                "(format csv, header, delimiter ';')"
            )
    shutil.rmtree(target, ignore_errors=True)
    arguments = ["land", "dream", str(file), "--delivered", delivered]
    done = subprocess.run(
        [sys.executable, "-c", _LAND, *arguments, "--landing", str(target)],
        cwd=project.root(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    shutil.rmtree(target, ignore_errors=True)
    if done.returncode:
        raise RuntimeError(f"landing failed:\n{done.stdout}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def run(folder: Path, citizens: int, progress: Callable[[str], None]) -> int:
    """Measure, print and write `results.json`; 1 where a limit is passed.

    The limits are for a tenth of the nation; for another size they are shown only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    landing, database = folder / f"landing-{citizens}", folder / "bench.duckdb"
    results: dict[str, dict[str, float]] = {}
    if building.is_empty(landing):
        begun = time.monotonic()
        generate(landing, citizens=citizens, progress=progress)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        results["synthetic registers"] = {
            "seconds": time.monotonic() - begun,
            "peak_gb": peak,
        }
    results[LANDING] = _measure_landing(landing, folder)
    results["all models (dbt seed, dbt run)"] = _measure(
        ["seed", "run"], landing, database
    )
    results["all models and tests (dbt build)"] = _measure(["build"], landing, database)
    passed = True
    for name, figures in results.items():
        limit = LIMITS.get(name)
        print(
            f"{name}: {figures['seconds']:.1f} s"
            + (f" (limit {limit:.0f} s)" if limit else "")
            + f", peak {figures['peak_gb']:.2f} GB"
        )
        passed &= limit is None or (
            figures["seconds"] <= limit and figures["peak_gb"] <= MEMORY_LIMIT_GB
        )
    file = folder / "results.json"
    write_json(file, {"citizens": citizens, "results": results})
    print(f"{citizens:,} citizens; written to {file}")
    return 0 if passed or citizens != 530_000 else 1
