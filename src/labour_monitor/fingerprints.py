"""Digests of files: what a run reads, with which rules and by which code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labour_monitor import project

RULES = ("seeds", ".csv")
CODE = (
    ("models", ".sql"),
    ("models/staging/_landing__sources.yml", ".yml"),
    ("seeds", ".yml"),
    ("macros", ".sql"),
    ("src/labour_monitor/cohort", ".py"),
    ("src/labour_monitor/landing", ".py"),
    ("src/labour_monitor/quality", ".py"),
    ("src/labour_monitor/rule_data.py", ".py"),
    ("src/labour_monitor/seed_files.py", ".py"),
    ("dbt_project.yml", ".yml"),
    ("requirements.lock", ".lock"),
)
"""What decides the figures beside the deliveries and the rule data: files and folders,
of these the files with the suffix. Descriptions and tests decide none."""

_HASHING_THREADS = 2


@dataclass(frozen=True)
class Fingerprint:
    """A file, or a folder as one, by its content: SHA-256 as lower-case hex."""

    name: str
    n_bytes: int
    digest: str


def of_file(path: Path) -> str:
    """SHA-256 of a file's bytes.

    Raises:
        OSError: the file cannot be read; its `filename` is the path.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        error.filename = str(path)
        raise


def of_files(paths: Iterable[Path]) -> list[str]:
    """SHA-256 of each file, in their order; several are read at a time."""
    with ThreadPoolExecutor(_HASHING_THREADS) as pool:
        return list(pool.map(of_file, paths))


def _files(path: Path, suffix: str = "") -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        for file in sorted(path.rglob(f"*{suffix}")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def of_tree(name: str, suffix: str = "") -> Fingerprint:
    """A file or folder of the project as one: names and contents of all its files, or
    of those with the suffix."""
    root = project.root()
    digest, n_bytes = hashlib.sha256(), 0
    for file in _files(root / name, suffix):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root)}:{len(content)}:".encode())
        digest.update(content)
        n_bytes += len(content)
    return Fingerprint(name, n_bytes, digest.hexdigest())


def of_rules() -> list[Fingerprint]:
    """Each file of rule data: code lists and rules, the seeds of the project."""
    root = project.root()
    folder, suffix = RULES
    return [
        of_tree(str(file.relative_to(root))) for file in _files(root / folder, suffix)
    ]


def of_code() -> list[Fingerprint]:
    """Each part of the code that decides figures."""
    return [of_tree(name, suffix) for name, suffix in CODE]
