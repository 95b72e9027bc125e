"""The command `labour-monitor`: where not even its parts can be put together, because a
file of the project cannot be read, that is one line too."""

from __future__ import annotations

import sys

from labour_monitor.files import ContentError


def main() -> int:
    """Run the command; its exit code."""
    try:
        from labour_monitor import cli
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
