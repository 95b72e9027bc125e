"""Files that people edit are read with what is wrong in them said in one line. Files
are written whole or not at all: a file or folder is written aside, under a hidden name
beside its own, which it takes when all of it is on the disk. A killed run leaves what
was there before."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

# The one in C, where there is one: each command reads the contract.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(ValueError):
    """A file of the project has other content than it must have. Its message is one
    line: the file, what was expected, what was found, what to do."""


def read_yaml(path: Path, name: str) -> dict[str, Any]:
    """A file of the project in YAML, which is a mapping.

    Args:
        path: the file.
        name: what it is called in a message, from the root of the project.

    Raises:
        ContentError: it cannot be read, or is no mapping.
    """
    return parse_yaml(read_bytes(path, name), name)


def read_bytes(path: Path, name: str) -> bytes:
    """The content of a file of the project that `read_yaml` reads.

    Raises:
        ContentError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _no_mapping(name, str(error.strerror)) from None


def parse_yaml(content: bytes, name: str) -> dict[str, Any]:
    """What `read_yaml` reads, of the content of the file."""
    place = ""
    try:
        document = yaml.load(content.decode("utf-8-sig"), Loader=_LOADER)
        if isinstance(document, dict):
            return document
        found = "an empty file" if document is None else type(document).__name__
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 (number {error.start + 1:,} of the file)"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, character {mark.column + 1}" if mark else ""
        found = str(getattr(error, "problem", None) or type(error).__name__)
    raise _no_mapping(name, found, place)


def _no_mapping(name: str, found: str, place: str = "") -> ContentError:
    return ContentError(
        f"file {name}{place}: expected a mapping in YAML, in UTF-8; found {found}. "
        f"What to do: correct it, or put it back with `git checkout -- {name}`."
    )


def read_json(path: Path) -> Any:
    """A document in JSON; an editor may have put a byte-order mark before it.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no JSON in UTF-8.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise ValueError("too many levels") from None


class InUseError(FileExistsError):
    """Another run is writing the same folder."""


FULL_DISK = os.strerror(errno.ENOSPC)
"""How the operating system says it, and with it whoever tells of it."""

_WHAT_TO_DO = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some of the space that you may use",
    errno.EROFS: "give a place that can be written",
    errno.EACCES: "give a place that you may use, or have the rights changed",
    errno.EPERM: "give a place that you may use, or have the rights changed",
    errno.ENOENT: "give a path that is there",
    errno.ENOTDIR: "give a path whose folders are folders",
    errno.EISDIR: "give a file, not a folder",
    errno.EEXIST: "give another place, or move away what is there",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "correct the link, which leads to itself",
}


def in_a_line(error: OSError) -> str:
    """What the operating system refused, and what to do. What was to be replaced is as
    it was: everything is written aside first."""
    text = os.strerror(error.errno) if error.errno else "".join(map(str, error.args))
    what_to_do = what_to_do_about(text)
    if not error.errno and not what_to_do:
        return text  # one of our own, which says it all
    if not error.errno:
        text = FULL_DISK if FULL_DISK in text else text.partition("\n")[0]
    where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
    return (
        f"{where}{text}. What to do: {what_to_do or 'correct that'}, and start again."
    )


def what_to_do_about(message: str) -> str | None:
    """What to do where a message, whoever wrote it, has the words of the operating
    system in it."""
    for number, what_to_do in _WHAT_TO_DO.items():
        if os.strerror(number) in message:
            return what_to_do
    return None


def check_place(path: Path) -> None:
    """Whether something new could be written under this path: asked before long work.

    Raises:
        OSError: the folder around it is none, or cannot be written.
    """
    around = next(p for p in path.absolute().parents if os.path.lexists(p))
    if not around.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(around))
    if not os.access(around, os.W_OK | os.X_OK):
        read_only = os.statvfs(around).f_flag & os.ST_RDONLY
        number = errno.EROFS if read_only else errno.EACCES
        raise OSError(number, os.strerror(number), str(around))


@contextmanager
def written(path: Path, replace: bool = True) -> Iterator[Path]:
    """A path to write a file to, which becomes `path` when the block succeeds.

    Args:
        path: the file; its folder exists.
        replace: whether a file of that name may be replaced.

    Raises:
        FileExistsError: there is one, and it may not be replaced.
        OSError: the folder cannot be written.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield aside
        _onto_disk(aside)
        if replace:
            aside.replace(path)
        else:
            os.link(aside, path)  # refuses, whoever else writes at the same moment
        _onto_disk(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str, replace: bool = True) -> None:
    """Write a text as a file; raises as `written` does."""
    with written(path, replace) as aside:
        aside.write_text(text, encoding="utf-8")


def write_json(path: Path, document: object, replace: bool = True) -> None:
    """Write a document as JSON, to be read by people too; raises as `written` does."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    write_text(path, f"{text}\n", replace)


@contextmanager
def folder_aside(path: Path) -> Iterator[Path]:
    """An empty folder beside `path`, and this run's alone. It is gone at the end unless
    `put_in_place` gave it its name; the next run clears away what a killed one left.

    Raises:
        InUseError: another run is writing this folder.
        OSError: the folder around it cannot be written.
    """
    aside = path.with_name(f".{path.name}.partial")
    is_first = not path.parent.exists()
    aside.mkdir(parents=True, exist_ok=True)
    handle = os.open(aside, os.O_RDONLY)
    try:
        if not _is_ours(handle, aside):
            raise InUseError(
                f"{path} is being written by another run: wait until it has ended"
            )
        _clear(aside)
        _settle_replacing(path)
        try:
            yield aside
        except OSError as error:
            if error.filename is None and what_to_do_about(str(error)):
                error.filename = str(path)  # not every library says where
            raise
        finally:
            if _is_same(handle, aside):
                shutil.rmtree(aside)
                if is_first:
                    with suppress(OSError):  # another run has put something there
                        path.parent.rmdir()
    finally:
        os.close(handle)


def put_in_place(aside: Path, path: Path, replace: bool = False) -> None:
    """Give a folder that was written aside its name.

    Args:
        aside: the folder, from `folder_aside`.
        path: its name.
        replace: whether a folder of that name with something in it may be replaced.
            Between the two there is a moment without either; a run that is killed in
            it leaves the old one beside, which the next run puts back.

    Raises:
        FileExistsError: there is one, and it may not be replaced.
    """
    for entry in (*aside.rglob("*"), aside):
        _onto_disk(entry)
    old = _replaced(path)
    if replace and path.exists():
        path.rename(old)
    try:
        aside.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        elif path.exists():
            raise FileExistsError(f"{path} is there already") from None
        raise
    _onto_disk(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _is_ours(handle: int, aside: Path) -> bool:
    """Whether the folder could be locked, and still is the one of that name."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return _is_same(handle, aside)


def _is_same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _replaced(path: Path) -> Path:
    """Where a folder is until another has taken its place."""
    return path.with_name(f".{path.name}.replaced")


def _settle_replacing(path: Path) -> None:
    """End what a run began that was killed while it replaced the folder."""
    old = _replaced(path)
    if old.exists():
        shutil.rmtree(old) if path.exists() else old.rename(path)


def _onto_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
