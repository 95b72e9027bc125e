"""Two runs at once on one warehouse would each take the other's tables away: the second
one is refused, and a run that was killed stands in nobody's way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labour_monitor.folder_lock import InUseError, hold

_HOLDER = """
import sys
from pathlib import Path
from labour_monitor.folder_lock import hold
hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(tmp_path):
    """A process that has the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_that_another_process_has_is_refused_in_one_line(
    tmp_path, another
) -> None:
    with pytest.raises(InUseError) as told:
        hold(tmp_path)
    assert re.fullmatch(
        rf"file {re.escape(str(tmp_path))}: expected to be free for this command; "
        rf"found that another process has it, PID {another.pid}\. What to do: wait "
        r"until .*; nothing was changed\.",
        str(told.value),
    )


def test_a_process_that_was_killed_has_it_no_longer(tmp_path, another) -> None:
    os.kill(another.pid, signal.SIGKILL)
    another.wait()
    hold(tmp_path)
    assert Path(tmp_path, "in_use.lock").read_text() == f"{os.getpid()}\n"


def test_the_process_that_has_it_may_ask_again(tmp_path) -> None:
    hold(tmp_path)
    hold(tmp_path)
