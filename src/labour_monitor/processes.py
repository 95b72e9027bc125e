"""How the processes of the project begin; and that those which another one started end
with it, however it ends: by then another may write in their place."""

from __future__ import annotations

import atexit
import gc
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from pathlib import Path

_SECONDS = 0.5
"""How soon a process sees that the one that asked has ended."""
_OBJECTS = 100_000
"""So many objects more are there before garbage is looked for."""
_SLOW_TO_SORT = re.compile(
    r"vendor_id\s*: AuthenticAMD\ncpu family\s*: 25\n.*?^flags\s*:.*? avx512f ",
    re.DOTALL | re.MULTILINE,
)
SORTING_BY = "X86_V4 AVX512_ICL"
"""What NumPy calls the instructions by which it sorts where a processor has them."""


def sort_fast(processors: Path = Path("/proc/cpuinfo")) -> None:
    """What a process does before NumPy is imported; those that it starts inherit it.

    On AMD's Zen 4 one of these instructions is slow: NumPy sorts a hundred million
    numbers in eight seconds by them, and in two without. What comes out is the same.
    Who has told NumPy something else is obeyed.
    """
    if not {"NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES"} & os.environ.keys():
        with suppress(OSError):
            if _SLOW_TO_SORT.search(processors.read_text(errors="replace")):
                os.environ["NPY_DISABLE_CPU_FEATURES"] = SORTING_BY


def collect_rarely() -> None:
    """What each process does first. What is imported is no garbage, and Great
    Expectations alone is 400,000 objects: to look among them was a tenth of a check.
    Nor is it looked for as the process ends, which takes it all with it."""
    gc.set_threshold(max(_OBJECTS, gc.get_threshold()[0]), 20, 20)
    atexit.register(gc.freeze)


def end_with_parent() -> None:
    """What a process of a pool does first. Who stops it by the keyboard stops the one
    that asked."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_after(parent_process().join)


def end_with(parent: int) -> None:
    """What another process does first, with the number of the one that asked."""
    collect_rarely()

    def ended() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS)

    _end_after(ended)


def _end_after(ended: Callable[[], None]) -> None:
    """Wait beside the work for the end of the process that asked, and end at once."""

    def watch() -> None:
        ended()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
