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

from labour_monitor import processes

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


TELLING = ("NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES")
PROCESSORS = """\
processor	: 0
vendor_id	: {vendor}
cpu family	: {family}
model		: 17
flags		: fpu avx2 {flags} sha_ni

processor	: 1
vendor_id	: {vendor}
cpu family	: {family}
flags		: fpu avx2 {flags} sha_ni
"""


@pytest.mark.parametrize(
    ("vendor", "family", "flags", "is_slow"),
    [
        ("AuthenticAMD", 25, "avx512f avx512dq", True),  # Zen 4
        ("AuthenticAMD", 25, "vaes", False),  # Zen 3, which has not got them
        ("AuthenticAMD", 26, "avx512f avx512dq", False),  # Zen 5
        ("GenuineIntel", 6, "avx512f avx512dq", False),
    ],
)
def test_numpy_sorts_without_what_is_slow(
    tmp_path, monkeypatch, vendor, family, flags, is_slow
) -> None:
    monkeypatch.setattr(os, "environ", {})
    processors = tmp_path / "cpuinfo"
    processors.write_text(PROCESSORS.format(vendor=vendor, family=family, flags=flags))
    processes.sort_fast(processors)
    expected = processes.SORTING_BY if is_slow else None
    assert os.environ.get("NPY_DISABLE_CPU_FEATURES") == expected


@pytest.mark.parametrize("name", TELLING)
def test_who_has_told_numpy_something_else_is_obeyed(
    tmp_path, monkeypatch, name
) -> None:
    monkeypatch.setattr(os, "environ", {name: "AVX512_SPR"})
    processors = tmp_path / "cpuinfo"
    processors.write_text(
        PROCESSORS.format(vendor="AuthenticAMD", family=25, flags="avx512f")
    )
    processes.sort_fast(processors)
    assert os.environ == {name: "AVX512_SPR"}


def test_a_machine_that_does_not_say_what_it_is_sorts_as_it_does(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(os, "environ", {})
    processes.sort_fast(tmp_path / "none")
    assert os.environ == {}


def test_numpy_knows_these_instructions_by_these_names() -> None:
    # A name that it does not know would be passed over.
    from numpy._core._multiarray_umath import __cpu_dispatch__

    assert {*processes.SORTING_BY.split()} <= {*__cpu_dispatch__}


TOLD = """
import sys
from labour_monitor import processes
processes.sort_fast = lambda: print("with" if "numpy" in sys.modules else "before")
"""
BEGINNINGS = {
    "a command": """
from labour_monitor import __main__
sys.argv = ["labour-monitor", "--version"]
__main__.main()
""",
    "dbt": """
from dbt.cli.main import dbtRunner
from dbt_labour_monitor import ReadableFiles
ReadableFiles("labour_monitor").initialize()
""",
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_numpy_is_told_before_it_is_there(begin) -> None:
    code = TOLD + begin
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert told.splitlines()[0] == "before"


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
