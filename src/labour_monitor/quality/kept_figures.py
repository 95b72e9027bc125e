"""Figures of deliveries, kept from one check to the next: a delivery never changes, so
it is counted once.

They lie in a file beside the Data Docs, under a digest of the files of the delivery and
of all that its figures rest on. The file holds what the last check asked for. Whoever
deletes it waits longer for the next check, and gets the same figures."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from labour_monitor import fingerprints
from labour_monitor.files import read_json, write_text
from labour_monitor.landing.checked import NOTHING, Checked, basis
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import Delivery
from labour_monitor.landing.inputs import DeliveredFile, delivered_files
from labour_monitor.quality import handing_over
from labour_monitor.quality.metrics import Figures, Share
from labour_monitor.quality.thresholds import Thresholds

_FILES = "files"
_CODE = ("src/labour_monitor/quality", "src/labour_monitor/landing")


def file_beside(docs: Path) -> Path:
    """Where the figures are kept of the checks whose Data Docs lie in a folder."""
    return docs.with_name(f"{docs.name}.figures.json")


class KeptFigures:
    """The figures that earlier checks counted, and those of this one."""

    def __init__(self, file: Path | None = None) -> None:
        """Made before the deliveries are opened.

        Args:
            file: where they are kept; None to keep none.
        """
        self._began = time.time_ns()
        self._file = file
        self._found, self._read_before = _kept(file) if file else ({}, [])
        self._asked: dict[str, dict[str, Any]] = {}
        self._files: list[DeliveredFile] = []
        self._keys: dict[tuple[str, date], str] = {}
        self._paths: dict[tuple[str, date], Sequence[Path]] = {}
        self._rests_on = basis() if file else ""

    def get(
        self, source: Source, delivery: Delivery, limits: Thresholds
    ) -> Figures | None:
        """The figures of a delivery; None where none are kept, or not of this content,
        these rules and this code. Asked before a delivery is counted: what it is then
        is what the figures are kept for."""
        if self._file is None:
            return None
        key = self._key(source, delivery, limits)
        self._keys[source.name, delivery.delivered] = key
        self._paths[source.name, delivery.delivered] = delivery.files
        kept = self._found.get(key)
        if kept is None:
            return None
        self._asked[key] = kept
        return _from_json(kept)

    def put(self, counted: Figures) -> None:
        """Keep the figures of a delivery that was asked for."""
        if self._file is not None:
            key = self._keys[counted.source, counted.delivered]
            self._asked[key] = asdict(counted)

    def checked(self, sources: Mapping[str, Source]) -> Checked:
        """What the run that follows the check need not look for. Nothing of a delivery
        whose files were written since the check began, and nothing at all where no
        figures are kept."""
        if self._file is None:
            return NOTHING
        untouched = {key for key, paths in self._paths.items() if self._are_old(paths)}
        found = map(_from_json, self._asked.values())
        return Checked(
            rests_on=self._rests_on,
            files=tuple(f for f in self._files if (f.source, f.delivered) in untouched),
            passed=tuple(
                handing_over.passed(sources[f.source], f)
                for f in found
                if (f.source, f.delivered) in untouched
            ),
        )

    def _are_old(self, paths: Sequence[Path]) -> bool:
        try:
            return all(path.stat().st_ctime_ns < self._began for path in paths)
        except OSError:
            return False

    def save(self) -> None:
        """Keep what was asked for. A place that cannot be written keeps nothing: the
        next check counts again."""
        if self._file is None:
            return
        files = [{**asdict(f), "delivered": str(f.delivered)} for f in self._files]
        document = {
            "files": files,
            "figures": self._asked,
            "digests": {
                _FILES: _digest_of(_FILES, files),
                **{key: _digest_of(key, kept) for key, kept in self._asked.items()},
            },
        }
        with suppress(OSError):
            write_text(self._file, json.dumps(document, default=str))

    def _key(self, source: Source, delivery: Delivery, limits: Thresholds) -> str:
        files = delivered_files([delivery], self._read_before)
        self._files += [file for file in files if file not in self._files]
        return _digest(
            source,
            limits,
            _basis(),
            delivery.delivered,
            sorted((f.name, f.digest) for f in files),
        )


@cache
def _basis() -> str:
    """What all figures rest on: the code that counts, the code lists, and the rules,
    which have the names that some columns should hold."""
    code = [fingerprints.of_tree(name, ".py") for name in _CODE]
    seeds = fingerprints.of_rules()
    return _digest(seeds, code, version("duckdb"), version("polars"))


def _digest_of(key: str, kept: object) -> str:
    """Of what the file has under a key: figures and digests of files that somebody has
    changed are counted and taken again."""
    return _digest(key, json.dumps(kept, default=str, sort_keys=True))


def _kept(file: Path) -> tuple[dict[str, dict[str, Any]], list[DeliveredFile]]:
    """What is in the file, but for what was changed in it; nothing where it is of no
    such form, as one that an earlier version wrote."""
    try:
        document = read_json(file)
        files = [
            DeliveredFile(**{**f, "delivered": date.fromisoformat(f["delivered"])})
            for f in document["files"]
        ]
        digests = document["digests"]
        if digests[_FILES] != _digest_of(_FILES, document["files"]):
            files = []
        figures = {
            key: kept
            for key, kept in document["figures"].items()
            if digests.get(key) == _digest_of(key, kept)
        }
        for kept in figures.values():
            _from_json(kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}, []
    return figures, files


def _from_json(kept: dict[str, Any]) -> Figures:
    newest = kept["newest"]
    return Figures(
        **{
            **kept,
            "delivered": date.fromisoformat(str(kept["delivered"])),
            "newest": date.fromisoformat(str(newest)) if newest else None,
            "unlike": {name: Share(**share) for name, share in kept["unlike"].items()},
        }
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
