"""How a process begins. One that was started ends with the one that asked, even where
that is killed: another may write in its place by then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

OF_A_POOL = """
import gc, os, time
from labour_monitor import processes
if __name__ == "__main__":
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    with ProcessPoolExecutor(1, get_context("spawn"), {initializer}) as pool:
        {work}
"""
INITIALIZERS = {
    "who makes a report": "processes.end_with_parent",
    "a check beside a build": "processes.end_with, (os.getpid(),)",
}
IT_LASTS = """print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 60).result()"""
STARTED = {
    name: OF_A_POOL.format(initializer=initializer, work=IT_LASTS)
    for name, initializer in INITIALIZERS.items()
}
HOW_RARELY = {
    "a command": """
import gc, sys
from labour_monitor import __main__
sys.argv = ["labour-monitor", "--version"]
__main__.main()
print(gc.get_threshold()[0])
""",
    **{
        name: OF_A_POOL.format(
            initializer=initializer,
            work="print(pool.submit(gc.get_threshold).result()[0])",
        )
        for name, initializer in INITIALIZERS.items()
    },
}


@pytest.mark.parametrize("code", HOW_RARELY.values(), ids=HOW_RARELY)
def test_a_process_looks_for_garbage_rarely(code) -> None:
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert int(told.splitlines()[-1]) >= 100_000


@pytest.mark.parametrize("code", STARTED.values(), ids=STARTED)
def test_a_process_ends_with_the_one_that_asked(code) -> None:
    asked = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    started = int(asked.stdout.readline())
    assert is_alive(started)
    asked.send_signal(signal.SIGKILL)
    asked.wait()
    for _ in range(100):
        if not is_alive(started):
            break
        time.sleep(0.1)
    assert not is_alive(started)


def test_dbt_ends_whatever_it_does_when_the_build_has_ended(tmp_path) -> None:
    """Nobody says that nothing more is asked: the line to it stays open."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    given = [str(tmp_path / "monitoring.duckdb"), "{}", str(ended.pid)]
    with subprocess.Popen(
        [sys.executable, "-m", "labour_monitor.dbt_process", *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as dbt:
        assert dbt.wait(timeout=60) == 1


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
