"""dbt, once or several times in one process, as if it were at given times: the time of
a run is kept with its publications, and two engines do not run at the same second."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime

from labour_monitor import runs


def run(times: Sequence[datetime], commands: Sequence[Sequence[str]]) -> bool:
    """Commands of dbt, each at its time, and all others at the last; whether all of
    them succeeded."""
    from dbt.cli.main import dbtRunner

    for number, command in enumerate(commands):
        at = times[min(number, len(times) - 1)]
        runs.now = lambda at=at: at
        if not dbtRunner().invoke(list(command)).success:
            return False
    return True


if __name__ == "__main__":
    *given, text = sys.argv[1:]
    sys.exit(not run([datetime.fromisoformat(at) for at in given], json.loads(text)))
