"""dbt, once or several times in one process, as if it were at a given time: the time of
a run is kept with its publications, and two engines do not run at the same second."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from labour_monitor import runs


def run(began: datetime, commands: Sequence[Sequence[str]]) -> int:
    """Commands of dbt, each an hour after the one before; the number that failed."""
    from dbt.cli.main import dbtRunner

    for number, command in enumerate(commands):
        at = began + timedelta(hours=number)
        runs.now = lambda at=at: at
        if not dbtRunner().invoke(list(command)).success:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(datetime.fromisoformat(sys.argv[1]), json.loads(sys.argv[2])))
