"""Processes that the project starts end with the process that asked for them, however
that one ends: by then another may write in their place."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import parent_process

_SECONDS = 0.5
"""How soon a process sees that the one that asked has ended."""


def end_with_parent() -> None:
    """What a process of a pool does first. Who stops it by the keyboard stops the one
    that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_after(parent_process().join)


def end_with(parent: int) -> None:
    """What another process does first, with the number of the one that asked."""

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
