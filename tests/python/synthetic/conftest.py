"""One small landing for all tests of the generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from labour_monitor.synthetic import generate

SMALL = 2_000


@pytest.fixture(scope="session")
def small_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All registers of 2,000 citizens; no test may change it."""
    landing = tmp_path_factory.mktemp("synthetic") / "landing"
    generate(landing, SMALL)
    return landing
