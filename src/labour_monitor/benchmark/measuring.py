"""How long a command takes, and in how much memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labour_monitor import project


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
    seconds, memory = 0.0, 0
    for command in commands:
        with log.open("w") as said:
            begun = time.monotonic()
            process = subprocess.Popen(
                command,
                cwd=project.root(),
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                process.terminate()
                raise
            seconds += time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            words = " ".join(Path(word).name for word in command[:2])
            raise FailedError(
                f"{words}: expected exit code 0; found {process.returncode}. What to "
                f"do: read {log}, which has its messages."
            )
        memory = max(memory, usage.ru_maxrss)
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
