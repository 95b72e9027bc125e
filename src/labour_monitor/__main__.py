"""The command `labour-monitor`: where not even its parts can be put together, because a
file of the project cannot be read, that is one line too."""

from __future__ import annotations

import signal
import sys

from labour_monitor.files import ContentError
from labour_monitor.processes import collect_rarely, sort_fast


def main() -> int:
    """Run the command; its exit code. Whoever ends it, by a signal or by closing the
    terminal, ends what it started too, as with Ctrl-C: else dbt would go on unseen, and
    keep the database."""
    collect_rarely()
    sort_fast()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, signal.default_int_handler)
    try:
        from labour_monitor import cli
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
