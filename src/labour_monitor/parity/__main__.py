"""`make spark-parity`: made-up registers with faults, two as-of dates, both engines
with all tests of dbt, and every mart of the one held against that of the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click

from labour_monitor import project
from labour_monitor.parity import comparing, secrecy
from labour_monitor.synthetic import generate
from labour_monitor.synthetic.faults import FAULTS

CITIZENS = 2_000
DATES = ("2022-02-28", "2022-08-30")
"""Both have publications, and the second has revisions of the first."""
BEGAN = "2023-03-01T06:00:00"
TARGETS = {"duckdb": "duckdb", "spark": "spark_small"}
_UNTESTED = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def faults() -> list[str]:
    """The faults of the catalogue that stop no run; those last after which a column has
    another name, since the others look for it."""
    found = [name for name, fault in FAULTS.items() if fault.expected != "stop"]
    return sorted(found, key=lambda name: name.endswith("-names"))


def commands(target: str, landing: Path, exported: Path) -> list[list[str]]:
    """What dbt does with one engine: a run as of the first date, a build with all tests
    as of the second, and the marts as files."""

    def at(as_of: str) -> list[str]:
        return ["--vars", json.dumps({"landing_path": str(landing), "as_of": as_of})]

    where = ["--target", target, "--target-path", str(exported.parent / "target")]
    where += ["--log-path", str(exported.parent / "logs"), "--quiet"]
    export = json.dumps({"schema": "marts", "folder": str(exported)})
    found = [
        ["build", *_UNTESTED, *at(DATES[0]), *where],
        ["build", *at(DATES[1]), *where],
    ]
    if target != "duckdb":
        found.append(
            ["run-operation", "spark__export_tables", "--args", export, *where]
        )
    return found


def run(folder: Path, engine: str, landing: Path) -> Path:
    """Let one engine build; the folder of its marts."""
    own = folder / engine
    exported = own / "marts"
    exported.mkdir()
    events = own / "events"
    events.mkdir()
    # Spark writes down what it does, in files that can be searched for the secret.
    (own / "spark-defaults.conf").write_text(
        "spark.eventLog.enabled true\n"
        "spark.eventLog.compress false\n"
        f"spark.eventLog.dir {events.as_uri()}\n"
    )
    environment, _ = project.environment_of_dbt()
    environment |= {
        "CITIZEN_KEY_SECRET": secrecy.SECRET,
        "SPARK_CONF_DIR": str(own),
        "MONITORING_DUCKDB_PATH": str(own / "monitoring.duckdb"),
        "SPARK_MASTER": "local[2]",
        "SPARK_DRIVER_MEMORY": "3g",
        "SPARK_WAREHOUSE": str(own / "warehouse"),
    }
    begun = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "labour_monitor.parity.dbt_at", BEGAN),
            json.dumps(commands(TARGETS[engine], landing, exported)),
        ],
        cwd=project.root(),
        env=environment,
    )
    if done.returncode:
        raise click.ClickException(f"{engine}: dbt failed; see {own / 'logs/dbt.log'}")
    if engine == "duckdb":
        database = own / "monitoring.duckdb"
        comparing.write_tables(database, exported, comparing.marts())
    click.echo(f"{engine}: two runs and all tests in {time.monotonic() - begun:.0f} s")
    return exported


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default="data/parity")
def main(folder: Path) -> None:
    """Build with both engines and compare their marts."""
    folder = (project.root() / folder).absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    original = folder / "landing"
    generate(original, citizens=CITIZENS, faults=faults())
    marts = {}
    for engine in TARGETS:
        # Each engine locks the cohort itself: the receipts have both locks.
        landing = shutil.copytree(original, folder / engine / "landing")
        marts[engine] = run(folder, engine, landing)
    tables = comparing.marts()
    found = comparing.compare(*marts.values(), tables, comparing.grains())
    lines = comparing.unexpected(found, comparing.allowed())
    lines += [
        f"{file.relative_to(folder)}: the secret of the keys is in it"
        for file in secrecy.files_with_secret([folder])
    ]
    for engine in TARGETS:
        n_keys, n_foreign = secrecy.n_foreign_keys(marts[engine], original)
        if n_foreign or not n_keys:
            lines.append(f"{engine}: of {n_keys:,} keys {n_foreign:,} are not SHA-256")
    for line in lines:
        click.echo(line, err=True)
    if lines:
        raise click.ClickException(f"{len(lines)} differences between the engines")
    click.echo(f"The {len(tables)} marts of both engines are the same, cell by cell.")


if __name__ == "__main__":
    main()
