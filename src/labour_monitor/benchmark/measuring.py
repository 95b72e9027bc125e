"""How long a command takes, and in how much memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labour_monitor import project
from labour_monitor.files import read_json


class FailedError(RuntimeError):
    """A command that was measured failed. Its message is one line."""


@dataclass(frozen=True)
class Cost:
    """What a measure costs: wall time, the most memory that one of its processes had at
    a time, and how large the database is afterwards."""

    seconds: float
    memory_gb: float
    database_gb: float | None = None


def cost_of(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], log: Path
) -> Cost:
    """Run commands one after the other, from start to end of each process.

    Args:
        log: gets what they say.

    Raises:
        FailedError: one of them failed.
    """
    took = log.with_suffix(".json")
    launcher = [sys.executable, "-m", "labour_monitor.benchmark.launcher", str(took)]
    seconds, memory = 0.0, 0
    for command in commands:
        with log.open("w") as said:
            done = subprocess.run(
                [*launcher, *command],
                cwd=project.root(),
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            words = " ".join(Path(word).name for word in command[:2])
            raise FailedError(
                f"{words}: expected exit code 0; found {done.returncode}. What to "
                f"do: read {log}, which has its messages."
            )
        of_command = read_json(took)
        seconds += of_command["seconds"]
        memory = max(memory, of_command["memory_kib"])
    return Cost(seconds, memory / 2**20)


def median(costs: Sequence[Cost]) -> Cost:
    """Each figure's median over several runs."""
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.memory_gb for cost in costs),
        None
        if costs[0].database_gb is None
        else statistics.median(cost.database_gb for cost in costs),
    )
