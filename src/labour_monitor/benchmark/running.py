"""The measures, one after the other, on registers of one size."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from labour_monitor import project, rule_data
from labour_monitor.benchmark import baseline, landings, measures
from labour_monitor.benchmark.measuring import Cost, FailedError, cost_of, median
from labour_monitor.files import read_json, write_json, written
from labour_monitor.landing.paths import place, the_file
from labour_monitor.synthetic.writing import delivery_file

RESULTS = "results.json"
_BIN = Path(sys.executable).parent
_DBT, _LABOUR_MONITOR = str(_BIN / "dbt"), str(_BIN / "labour-monitor")


def default_folder() -> Path:
    """Below the project's data, where editions of what is built may lie."""
    return project.root() / "data/bench"


class _Bench:
    """A folder with a landing, the database under way and the messages of commands."""

    def __init__(self, folder: Path, citizens: int) -> None:
        self.landing = folder / f"landing-{citizens}"
        self._log = folder / "last.log"
        self._work = folder / "work"
        self._database = self._work / "bench.duckdb"
        self._by_hand = folder / "by_hand.duckdb"
        environment, _ = project.environment_of_dbt()
        self._environment = environment | {
            "MONITORING_DUCKDB_PATH": str(self._database)
        }

    def run_once(self) -> Iterator[tuple[str, Cost]]:
        """Each measure with its cost. The figures are compared after the first full run
        and after the one that found most things done before."""
        *_, month_before, _ = landings.dates(self.landing)
        self._by_hand.unlink(missing_ok=True)
        yield (
            measures.BASELINE,
            self._cost(
                [
                    *(sys.executable, "-m", "labour_monitor.benchmark.baseline"),
                    *(str(self.landing), str(self._by_hand)),
                ]
            ),
        )
        self._begin_anew()
        yield measures.FIRST_RUN, self._built(self._dbt("seed"), self._dbt("run"))
        self._compare()
        yield measures.SAME_RUN, self._built(self._dbt("run"))
        self._begin_anew()
        build = self._dbt("build", "--exclude-resource-type", "unit_test")
        yield measures.DBT_BUILD, self._built(build)
        self._begin_anew()
        build = [_LABOUR_MONITOR, "build", "--landing", str(self.landing)]
        before = [*build, "--as-of", month_before.isoformat()]
        yield measures.BUILD, self._built(before)
        yield measures.NEXT_MONTH, self._built(build)
        self._compare()
        yield measures.LAND, self._landed()
        shutil.rmtree(self._work)

    def _dbt(self, *arguments: str) -> list[str]:
        variables = json.dumps({"landing_path": str(self.landing)})
        folders = ("--target", project.TARGET)
        folders += ("--target-path", str(self._work / "target"))
        folders += ("--log-path", str(self._work / "logs"))
        return [_DBT, *arguments, "--vars", variables, *folders]

    def _begin_anew(self) -> None:
        """As in a fresh clone: no database, nothing parsed, and no cohort locked."""
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir()
        for cohort in rule_data.locked_cohorts():
            (self.landing / cohort.control_file).unlink(missing_ok=True)

    def _cost(self, *commands: Sequence[str]) -> Cost:
        return cost_of(commands, self._environment, self._log)

    def _built(self, *commands: Sequence[str]) -> Cost:
        cost = self._cost(*commands)
        return replace(cost, database_gb=self._database.stat().st_size / 2**30)

    def _landed(self) -> Cost:
        """The newest DREAM, from CSV as STAR writes it."""
        newest = landings.dates(self.landing)[-1]
        file, target = self._work / "dream.csv", self._work / "landed"
        with written(file) as aside:
            duckdb.execute(
                f"copy (from {the_file(delivery_file(self.landing, 'dream', newest))}) "
                f"to {place(aside)} (format csv, header, delimiter ';')"
            )
        land = [_LABOUR_MONITOR, "land", "dream", str(file)]
        return self._cost(
            [*land, "--delivered", newest.isoformat(), "--landing", str(target)]
        )

    def _compare(self) -> None:
        with duckdb.connect(str(self._by_hand), read_only=True) as connection:
            found = baseline.differences(connection, self._database)
        if found:
            raise FailedError("\n".join(map(str, found)))


def run(
    folder: Path, citizens: int, n_runs: int | None, say: Callable[[str], None]
) -> dict[str, Any]:
    """Measure everything on so many citizens, and keep it beside what was measured on
    others.

    Args:
        n_runs: of how many runs the median is taken; None for what the size allows.

    Raises:
        FailedError: a command failed, or a figure differs from the baseline's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bench = _Bench(folder.resolve(), citizens)
    say(f"registers of {citizens:,} citizens: {bench.landing}")
    landings.make(bench.landing, citizens, say)
    costs: dict[str, list[Cost]] = defaultdict(list)
    n_runs = n_runs or measures.runs_of(citizens)
    for number in range(1, n_runs + 1):
        for measure, cost in bench.run_once():
            say(f"run {number} of {n_runs}: {measure}: {cost.seconds:.1f} s")
            costs[measure].append(cost)
    result = {
        "machine": machine(),
        "date": date.today().isoformat(),
        "runs": n_runs,
        "share_of_new_wages": landings.share_of_new_wages(bench.landing),
        "costs": {name: asdict(median(costs[name])) for name in measures.MEASURES},
    }
    results = kept(folder) | {citizens: result}
    write_json(folder / RESULTS, {str(n): results[n] for n in sorted(results)})
    return result


def kept(folder: Path) -> dict[int, dict[str, Any]]:
    """What was measured last on each number of citizens."""
    file = folder / RESULTS
    if not file.exists():
        return {}
    return {int(citizens): found for citizens, found in read_json(file).items()}


def machine() -> str:
    """What the figures were measured with."""
    processor = platform.processor() or platform.machine()
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    versions = (("Python", platform.python_version()),)
    versions += tuple((p, version(p)) for p in ("duckdb", "dbt-core", "dbt-duckdb"))
    return (
        f"{cores} cores of {processor}, {memory:.0f} GB, {platform.system()}; "
        + ", ".join(f"{name} {number}" for name, number in versions)
    )


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
