"""A sound landing for the checks, and ways to spoil a delivery of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest

from labour_monitor.landing import contract, inspection
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.quality import checks, validation
from labour_monitor.quality.checks import IN_DOOR, Check, Suite
from labour_monitor.quality.counting import count
from labour_monitor.quality.examined import examine
from labour_monitor.quality.metrics import figures
from labour_monitor.quality.thresholds import thresholds

NEWEST = "2023-02-28"


@pytest.fixture
def landing(registers, tmp_path) -> Path:
    """A sound landing, to be spoiled."""
    return shutil.copytree(registers, tmp_path / "landing")


@pytest.fixture
def only(registers, tmp_path):
    """A landing of one source alone, to be spoiled."""

    def copied(source: str) -> Path:
        shutil.copytree(registers / source, tmp_path / "only" / source)
        return tmp_path / "only"

    return copied


def file_of(landing: Path, source: str, delivered: str = NEWEST) -> Path:
    return landing / source / f"delivered={delivered}" / f"{source}.parquet"


def rewrite(
    landing: Path, source: str, sql: str, delivered: str = NEWEST, to: str | None = None
) -> None:
    """Put the rows of a query over `delivered_rows` in the place of a delivery, or
    into a new one."""
    target = file_of(landing, source, to or delivered)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with inspection.file_reader() as connection:
        connection.execute(
            "create temporary view delivered_rows as select * from "
            f"read_parquet('{file_of(landing, source, delivered)}', "
            "hive_partitioning = false)"
        )
        connection.execute(f"copy ({sql}) to '{partial}' (format parquet)")
    partial.replace(target)


def out_of_bounds(check: Check) -> bool:
    """What Great Expectations is to find, told without it."""
    return (check.minimum is not None and check.value < check.minimum) or (
        check.maximum is not None and check.value > check.maximum
    )


@pytest.fixture
def judged_by_bounds(monkeypatch) -> None:
    """The check without Great Expectations and its pages, which take seconds: for what
    a command says and how it ends. That both find the same is a test of its own
    (`test_great_expectations_finds_what_is_out_of_bounds`)."""

    def judge(suites: Sequence[Suite], *_: object) -> dict[str, set[int]]:
        return {
            suite.name: {n for n, c in enumerate(suite.checks) if out_of_bounds(c)}
            for suite in suites
        }

    monkeypatch.setattr(validation, "judge", judge)
    monkeypatch.setattr(validation, "prepare", lambda: None)


def suites_of(
    landing: Path, *sources: str, as_of: str | None = None
) -> dict[str, Suite]:
    """The suites of some sources, and that of the in-door, which is about all."""
    examined = examine(landing, as_of)
    counted = count(of for of in examined.sources if of.source.name in sources)
    suites = checks.suites(
        examined.faults,
        counted,
        contract.sources(),
        examined.as_of,
        examined.ignored,
    )
    return {suite.name: suite for suite in suites}


def failing(suites: Iterable[Suite]) -> set[tuple[str, str, bool]]:
    """Suite, metric and whether it is fatal, of everything that is out of bounds."""
    return {
        (suite.name, check.metric, check.is_fatal)
        for suite in suites
        for check in suite.checks
        if out_of_bounds(check)
    }


def content_failures(file: Path, source_name: str) -> set[str]:
    """The expectations of rows that fail in a delivery of one file, looked at alone."""
    source, limits = contract.sources()[source_name], thresholds(source_name)
    delivered = date.fromisoformat(file.parent.name.removeprefix("delivered="))
    delivery = Delivery(source_name, delivered, (file,), True, ())
    with inspection.file_reader() as connection:
        files, faults = inspection.inspect(connection, source, delivery, None)
        assert faults == []
        counted = figures(connection, source, [(delivery, files)], limits)
    judged = checks.content(source, list(counted.values()), limits)
    return {check.metric for check in judged if out_of_bounds(check)}


def failures(landing: Path, *sources: str) -> set[tuple[str, str, bool]]:
    """Of the content of the sources; the landing may have no others."""
    suites = suites_of(landing, *sources).values()
    return failing([suite for suite in suites if suite.name != IN_DOOR])
