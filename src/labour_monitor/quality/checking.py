"""`labour-monitor check`: what a run would read, checked before it is made.

The way of a landing: which deliveries are checked (`examined`), their figures
(`counting`, and those that were counted before: `kept_figures`), the bounds of each
figure (`checks`), which are out of bounds (`validation`), what that means (`findings`),
and how it is shown (`pages`)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from labour_monitor.files import check_place
from labour_monitor.landing import contract
from labour_monitor.landing.checked import Checked
from labour_monitor.quality import checks, findings, pages, validation
from labour_monitor.quality.counting import count
from labour_monitor.quality.examined import examine
from labour_monitor.quality.findings import Outcome
from labour_monitor.quality.kept_figures import KeptFigures, file_beside


def check(
    landing: Path,
    docs: Path,
    as_of: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
    counted_all: Callable[[Checked], None] = lambda _: None,
) -> Outcome:
    """Check the deliveries that a run would read, and write the Data Docs. What is
    counted is kept in a file beside them, for the next check.

    Args:
        landing: folder of the deliveries.
        docs: folder of the Data Docs; those of an earlier check are replaced.
        as_of: as-of date (P3); None for the newest delivery date.
        progress: told what is being done.
        counted_all: told what the run that follows need not look for, when all rows are
            counted and nothing is judged yet.

    Raises:
        FileExistsError: `docs` is a folder of something else.
        OSError: `docs` cannot be written.
    """
    pages.refuse_foreign(docs)
    check_place(docs)
    progress("files, columns and types")
    kept = KeptFigures(file_beside(docs))
    examined = examine(landing, as_of)
    with ThreadPoolExecutor(1) as beside:
        # While rows are counted, what judges them is imported.
        beside.submit(validation.prepare)
        counted = count(examined.sources, progress, kept)
    kept.save()
    sources = contract.sources()
    checked = kept.checked(sources)
    counted_all(checked)
    suites = checks.suites(
        examined.faults, counted, sources, examined.as_of, examined.ignored
    )
    progress("Great Expectations")
    with tempfile.TemporaryDirectory(prefix="labour-monitor-check-") as folder:
        failed = validation.judge(suites, Path(folder), f"as-of-{examined.as_of}")
        outcome = findings.outcome(landing, examined.as_of, suites, failed, checked)
        pages.write(Path(folder) / validation.SITE, docs, outcome)
    return outcome
