"""The baseline as a process of its own, so that its memory can be measured."""

from __future__ import annotations

import sys
from pathlib import Path

from labour_monitor.benchmark import baseline

if __name__ == "__main__":
    baseline.write(*map(Path, sys.argv[1:]))
