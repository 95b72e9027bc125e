"""The figures of a delivery are counted once, and counted again where they could be
others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labour_monitor import fingerprints
from labour_monitor.landing import contract
from labour_monitor.landing.checked import NOTHING, Checked
from labour_monitor.quality import counting, kept_figures
from labour_monitor.quality.counting import count
from labour_monitor.quality.examined import examine
from labour_monitor.quality.kept_figures import KeptFigures, file_beside
from labour_monitor.quality.thresholds import thresholds

from .conftest import rewrite

SOURCE = "ydelser"


@pytest.fixture
def figures_file(tmp_path: Path) -> Path:
    return file_beside(tmp_path / "quality")


@pytest.fixture
def counted_again(monkeypatch) -> list[str]:
    """The deliveries that are counted, and not read from the file."""
    days: list[str] = []
    count_figures = counting.figures

    def noted(connection, source, read, *arguments):
        days.extend(str(delivery.delivered) for delivery, _ in read)
        return count_figures(connection, source, read, *arguments)

    monkeypatch.setattr(counting, "figures", noted)
    return days


def figures_of(landing: Path, file: Path, as_of: str | None = None):
    kept = KeptFigures(file)
    examined = examine(landing, as_of)
    counted = count([d for d in examined.sources if d.source.name == SOURCE], kept=kept)
    kept.save()
    return counted


def test_a_second_check_counts_nothing_and_finds_the_same(
    only, figures_file, counted_again
) -> None:
    landing = only(SOURCE)
    first = figures_of(landing, figures_file)
    assert len(counted_again) == len(set(counted_again)) == 2, "newest, one before"
    counted_again.clear()
    assert figures_of(landing, figures_file) == first
    assert counted_again == []


def test_a_delivery_with_other_content_is_counted_again(
    only, figures_file, counted_again
) -> None:
    landing = only(SOURCE)
    first = figures_of(landing, figures_file)
    counted_again.clear()
    rewrite(landing, SOURCE, "select * from delivered_rows limit 5")
    (now,), (before,) = figures_of(landing, figures_file), first
    assert counted_again == ["2023-02-28"]
    assert now.newest.n_rows == 5 < before.newest.n_rows
    assert now.before == before.before


@pytest.mark.parametrize(
    "what", ["code", "code_lists", "rules", "thresholds", "contract"]
)
def test_under_other_rules_all_is_counted_again(
    only, figures_file, counted_again, monkeypatch, what
) -> None:
    landing = only(SOURCE)
    figures_of(landing, figures_file)
    counted_again.clear()
    kept_figures._basis.cache_clear()
    if what == "code":
        of_tree = fingerprints.of_tree
        monkeypatch.setattr(
            fingerprints, "of_tree", lambda *a: replace(of_tree(*a), digest="other")
        )
    elif what in ("code_lists", "rules"):
        others = [
            replace(p, digest="other") if p.name.startswith(f"seeds/{what}/") else p
            for p in fingerprints.of_rules()
        ]
        assert others != fingerprints.of_rules()
        monkeypatch.setattr(fingerprints, "of_rules", lambda: others)
    elif what == "thresholds":
        others = replace(thresholds(SOURCE), bad_rows=0)
        monkeypatch.setattr(counting, "thresholds", lambda _: others)
    else:
        sources = contract.sources()
        other = sources | {SOURCE: replace(sources[SOURCE], owner="somebody else")}
        monkeypatch.setattr(contract, "sources", lambda *_: other)
    figures_of(landing, figures_file)
    kept_figures._basis.cache_clear()
    assert len(counted_again) == 2


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"files": [], "figures": {"a": 1}}']
)
def test_a_file_of_another_form_is_as_none(
    only, figures_file, counted_again, content
) -> None:
    landing = only(SOURCE)
    first = figures_of(landing, figures_file)
    figures_file.write_text(content)
    counted_again.clear()
    assert figures_of(landing, figures_file) == first
    assert len(counted_again) == 2


def test_the_file_holds_what_the_last_check_asked_for(only, figures_file) -> None:
    landing = only(SOURCE)
    figures_of(landing, figures_file)
    size = figures_file.stat().st_size
    figures_of(landing, figures_file, as_of="2021-02-28")
    figures_of(landing, figures_file)
    assert figures_file.stat().st_size == size


def handed_over(landing: Path, file: Path, while_counted=lambda: None) -> Checked:
    kept = KeptFigures(file)
    sources = [d for d in examine(landing, None).sources if d.source.name == SOURCE]
    count(sources, lambda _: while_counted(), kept)
    return kept.checked(contract.sources())


def test_the_run_is_told_what_was_counted_now_or_kept(only, figures_file) -> None:
    landing = only(SOURCE)
    first = handed_over(landing, figures_file)
    assert {p.delivered for p in first.passed} == {f.delivered for f in first.files}
    assert len(first.passed) == 2, "newest, one before"
    figures_of(landing, figures_file)
    assert {*handed_over(landing, figures_file).passed} == {*first.passed}


def test_nothing_is_told_of_a_delivery_that_is_written_during_the_check(
    only, figures_file
) -> None:
    landing = only(SOURCE)
    whole = handed_over(landing, figures_file)
    newest = max(p.delivered for p in whole.passed)

    def swap() -> None:
        rewrite(landing, SOURCE, "select * from delivered_rows limit 5")

    told = handed_over(landing, figures_file.with_name("other.json"), swap)
    assert {p.delivered for p in told.passed} == {
        p.delivered for p in whole.passed if p.delivered != newest
    }
    assert newest not in {file.delivered for file in told.files}


def test_nothing_is_told_where_no_figures_are_kept(only) -> None:
    kept = KeptFigures()
    examined = examine(only(SOURCE), None)
    count([d for d in examined.sources if d.source.name == SOURCE], kept=kept)
    assert kept.checked(contract.sources()) == NOTHING


def test_figures_are_kept_for_the_content_that_was_there_before_they_were_counted(
    only, figures_file, counted_again
) -> None:
    landing = only(SOURCE)

    def swap() -> None:
        rewrite(landing, SOURCE, "select * from delivered_rows limit 5")

    kept = KeptFigures(figures_file)
    ask = kept.get

    def asked(*delivery):
        found = ask(*delivery)
        swap()
        return found

    kept.get = asked
    count(
        [d for d in examine(landing, None).sources if d.source.name == SOURCE],
        kept=kept,
    )
    kept.save()
    counted_again.clear()
    figures_of(landing, figures_file)
    assert "2023-02-28" in counted_again


def test_figures_that_somebody_has_changed_are_counted_again(
    only, figures_file, counted_again
) -> None:
    landing = only(SOURCE)
    first = figures_of(landing, figures_file)
    document = json.loads(figures_file.read_text())
    (changed,) = (
        kept
        for kept in document["figures"].values()
        if kept["delivered"] == "2023-02-28"
    )
    assert changed["bad_rows"]["row: more than once"] > 0
    changed["bad_rows"]["row: more than once"] = 0
    figures_file.write_text(json.dumps(document))
    counted_again.clear()
    assert figures_of(landing, figures_file) == first
    assert counted_again == ["2023-02-28"]


def test_digests_of_files_that_somebody_has_changed_are_taken_again(
    only, figures_file
) -> None:
    landing = only(SOURCE)
    figures_of(landing, figures_file)
    first = handed_over(landing, figures_file)
    document = json.loads(figures_file.read_text())
    for file in document["files"]:
        file["digest"] = "0" * 64
    figures_file.write_text(json.dumps(document))
    assert {*handed_over(landing, figures_file).files} == {*first.files}
