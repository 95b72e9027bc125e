"""Paths as they are handed to DuckDB: a path is one file. It is never a pattern that
finds others, and nothing in it becomes a column.

DuckDB takes the path of a file that is read for a pattern, and a folder `key=value` for
a column. All SQL that names a file is made here.
"""

from __future__ import annotations

import re
from pathlib import Path

_GLOB = re.compile(r"[*?\[]")


def literal(text: object) -> str:
    """A text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def unreadable(path: Path) -> str | None:
    """What is in a path that cannot be said to DuckDB; None where it can be."""
    text = str(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "a name that is not UTF-8"
    if "\\" in text and _GLOB.search(text):
        # In a pattern a backslash separates folders, and none stands for itself.
        return "a backslash together with one of * ? ["
    return None


def begins_at_home(path: Path) -> bool:
    """Whether a path is one of the home folder to a shell. Where none has replaced the
    `~` (quotes, `--landing=~/x`) it is a folder of that name, and to DuckDB the home
    folder: registers would be looked for, or made, in another place than meant."""
    return str(path).startswith("~")


def place(path: Path) -> str:
    """A file or folder that is written or attached, as a literal. DuckDB takes such a
    path as it is, but for the start of a relative one (`~`, `md:`)."""
    return literal(path.absolute())


def pattern(path: Path) -> str:
    """The pattern that finds this file alone.

    Raises:
        ValueError: there is none (`unreadable`).
    """
    if found := unreadable(path.absolute()):
        raise ValueError(f"a path that DuckDB cannot be given: {found}")
    return _GLOB.sub(r"[\g<0>]", str(path.absolute()))


def the_file(path: Path) -> str:
    """A file that is read, as a literal; raises as `pattern` does."""
    return literal(pattern(path))


def parquet(path: Path, *options: str) -> str:
    """The table function that reads the rows of one Parquet file, and of the columns
    those that are in the file."""
    more = "".join(f", {option}" for option in options)
    return f"read_parquet([{the_file(path)}], hive_partitioning = false{more})"


def parquet_metadata(path: Path) -> str:
    """The table function that reads what one Parquet file says of its columns."""
    return f"parquet_metadata({the_file(path)})"


def shown(text: object) -> str:
    """A path or name as a message has it: on one line, in characters that any terminal
    can write."""
    plain = str(text).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in plain)
