"""Starts a command, waits for it, and writes what it took. A process of its own, and a
small one: the system counts the most memory that the starting process ever had as the
command's."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time


def launch(into: str, command: list[str]) -> int:
    """Run a command; its exit code. Its seconds, and the memory in KiB that the largest
    of its processes had, are written into a file."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    with subprocess.Popen(command) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            raise
    seconds = time.monotonic() - begun
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open(into, "w") as file:
        json.dump({"seconds": seconds, "memory_kib": memory}, file)
    return code


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1], sys.argv[2:]))
