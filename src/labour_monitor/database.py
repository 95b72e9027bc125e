"""The DuckDB file of the tables, as every command opens it. What keeps it from being
opened is told in one line, before anything is read or changed: its name, another
process that has it, another kind of file, the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb

from labour_monitor import project
from labour_monitor.files import check_place, what_to_do_about
from labour_monitor.landing.faults import Fault

IN_MEMORY = ":memory:"
"""A path that names no file."""

_NAMES_OF_DUCKDB = ("main", "temp", "system", "memory")
_NAMES_OF_DUCKDB += ("information_schema", "pg_catalog")
_NAME = re.compile(r"\w+(?:[ -]+\w+)*(?:\.\w+)?")
_LOCKED = "Could not set lock on file"
_HOLDER = re.compile(r"lock is held in (.*?\(PID \d+\)(?: by user \S+)?)")
_ANOTHER = "give another file (to dbt by MONITORING_DUCKDB_PATH)"


class DatabaseError(Exception):
    """The database cannot be opened or is not what a command needs; its text is a line
    that says what to do."""


def _error(path: Path, expected: str, found: str, advice: str) -> DatabaseError:
    fault = Fault(file=str(path), expected=expected, found=found, advice=advice)
    return DatabaseError(str(fault))


def check_name(path: Path) -> None:
    """DuckDB and dbt name a database by its file up to the dot. A name that a schema
    has too makes `marts.x` ambiguous; DuckDB takes some names for itself.

    Raises:
        DatabaseError: the file must have another name.
    """
    _check_folders(path)
    taken = {*project.schemas(), *_NAMES_OF_DUCKDB}
    if _NAME.fullmatch(path.name) and path.stem.casefold() not in taken:
        return
    found = f"the name of a schema, {path.stem}"
    if not _NAME.fullmatch(path.name):
        found = f"the name '{path.name}'"
    raise _error(
        path,
        "a file name of letters, digits, '_', '-' and spaces with one ending, and not "
        "the name of a schema",
        found,
        "rename the file, with its .wal if there is one, as to monitoring.duckdb, or "
        f"{_ANOTHER}; nothing was changed",
    )


def _check_folders(path: Path) -> None:
    """Raises DatabaseError where a folder above the database makes another path of it:
    dbt reads the path as an address, and a `~` was meant to be replaced."""
    found = "one that a shell has not replaced, '~'" if "~" in path.parts else None
    if any(sign in str(path.parent.absolute()) for sign in "?#"):
        found = "'?' or '#' in the name of a folder, by which dbt ends a path"
    if found:
        raise _error(
            path,
            "a path that DuckDB and dbt read alike",
            found,
            f"write the path out, rename the folder, or {_ANOTHER}; nothing was "
            "changed",
        )


def connect(
    path: Path, *, read_only: bool = True, needs: tuple[str, ...] = ()
) -> duckdb.DuckDBPyConnection:
    """Open a database that is there.

    Args:
        path: the DuckDB file.
        read_only: whether the command only reads.
        needs: the tables, with their schema, that the command reads.

    Raises:
        DatabaseError: it cannot be opened, or a table is not there.
    """
    check_name(path)
    if not path.exists():
        raise _error(
            path, "a database", "no such file", f"build it first, or {_ANOTHER}"
        )
    _check_kind(path)
    try:
        connection = duckdb.connect(str(path.absolute()), read_only=read_only)
    except duckdb.Error as error:
        raise _not_opened(path, error) from None
    missing = _missing(connection, needs)
    if missing:
        connection.close()
        raise _error(
            path,
            "a database that `labour-monitor build` has made",
            f"no {missing[0]} in it that can be read",
            f"build it first, or {_ANOTHER}",
        )
    return connection


@contextmanager
def opened(
    path: Path, *, read_only: bool = True, needs: tuple[str, ...] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same for a block, and closed at its end; raises as `connect` does."""
    with closing(connect(path, read_only=read_only, needs=needs)) as connection:
        yield connection


def check_writable(path: Path) -> None:
    """Whether a run may begin that writes the database, which need not be there yet.

    Raises:
        DatabaseError: another process has it, or it cannot be written.
    """
    check_name(path)
    if path.exists():
        connect(path, read_only=False).close()
        return
    try:
        check_place(path)
    except OSError as error:
        raise _error(
            path,
            "a place where the database can be written",
            f"{error.filename}: {error.strerror}",
            f"make it writable, or {_ANOTHER}; nothing was changed",
        ) from None


def create(path: Path) -> None:
    """An empty database where there is none. Where the disk is full, DuckDB leaves
    something that nobody can open: it is taken away.

    Raises:
        DatabaseError: it cannot be written.
    """
    check_writable(path)
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect(str(path.absolute())).close()
    except (duckdb.Error, OSError) as error:
        _remove(path)
        raise _not_opened(path, error) from None


def has_no_table(path: Path) -> bool:
    """Whether a database is not there, or has no table: a run that was refused leaves
    such a file.

    Raises:
        DatabaseError: it cannot be opened: another process has it.
    """
    if not path.exists():
        return True
    with opened(path) as connection:
        return not connection.execute("select * from duckdb_tables()").fetchall()


def remove_empty(path: Path) -> None:
    """Take away a database in which there is no table. One that cannot be opened
    stays."""
    with suppress(DatabaseError):
        if has_no_table(path):
            _remove(path)


def _remove(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}.wal")):
        file.unlink(missing_ok=True)


def _check_kind(path: Path) -> None:
    """Asked before DuckDB is, which would fetch a reader for what is of another kind.

    Raises:
        DatabaseError: the file cannot be read, or is none of DuckDB's.
    """
    found = "a folder"
    if not path.is_dir():
        try:
            with path.open("rb") as file:
                start = file.read(12)
        except OSError as error:
            found = f"{error.strerror}"
        else:
            if start[8:] == b"DUCK":
                return
            found = "a file of another kind" if start else "an empty file"
    raise _error(
        path,
        "a DuckDB database that can be read",
        found,
        f"move it away so that it is made anew, or {_ANOTHER}; nothing was changed",
    )


def _not_opened(path: Path, error: duckdb.Error | OSError) -> DatabaseError:
    message = str(error)
    if _LOCKED in message:
        holder = _HOLDER.search(message)
        return _error(
            path,
            "to be free for this command",
            "that it is open in another process, "
            + (holder[1] if holder else "of which the system tells nothing"),
            "wait until that process has ended, or end it (a reader too must close "
            "it before it can be written); nothing was changed",
        )
    if "version number" in message:
        return _error(
            path,
            f"a database that DuckDB {duckdb.__version__} can read",
            "one of another version of DuckDB",
            "use the environment that wrote it, or export it there and import it "
            "here; nothing was changed",
        )
    found = message.splitlines()[0]
    what_to_do = what_to_do_about(found) or "restore it from its backup"
    return _error(
        path,
        "a DuckDB database that can be opened",
        f"'{found.partition(': ')[2] or found}'",
        f"{what_to_do}, or {_ANOTHER}; nothing was changed",
    )


def _missing(
    connection: duckdb.DuckDBPyConnection, needs: tuple[str, ...]
) -> list[str]:
    """The tables that are not there, and the views that cannot be read."""
    missing = []
    for name in needs:
        try:
            connection.execute(f"select * from {name} limit 0").fetchall()
        except duckdb.Error:
            missing.append(name)
    return missing
