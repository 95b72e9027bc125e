"""How the processes of the project begin; and that those which another one started end
with it, however it ends: by then another may write in their place."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import parent_process

_SECONDS = 0.5
"""How soon a process sees that the one that asked has ended."""
_OBJECTS = 100_000
"""So many objects more are there before garbage is looked for."""


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
