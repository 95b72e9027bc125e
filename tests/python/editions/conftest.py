"""Editions of the tables of February 2021, with a decision that hides small counts and
protects nothing: what to hide, and whether that holds, are tested by themselves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from labour_monitor.editions import publishing, reading, writing
from labour_monitor.editions.publishing import Edition
from labour_monitor.progress import Progress

from .made import briefly, small_hidden

Publish = Callable[..., Edition]


@pytest.fixture(scope="session")
def _tables(_workshop, _february, shared: Path, tmp_path_factory) -> Path:
    """The database of February, as a whole build of it would have left it."""
    file = tmp_path_factory.mktemp("tables") / "monitoring.duckdb"
    shutil.copy(shared / "february/kept.duckdb", file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update landing.run set is_complete = true, is_tested = true, "
            "is_landing_synthetic = true"
        )
    return file


@pytest.fixture
def database(_tables: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_tables, tmp_path / "monitoring.duckdb"))


@pytest.fixture
def decided(monkeypatch) -> None:
    """The decision is the simple one, and no audit of disclosure is made."""
    monkeypatch.setattr(publishing.disclosure, "decide", small_hidden)
    monkeypatch.setattr(publishing.disclosure_audit, "audit", lambda *_: [])


@pytest.fixture
def unread(monkeypatch, decided) -> None:
    """Nor is one made as a reader, of DuckDB files: all that takes seconds."""
    monkeypatch.setattr(writing, "write_databases", lambda _: None)
    monkeypatch.setattr(reading, "audit", lambda *_: None)


@pytest.fixture
def publish(database: Path, tmp_path: Path) -> Publish:
    def published(
        into: Path = tmp_path / "published",
        as_of: str | None = "2021-02-28",
        renders: publishing.Rendering = briefly,
        reads: reading.Auditing = reading.here,
    ) -> Edition:
        progress = Progress(len(publishing.STAGES))
        return publishing.publish(database, into, progress, as_of, renders, reads)

    return published
