"""What dbt says while it builds, as the stages of the project: seeds, the folders of
the models, data tests. dbt is asked for JSON. Its own lines are in its log file; of
them is shown what the project says itself, and all of a failure."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from labour_monitor import project
from labour_monitor.progress import Progress

LOG = "logs/dbt.log"
START, SEEDS, TESTS = "start of dbt, in-door", "seeds", "data tests"
_OWN_MESSAGES = ("JinjaLogInfo", "StatsLine")
_SEVERE = ("warn", "error")
_STEPS = ("seed", "model", "test")
_DONE = ("success", "pass")


def _steps_by_file(root: Path) -> Counter[str]:
    """How many seeds there are, and how many models in each folder."""
    models = root / "models"
    folders = (f.relative_to(models).parts[0] for f in models.rglob("*.sql"))
    n_seeds = len([*(root / "seeds").rglob("*.csv")])
    return Counter({SEEDS: n_seeds}) + Counter(folders)


def n_stages() -> int:
    """The stages of a `dbt build`: its start, seeds, folders of models, and tests."""
    return 2 + len(_steps_by_file(project.root()))


class Events:
    """Reads the lines of one `dbt build` and tells `progress`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps = _steps_by_file(project.root())
        self._done: set[str] = set()
        self._has_begun = self._has_failed = False
        progress.begin(START)

    def read(self, line: str) -> None:
        """A line of dbt. What is no event of it is shown: it is of somebody else."""
        try:
            event = json.loads(line)
            info, data = event["info"], event["data"]
        except (ValueError, TypeError, KeyError):
            self._progress.say(line.rstrip("\n"))
            return
        if node := _step(data):
            self._follow(node, data)
        is_severe = info["level"] in _SEVERE
        if info["name"] == "EndOfRunSummary":
            self._has_failed = data["num_errors"] + data["num_warnings"] > 0
        if is_severe or self._has_failed or info["name"] in _OWN_MESSAGES:
            self._progress.say(info["msg"])

    def _follow(self, node: dict[str, Any], data: dict[str, Any]) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._progress.end(START)
            of_files = sum(self._steps.values())
            self._steps[TESTS] = data.get("total", data.get("num_models")) - of_files
        stage = _stage(node)
        self._progress.begin(stage, self._steps[stage])
        if node["node_status"] != "started" and node["unique_id"] not in self._done:
            self._done.add(node["unique_id"])
            self._progress.step(stage, node["node_status"] in _DONE)


def _step(data: dict[str, Any]) -> dict[str, Any] | None:
    """The seed, model or test that an event is about, where it has begun or ended."""
    node = data.get("node_info") or {}
    is_counted = "total" in data or "num_models" in data
    return node if is_counted and node.get("resource_type") in _STEPS else None


def _stage(node: dict[str, Any]) -> str:
    of_model = node["node_path"].partition("/")[0]
    return {"seed": SEEDS, "test": TESTS}.get(node["resource_type"], of_model)
