"""`make spark-parity`: made-up registers with faults, two as-of dates, both engines
with all tests of dbt, and every mart of the one held against that of the other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb

from labour_monitor import fetching, project
from labour_monitor.landing.paths import parquet, place
from labour_monitor.parity import comparing, secrecy
from labour_monitor.synthetic import generate
from labour_monitor.synthetic.faults import FAULTS

CITIZENS = 2_000
DATES = ("2022-02-28", "2022-08-30")
"""Both have publications, and the second has revisions of the first."""
LATE = "2022-05-15"
BEGAN = ("2023-03-01T06:00:00", "2023-03-02T06:00:00")
"""When the run as of each of the dates begins, for both engines."""
TARGETS = {"duckdb": "duckdb", "spark": "spark_small"}
_UNTESTED = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_KILLED_AT = "int_citizen_month_history__part_2"
"""What is being written when a run is killed: some of what it keeps is there, and some
is not."""


def faults() -> list[str]:
    """The faults of the catalogue that stop no run; those last after which a column has
    another name, since the others look for it."""
    found = [name for name, fault in FAULTS.items() if fault.expected != "stop"]
    return sorted(found, key=lambda name: name.endswith("-names"))


def deliver_late_reports(landing: Path) -> None:
    """A delivery between the two dates, by which everybody in DREAM had work before the
    first of them: so there are revisions, with their causes."""
    folder = landing / "eindkomst" / f"delivered={LATE}"
    folder.mkdir()
    people = sorted((landing / "dream").glob("*/dream.parquet"))[0]
    duckdb.execute(
        f"copy (select 'late ' || pnr as indberetning_id, pnr, '99999999' as "
        "ajo_cvr_nr, 2021 as vmo_basis_aar, 10 as vmo_basis_maaned, "
        "'00' as vmo_indkomst_type_kode, 20.0 as ajo_loentimer, "
        "3000.0 as ajo_smalt_loenbeloeb, 'O' as ansaettelse_kode, "
        "cast(null as varchar) as vmo_tilbagefoersel_kode from "
        f"{parquet(people)}) to {place(folder / 'eindkomst.parquet')} (format parquet)"
    )


@dataclass(frozen=True)
class Engine:
    """An engine with a folder of its own: landing, tables, logs, marts as files."""

    name: str
    folder: Path
    master: str

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def marts(self) -> Path:
        return self.folder / "exported/marts"

    @property
    def database(self) -> Path:
        """What is published: of the other engine, what was fetched from it."""
        return self.folder / "monitoring.duckdb"

    def publish(self) -> Path:
        """An edition of the tables; its folder."""
        if self.name == "spark":
            fetching.fetch(self.marts.parent, self.database)
        into = self.folder / "published"
        command = [sys.executable, "-m", "labour_monitor", "publish"]
        command += ["--database", str(self.database), "--into", str(into)]
        done = subprocess.run(
            [*command, "--as-of", DATES[1]],
            cwd=project.root(),
            env={**os.environ, "CITIZEN_KEY_SECRET": secrecy.SECRET},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise click.ClickException(f"{self.name}: {done.stderr.strip()}")
        return into / "current"

    def made_ready(self, landing: Path) -> None:
        """Its folder, with a copy of the landing: it locks the cohort itself, and the
        receipts have both locks."""
        shutil.copytree(landing, self.landing)
        events = self.folder / "events"
        for folder in (self.marts, events):
            folder.mkdir(parents=True)
        # Spark writes down what it does, in files that can be searched for the secret.
        (self.folder / "spark-defaults.conf").write_text(
            "spark.eventLog.enabled true\n"
            "spark.eventLog.compress false\n"
            f"spark.eventLog.dir {events.as_uri()}\n"
        )

    def run(self) -> None:
        """A run as of the first date, and a build with all tests as of the second."""
        commands = [self._build(0, *_UNTESTED), self._build(1)]
        if self.name == "spark":
            commands.append(self._export())
        self._finished(self._started(0, commands))
        if self.name == "duckdb":
            comparing.write_tables(self.database, self.marts, comparing.marts())

    def run_killed(self) -> None:
        """The same, but that the second build is killed once while it keeps its rows:
        a process for each, as machines that fail leave them."""
        self._finished(self._started(0, [self._build(0, *_UNTESTED)]))
        part = self.folder / "warehouse/tables/state.db" / _KILLED_AT
        dbt = self._started(1, [self._build(1, *_UNTESTED)], is_group=True)
        while not part.exists() and dbt.poll() is None:
            time.sleep(0.02)
        if dbt.poll() is not None:
            raise click.ClickException(f"{self.name}: ended before it could be killed")
        os.killpg(dbt.pid, signal.SIGKILL)
        dbt.wait()
        click.echo(f"{self.name}: killed while it wrote {_KILLED_AT}")
        self._finished(self._started(1, [self._build(1), self._export()]))

    def _build(self, number: int, *options: str) -> list[str]:
        given = {"landing_path": str(self.landing), "as_of": DATES[number]}
        return ["build", *options, "--vars", json.dumps(given)]

    def _export(self) -> list[str]:
        given = {"folder": str(self.marts.parent)}
        return ["run-operation", "spark__export_tables", "--args", json.dumps(given)]

    def _started(
        self, number: int, commands: Sequence[Sequence[str]], is_group: bool = False
    ) -> subprocess.Popen:
        where = ["--target", TARGETS[self.name], "--quiet"]
        where += ["--target-path", str(self.folder / "target")]
        where += ["--log-path", str(self.folder / "logs")]
        environment, _ = project.environment_of_dbt()
        environment |= {
            "CITIZEN_KEY_SECRET": secrecy.SECRET,
            "MONITORING_DUCKDB_PATH": str(self.database),
            "SPARK_CONF_DIR": str(self.folder),
            "SPARK_DRIVER_MEMORY": "3g",
            "SPARK_MASTER": self.master,
            "SPARK_WAREHOUSE": str(self.folder / "warehouse"),
        }
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "labour_monitor.parity.dbt_at"),
                *BEGAN[number:],
                json.dumps([[*command, *where] for command in commands]),
            ],
            cwd=project.root(),
            env=environment,
            start_new_session=is_group,
        )

    def _finished(self, dbt: subprocess.Popen) -> None:
        if dbt.wait():
            log = self.folder / "logs/dbt.log"
            raise click.ClickException(f"{self.name}: dbt failed; see {log}")


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default="data/parity")
@click.option("--killed", is_flag=True, help="Kill a run of Spark once, in between.")
@click.option("--master", default="local[2]", help="Where Spark runs.")
def main(folder: Path, killed: bool, master: str) -> None:
    """Build with both engines and compare their marts."""
    folder = (project.root() / folder).absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    landing = folder / "landing"
    generate(landing, citizens=CITIZENS, faults=faults())
    deliver_late_reports(landing)
    engines = [Engine(name, folder / name, master) for name in TARGETS]
    for engine in engines:
        engine.made_ready(landing)
    begun = time.monotonic()
    with ThreadPoolExecutor(len(engines)) as beside:  # each leaves a core idle at times
        for done in [beside.submit(_run, engine, killed) for engine in engines]:
            done.result()
    seconds = time.monotonic() - begun
    click.echo(f"Two runs of both engines, and all tests, in {seconds:.0f} s")
    lines = differences(landing, engines)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        raise click.ClickException(f"{len(lines)} differences between the engines")
    n_marts = len(comparing.marts())
    click.echo(
        f"The {n_marts} marts of both engines are the same, cell by cell, and their "
        "editions byte by byte."
    )


def _run(engine: Engine, killed: bool) -> None:
    if killed and engine.name == "spark":
        engine.run_killed()
    else:
        engine.run()


def differences(landing: Path, engines: Sequence[Engine]) -> list[str]:
    """A line for all that is not as it should be."""
    first, second = engines
    grains, marts = comparing.grains(), comparing.marts()
    found = comparing.compare(first.marts, second.marts, marts, grains)
    lines = comparing.unexpected(found, comparing.allowed())
    lines += comparing.other_files(first.publish(), second.publish())
    for engine in engines:
        lines += [
            f"{file.relative_to(engine.folder)}: the secret of the keys is in it"
            for file in secrecy.files_with_secret([engine.folder])
        ]
        n_keys, n_foreign = secrecy.n_foreign_keys(engine.marts, landing)
        if n_foreign or not n_keys:
            lines.append(
                f"{engine.name}: of {n_keys:,} keys {n_foreign:,} are not SHA-256 of "
                "the secret and a person number"
            )
    return lines


if __name__ == "__main__":
    main()
