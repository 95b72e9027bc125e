"""Size and digest of a file, whether it came, was written or lies in the landing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from labour_monitor.receiving.reading import Progress, Say

_BLOCK = 16 * 2**20


@dataclass(frozen=True)
class FileFacts:
    """A file by its content: SHA-256 as lower-case hex."""

    path: Path
    bytes: int
    sha256: str


def facts_of(path: Path, say: Say) -> FileFacts:
    """Read the whole file, and say how far that has come."""
    digest, size = hashlib.sha256(), path.stat().st_size
    progress = Progress(say, f"{path.name}: digest", "MB", size // 2**20)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            progress.add(len(block) // 2**20)
    return FileFacts(path, size, digest.hexdigest())
