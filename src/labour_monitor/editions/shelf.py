"""The folder that all editions lie in, and what `current` names. One publish at a time
changes it; a reader sees the old edition or the new one, whole."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from labour_monitor import fingerprints, project
from labour_monitor.editions.refusal import refusal
from labour_monitor.files import (
    check_place,
    folder_aside,
    put_in_place,
    read_json,
    write_json,
)
from labour_monitor.landing.paths import shown

EDITIONS, CURRENT, CURRENT_FILE = "editions", "current", "current.json"
CHECKSUMS, PACKAGE = "checksums.txt", "datapackage.json"
FORMAT = 1
"""Of the folders of an edition: a later version of the project may have another."""
_NAME = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}")
_ASIDE = "edition"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
RESTORE = (
    "put the folder back as it was, from a backup or from who was given the edition; "
    "what is shown next depends on what it has shown"
)


@dataclass(frozen=True)
class Published:
    """An edition that lies there."""

    folder: Path
    package: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def content(self) -> str:
        return self.package["content"]

    @property
    def landing(self) -> str:
        return self.package["landing"]

    @property
    def earlier(self) -> dict[str, str]:
        """Name and digest of each edition that lay there before it. One that was made
        before editions named others names none."""
        return self.package.get("earlier", {})

    @cached_property
    def digest(self) -> str:
        """Of all its files, which are as its checksums say."""
        checksums = [(part / CHECKSUMS).read_bytes() for part in _parts(self.folder)]
        return hashlib.sha256(b"".join(checksums)).hexdigest()


class Shelf:
    """`into`, with `editions` and `current` in it."""

    def __init__(self, into: Path) -> None:
        self.into = into

    def refuse_place(self, landing: Path) -> None:
        """Whether editions may lie here at all.

        Raises:
            EditionError: the place belongs to somebody else.
            OSError: it cannot be written.
        """
        root, advice = project.root(), "give another folder with --into"
        if self.into.is_relative_to(landing.resolve()):
            raise refusal(
                "a folder of its own",
                f"one inside the landing {shown(landing)}",
                advice,
                shown(self.into),
            )
        own = self.into.relative_to(root) if self.into.is_relative_to(root) else None
        if own is not None and (not own.parts or own.parts[0] != "data"):
            raise refusal(
                "a folder outside of the project, or below its folder data, which git "
                "does not keep",
                f"one among the files of the project in {root}",
                advice,
                shown(self.into),
            )
        link = self.into / CURRENT
        if os.path.lexists(link) and not link.is_symlink():
            raise refusal(
                f"a link to an edition, which {CURRENT} is",
                "a file or folder of that name",
                f"move it away, or {advice}",
                shown(link),
            )
        check_place(self.into / EDITIONS / "new")

    @contextmanager
    def alone(self, say: Callable[[str], None]) -> Iterator[None]:
        """Until the block ends, nobody else publishes here. What killed runs left is
        cleared away.

        Raises:
            OSError: the folder cannot be written.
        """
        (self.into / EDITIONS).mkdir(parents=True, exist_ok=True)
        with (self.into / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another publish into {self.into} is under way: waiting for it.")
                fcntl.flock(handle, fcntl.LOCK_EX)
            for left in self.into.glob(f".{CURRENT}*"):
                left.unlink()
            yield

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """A folder in which the next edition is made. It is gone at the end unless it
        was put in its place."""
        with folder_aside(self.into / _ASIDE) as folder:
            yield folder

    def published(self, landing_id: str) -> list[Published]:
        """All editions, in the order of their as-of dates.

        Raises:
            EditionError: one is not as it was when it was published, is of another
                landing, or is gone.
        """
        found = []
        for folder in sorted((self.into / EDITIONS).iterdir()):
            if folder.name.startswith("."):
                continue
            if not folder.is_dir() or not _NAME.fullmatch(folder.name):
                raise refusal(
                    f"editions alone in {shown(self.into / EDITIONS)}",
                    f"'{shown(folder.name)}', which has no name of an edition",
                    "move it elsewhere, or give it back the name that it had",
                )
            published = self.edition(folder.name)
            if published.landing != landing_id:
                raise refusal(
                    "editions of the landing that the database was built from, "
                    f"{landing_id}",
                    f"one of another landing, {published.landing}",
                    "publish into a folder of its own with --into",
                    shown(folder),
                )
            for part in _parts(folder):
                hold(part, RESTORE)
            found.append(published)
        self._refuse_missing(found)
        return found

    def _refuse_missing(self, found: list[Published]) -> None:
        """Raises EditionError where an edition is gone which a later one names, or
        `current`."""
        there = {published.name: published.digest for published in found}
        named = [
            (name, digest, f"lay here when {published.name} was published")
            for published in found
            for name, digest in published.earlier.items()
        ]
        if (current := self.current()) is not None:
            named.append((current, there.get(current), f"'{CURRENT}' names"))
        for name, digest, why in named:
            if name not in there or there[name] != digest:
                raise refusal(
                    f"the edition {shown(name)}, which {why}",
                    "another one of that name" if name in there else "no such folder",
                    RESTORE,
                    shown(self.into / EDITIONS),
                )

    def edition(self, name: str) -> Published:
        """One that lies there."""
        folder = self.into / EDITIONS / name
        return Published(folder, _package(folder))

    def put(self, aside: Path, name: str) -> Path:
        """Give an edition that is whole its name."""
        folder = self.into / EDITIONS / name
        for file in aside.rglob("*"):
            if file.is_file():
                file.chmod(0o444)  # who opens it to write is told at once
        put_in_place(aside, folder)
        return folder

    def current(self) -> str | None:
        """The name of the edition that is read, if there is one."""
        link = self.into / CURRENT
        if link.is_symlink():
            return link.readlink().name
        try:
            return read_json(self.into / CURRENT_FILE)["edition"]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def current_folder(self) -> Path | None:
        """That edition itself, where it lies there."""
        name = self.current()
        folder = self.into / EDITIONS / (name or "")
        return folder if name is not None and folder.is_dir() else None

    def point_at(self, name: str) -> None:
        """Let `current` be this edition, by one rename.

        Raises:
            OSError: it cannot be written.
        """
        link, file = self.into / CURRENT, self.into / CURRENT_FILE
        target = f"{EDITIONS}/{name}"
        aside = self.into / f".{CURRENT}.{secrets.token_hex(4)}"
        try:
            os.symlink(target, aside)
        except OSError as error:
            if error.errno not in _NO_LINKS or os.path.lexists(link):
                raise
            write_json(file, {"edition": name, "path": target})
            return
        aside.replace(link)
        file.unlink(missing_ok=True)
        handle = os.open(self.into, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_checksums(folder: Path) -> None:
    """`checksums.txt` of all that lies in a folder, as `sha256sum --check` reads it."""
    lines = [
        f"{fingerprints.of_file(file)}  {file.relative_to(folder).as_posix()}\n"
        for file in _files(folder)
    ]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if not file.is_dir() and file != folder / CHECKSUMS
    )


def _package(folder: Path) -> dict[str, Any]:
    """What an edition says of itself, in the part for the house."""
    file = folder / "house" / PACKAGE
    try:
        package = read_json(file)
        package["content"], package["landing"], package.get("earlier", {}).items()
        if package["edition"] != folder.name:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise refusal(
            f"{PACKAGE} of the edition {folder.name}",
            "none that can be read, or one of another edition",
            RESTORE,
            shown(file),
        ) from None
    if package.get("format") != FORMAT:
        raise refusal(
            f"an edition in the form {FORMAT} of this version of the project",
            f"one in the form {package.get('format')}",
            "publish with the version that made it (a newer one?)",
            shown(folder),
        )
    return package


def _parts(folder: Path) -> tuple[Path, Path]:
    return folder / "house", folder / "public"


def hold(part: Path, advice: str, outcome: str = "Nothing was published.") -> None:
    """Hold a part of an edition against its checksums.

    Args:
        part: its folder.
        advice: what to do where it is not so.
        outcome: what is said first then.

    Raises:
        EditionError: it is not as it was when it was published.
    """
    found = changed(part)
    if found:
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        edition = part.resolve().parent
        raise refusal(
            f"the edition {shown(edition.name)} as it was published, by its "
            f"{CHECKSUMS}",
            f"another one: {part.name}/{shown(found[0])}{others} has changed, is gone "
            "or is new",
            advice,
            shown(edition),
            outcome,
        )


def changed(folder: Path) -> list[str]:
    """What has changed in a folder, is gone from it or is new in it since its checksums
    were written: the names of files. Without any, their own."""
    wanted: dict[str, str] = {}
    try:
        for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            wanted[name] = digest
        there = {
            file.relative_to(folder).as_posix(): fingerprints.of_file(file)
            for file in _files(folder)
        }
    except (OSError, ValueError):
        return [CHECKSUMS]
    names = sorted(wanted.keys() | there.keys())
    return [name for name in names if wanted.get(name) != there.get(name)]
