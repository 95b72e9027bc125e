"""The figures as docs/performance.md has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labour_monitor import project
from labour_monitor.benchmark import measures
from labour_monitor.files import write_text

FILE = "docs/performance.md"
_MEASURED = re.compile(r"(?<=^## Measured\n).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_HEAD = (
    *("what is run", "seconds", "at most", "memory, GB", "at most"),
    *("database, GB", "times by hand"),
)


def of_size(citizens: int, result: dict[str, Any]) -> str:
    """What was measured on so many citizens, in Markdown."""
    runs = result["runs"]
    runs = f"Median of {runs} runs" if runs > 1 else "One run"
    return (
        f"### {citizens:,} citizens\n\n"
        f"{runs}, {result['date']}: {result['machine']}. The last delivery brings "
        f"{100 * result['share_of_new_wages']:.1f} pct. of the wage reports.\n\n"
        + _table(_HEAD, _rows(citizens, result["costs"]))
    )


def _rows(citizens: int, costs: dict[str, dict]) -> Iterator[list[str]]:
    by_hand = costs[measures.BASELINE]["seconds"]
    for measure in measures.MEASURES:
        cost = costs[measure]
        most = measures.TARGETS.get((citizens, measure), measures.Target())
        yield [
            measure,
            f"{cost['seconds']:.1f}",
            _number(most.seconds, 0),
            f"{cost['memory_gb']:.2f}",
            _number(most.memory_gb, 0),
            _number(cost["database_gb"], 2),
            f"{cost['seconds'] / by_hand:.1f}",
        ]


def of_growth(results: dict[int, dict[str, Any]]) -> str:
    """How cost grows from each number of citizens to the next, in Markdown."""
    sizes = sorted(results)
    head = ["seconds", *(f"{n:,} citizens" for n in sizes), "a million more"]
    rows = []
    for measure in measures.MEASURES:
        seconds = [results[n]["costs"][measure]["seconds"] for n in sizes]
        more = (seconds[-1] - seconds[-2]) / (sizes[-1] - sizes[-2]) * 1_000_000
        rows.append([measure, *(f"{s:.1f}" for s in seconds), f"{more:.1f}"])
    return "### How cost grows\n\n" + _table(head, rows)


def of_all(results: dict[int, dict[str, Any]]) -> str:
    """All that was measured last, in Markdown."""
    parts = [of_size(n, results[n]) for n in sorted(results)]
    if len(results) > 1:
        parts.append(of_growth(results))
    return "\n".join(parts)


def write(results: dict[int, dict[str, Any]]) -> Path:
    """Put all that was measured last into the page."""
    file = project.root() / FILE
    text = file.read_text(encoding="utf-8")
    measured = f"\n{of_all(results)}\n"
    write_text(file, _MEASURED.sub(lambda _: measured, text, count=1))
    return file


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _table(head: tuple[str, ...] | list[str], rows) -> str:
    ruler = ["---", *["---:"] * (len(head) - 1)]
    lines = [head, ruler, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
