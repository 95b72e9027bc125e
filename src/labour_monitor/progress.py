"""Which stage of how many is under way, and for how long: a line for each stage that
has ended. In between a terminal has a line that is written over every second; anything
else gets a line when nothing was said for ten seconds."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TextIO

_SECONDS_OF_SILENCE = 10.0
_CLEAR = "\r\x1b[K"


@dataclass
class _Stage:
    """A stage under way: how many of its steps are done, where it has steps, how many
    failed or were left out, and what is being done where it says so."""

    of: int | None
    begun: float
    done: int = 0
    not_done: int = 0
    detail: str = ""

    def shown(self, name: str) -> str:
        steps = f" {self.done} of {self.of}" if self.of else ""
        detail = f", {self.detail}" if self.detail else ""
        return f"{name}{steps}{detail} ({duration(time.monotonic() - self.begun)})"


@dataclass
class Progress:
    """The stages of a command. Several may be under way at a time."""

    n_stages: int
    n_ended: int = field(default=0, init=False)
    _under_way: dict[str, _Stage] = field(default_factory=dict, init=False)
    _said: float = field(default=0.0, init=False)
    _is_live: bool = field(default=False, init=False)
    # dbt in this process has the standard output for a while, and says nothing.
    _out: TextIO = field(default_factory=lambda: sys.stdout, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __post_init__(self) -> None:
        self._said = time.monotonic()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show what is under way until the block ends."""
        over = threading.Event()

        def tick() -> None:
            while not over.wait(1):
                with suppress(OSError):  # who says the next line meets it, and tells
                    self.show()

        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
        try:
            yield
        finally:
            over.set()
            ticker.join()
            with self._lock:
                self._clear()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A stage that ends with the block, unless the block fails."""
        self.begin(name)
        yield
        self.end(name)

    def begin(self, name: str, of: int | None = None) -> None:
        """Begin a stage of so many steps, or of none that are counted."""
        with self._lock:
            self._under_way.setdefault(name, _Stage(of, time.monotonic()))

    def step(self, name: str, is_done: bool = True) -> None:
        """One more step is over: done, or failed or left out. The last one ends the
        stage."""
        with self._lock:
            stage = self._under_way[name]
            stage.done += is_done
            stage.not_done += not is_done
            if stage.done + stage.not_done == stage.of:
                self.end(name)

    def detail(self, text: str) -> None:
        """What is being done in the stages that are under way."""
        with self._lock:
            for stage in self._under_way.values():
                stage.detail = text

    def end(self, name: str) -> None:
        """End a stage, and say so."""
        with self._lock:
            stage = self._under_way.pop(name)
            stage.detail = ""
            self.n_ended += 1
            self.say(f"[{self.n_ended} of {self.n_stages}] {stage.shown(name)}")

    def say(self, text: str, is_error: bool = False) -> None:
        """A line that stays."""
        with self._lock:
            self._clear()
            print(text, file=sys.stderr if is_error else self._out, flush=True)
            self._said = time.monotonic()

    def show(self) -> None:
        """What is under way, where it is time to say it."""
        with self._lock:
            if not self._under_way:
                return
            stages = (stage.shown(name) for name, stage in self._under_way.items())
            line = f"[{self.n_ended + 1} of {self.n_stages}] ... {', '.join(stages)}"
            if self._out.isatty():
                width = shutil.get_terminal_size().columns - 1
                print(f"{_CLEAR}{line[:width]}", end="", file=self._out, flush=True)
                self._is_live = True
            elif time.monotonic() - self._said >= _SECONDS_OF_SILENCE:
                self.say(line)

    def _clear(self) -> None:
        if self._is_live:
            print(_CLEAR, end="", file=self._out, flush=True)
            self._is_live = False


def duration(seconds: float) -> str:
    """`12 s`, and from a minute on `1 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
