"""The manifest of a delivery: what was landed, from which files. `labour-monitor land`
writes it beside the files, and the in-door holds the delivery to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from labour_monitor.files import write_json
from labour_monitor.landing import layout
from labour_monitor.landing.faults import Fault

FILE_NAME = layout.MANIFEST
_AS_WRITTEN = ConfigDict(strict=True, extra="forbid")
"""A file with other fields, or with other types in them, is no manifest."""
_ADVICE = (
    "move the folder away and land the delivery again from the files that the manifest "
    "names; a correction is a new delivery under a new date"
)


@dataclass(frozen=True, config=_AS_WRITTEN)
class LandedFile:
    """A Parquet file of the delivery."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, config=_AS_WRITTEN)
class Origin:
    """A file as its sender delivered it, and how it was read. `name` has no path;
    `format` and `read_as` say what was found in it, never a value of a row."""

    name: str
    bytes: int
    sha256: str
    format: dict[str, str]
    rows: int
    columns_read: list[str]
    columns_left_out: list[str]
    read_as: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, config=_AS_WRITTEN)
class Manifest:
    """What lies in a delivery's folder; `landed_at` is in UTC."""

    source: str
    delivered: str
    made_by: str
    landed_at: str
    files: list[LandedFile]
    origins: list[Origin]


def read(folder: Path) -> Manifest | None:
    """The manifest of a delivery; None where it has none.

    Raises:
        ValueError: the file is no manifest.
    """
    path = folder / FILE_NAME
    if not os.path.lexists(path):
        return None
    try:
        return TypeAdapter(Manifest).validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise ValueError(f"{path.name} is not a manifest") from None


def write(folder: Path, manifest: Manifest) -> Path:
    """Write the manifest of a delivery into its folder."""
    path = folder / FILE_NAME
    write_json(path, asdict(manifest))
    return path


def _fault(source: str, delivered: date, file: str, expected: str, found: str) -> Fault:
    return Fault(
        source=source,
        delivered=delivered,
        file=file,
        expected=expected,
        found=f"{found}: a half-written or changed delivery",
        advice=_ADVICE,
    )


def faults(source: str, delivered: date, folder: Path) -> list[Fault]:
    """What differs between a delivery and its manifest; nothing without one.

    Names and sizes are compared; of contents see `row_faults` and `digest_faults`.
    """

    def fault(file: str, expected: str, found: str) -> Fault:
        return _fault(source, delivered, file, expected, found)

    try:
        manifest = read(folder)
    except ValueError:
        return [fault(FILE_NAME, "the manifest of the delivery", "other content")]
    if manifest is None:
        return []
    found: list[Fault] = []
    if (manifest.source, manifest.delivered) != (source, delivered.isoformat()):
        found.append(
            fault(
                FILE_NAME,
                f"the manifest of {source}, delivery {delivered}",
                f"that of {manifest.source}, delivery {manifest.delivered}",
            )
        )
    listed = {file.name: file for file in manifest.files}
    sizes = {f.name: f.stat().st_size for f in layout.parquet_files(folder)}
    for name, file in listed.items():
        if name not in sizes:
            found.append(fault(name, "this file, which the manifest lists", "none"))
        elif sizes[name] != file.bytes:
            found.append(
                fault(
                    name,
                    f"{file.bytes:,} bytes, as the manifest says",
                    f"{sizes[name]:,} bytes",
                )
            )
    for name in sorted(sizes.keys() - listed.keys()):
        found.append(
            fault(name, "only files that the manifest lists", "a file that is not")
        )
    return found


def _listed(folder: Path) -> list[LandedFile]:
    """The files of the manifest; none where there is no manifest or a broken one, which
    `faults` tells."""
    try:
        manifest = read(folder)
    except ValueError:
        return []
    return manifest.files if manifest else []


def row_faults(
    source: str, delivered: date, folder: Path, n_rows: Mapping[str, int]
) -> list[Fault]:
    """A fault for each file that has another number of rows than its manifest says.

    Args:
        n_rows: the number of rows of each file that can be read, by name.
    """
    return [
        _fault(
            source,
            delivered,
            file.name,
            f"{file.rows:,} rows, as the manifest says",
            f"{n_rows[file.name]:,} rows",
        )
        for file in _listed(folder)
        if n_rows.get(file.name, file.rows) != file.rows
    ]


def digest_faults(
    source: str, delivered: date, folder: Path, read: Mapping[str, tuple[int, str]]
) -> list[Fault]:
    """A fault for each file that has other content than its manifest says. One of
    another size is left to `faults`.

    Args:
        read: the size and the SHA-256 of each file, by name.
    """
    found = []
    for file in _listed(folder):
        n_bytes, digest = read.get(file.name, (file.bytes, file.sha256))
        if n_bytes == file.bytes and digest != file.sha256:
            found.append(
                _fault(
                    source,
                    delivered,
                    file.name,
                    "the content that was landed, SHA-256 "
                    f"{file.sha256[:12]}... in the manifest",
                    f"other content of the same size ({digest[:12]}...)",
                )
            )
    return found
