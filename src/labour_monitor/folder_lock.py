"""One process at a time on a folder. The system ends the lock with the process that has
it, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Lock
from typing import TextIO

from labour_monitor.landing.faults import Fault

NAME = "in_use.lock"
"""Of the file that is locked, which says by which process."""

_held: dict[Path, TextIO] = {}
_alone = Lock()


class InUseError(Exception):
    """Another process has the folder; its text is a line that says what to do."""


def hold(folder: Path) -> None:
    """Lock a folder until this process ends. It may do so again: the folder is its own.

    Raises:
        InUseError: another process has the folder.
        OSError: the file cannot be written, or its file system knows no locks.
    """
    with _alone:
        if folder in _held:
            return
        file = (folder / NAME).open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise InUseError(
                str(
                    Fault(
                        file=str(folder),
                        expected="to be free for this command",
                        found=f"that another process has it, PID {holder}",
                        advice="wait until that process has ended, or end it; nothing "
                        "was changed",
                        asks=False,
                    )
                )
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held[folder] = file
