"""Where the project's own files are, and what of the environment is meant for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from labour_monitor.files import ContentError, parse_yaml, read_bytes, read_yaml

PARAMETERS = (
    *("exemption_list", "dream_first_week", "dream_first_month", "dream_last_month"),
)
"""The vars that decide figures, beside the landing and the as-of date."""

_FILE = "dbt_project.yml"
_OTHER_SCHEMAS = ("landing", "version_1_0")

DATABASE = "data/monitoring.duckdb"
DEMONSTRATION_SECRET = "demonstration-only"

NAME = "labour_monitor"
"""Of the dbt project, and of this package."""

_PACKAGE = Path(__file__).resolve().parent


class NotFoundError(FileNotFoundError):
    """The project's folder was not found, or there are two."""


def root() -> Path:
    """The folder of `dbt_project.yml` that belongs to this code: where the command is
    started does not matter, unless that is a project with the same code.

    Raises:
        NotFoundError: this code lies in no project.
    """
    here = _folder_of(_working_directory())
    if here and _has_this_code(here):
        return here
    own = _folder_of(_PACKAGE)
    if own is None:
        raise NotFoundError(
            f"{_PACKAGE}: expected to lie in the labour-monitor project; found no "
            "dbt_project.yml above it. What to do: install the package from the "
            "project's folder with `make .venv/.ready`"
        )
    return own


def check_started_here() -> None:
    """Files of one clone and code of another would make figures of neither.

    Raises:
        NotFoundError: the command was started in another clone of this project.
    """
    here = _folder_of(_working_directory())
    if here and not _has_this_code(here) and _settings(here).get("name") == NAME:
        raise NotFoundError(
            f"{here}: expected to be started outside of it, or with its own command "
            f"there; found the command of {root()}. What to do: use "
            f"{here / '.venv/bin'} (`make .venv/.ready` makes it), or go to {root()}"
        )


def _working_directory() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:  # it was removed
        return None


def _folder_of(start: Path | None) -> Path | None:
    """The project that a folder lies in, whichever it is."""
    for folder in (start, *start.parents) if start else ():
        if (folder / _FILE).is_file():
            return folder
    return None


def _has_this_code(folder: Path) -> bool:
    code = folder / "src" / NAME
    return code.exists() and code.samefile(_PACKAGE)


def _settings(folder: Path) -> dict[str, Any]:
    """What `dbt_project.yml` says; nothing where it cannot be read."""
    try:
        return read_yaml(folder / _FILE, _FILE)
    except ContentError:
        return {}


def _own_settings() -> dict[str, Any]:
    return deepcopy(_parsed(read_bytes(root() / _FILE, _FILE)))


@lru_cache(maxsize=1)
def _parsed(content: bytes) -> dict[str, Any]:
    """What a content says, once for as long as the file has it: each row of the
    initiatives is held against the vars."""
    return parse_yaml(content, _FILE)


def variables() -> dict[str, Any]:
    """The vars of `dbt_project.yml`, as a run has them that is given none.

    Raises:
        ContentError: the file lacks one of them, a date is none, or it cannot be read.
    """
    given = _own_settings().get("vars")
    missing = set(PARAMETERS) - set(given if isinstance(given, dict) else ())
    if missing:
        raise ContentError(
            f"file {_FILE}: expected vars with {', '.join(PARAMETERS)}; found none of "
            f"the name {', '.join(sorted(missing))}. What to do: put them back, as "
            f"in `git show HEAD:{_FILE}`."
        )
    for var in (var for var in PARAMETERS if var.startswith("dream_")):
        try:
            given[var] = str(date.fromisoformat(str(given[var])))
        except ValueError:
            raise ContentError(
                f"file {_FILE}, var {var}: expected a date YYYY-MM-DD; found "
                f"'{given[var]}'. What to do: correct it."
            ) from None
    return given


LEAST_LIMIT = 3
"""What Statistics Denmark asks for at the least."""


def disclosure_limit() -> int:
    """The first count that is not small (D2).

    Raises:
        ContentError: the var is none that can be.
    """
    limit = variables().get("disclosure_limit")
    if type(limit) is int and limit >= LEAST_LIMIT:
        return limit
    raise ContentError(
        f"file {_FILE}, var disclosure_limit: expected a whole number of at least "
        f"{LEAST_LIMIT}; found '{limit}'. What to do: correct it (5 is the default)."
    )


def schemas() -> set[str]:
    """The schemas of the database: those of `dbt_project.yml`, that of the landing, and
    that of what was taken over from version 1.0."""

    def named(settings: object) -> Iterator[str]:
        for key, value in settings.items() if isinstance(settings, dict) else ():
            if key == "+schema":
                yield value
            yield from named(value)

    settings = _own_settings()
    of_dbt = (settings.get(kind) for kind in ("models", "seeds"))
    return {*(s for kind in of_dbt for s in named(kind)), *_OTHER_SCHEMAS}


TARGET = "duckdb"
"""The target of dbt with which the commands of this project build their files."""

_PROFILES = "profiles.yml"


def default_target() -> str:
    """The target of a dbt that is told none.

    Raises:
        ContentError: the profiles cannot be read.
    """
    profiles = read_yaml(root() / _PROFILES, _PROFILES)
    return str((profiles.get(NAME) or {}).get("target"))


def database_path() -> Path:
    """The DuckDB file that dbt builds, by the same rule as `profiles/profiles.yml`."""
    return root() / (os.environ.get("MONITORING_DUCKDB_PATH") or DATABASE)


MEMORY_LIMIT = "4GB"
"""What DuckDB may use, as in `profiles/profiles.yml`; the rest it writes to files."""


def n_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


def duckdb_threads(n_bytes: int, at_most: int) -> int:
    """Threads of DuckDB for deliveries of a size: one, and one more for each 100 MB.
    A query that waits for another thread looks for work without a pause, so that
    threads without much to do cost more than they give: with four of them the build
    of the demonstration takes a third more."""
    return min(at_most, 1 + n_bytes // 100_000_000)


def citizen_key_secret() -> str:
    """The secret of `citizen_key` (D1); the demonstration's when none is set."""
    return os.environ.get("CITIZEN_KEY_SECRET") or DEMONSTRATION_SECRET


def environment_of_dbt() -> tuple[dict[str, str], list[str]]:
    """The environment without dbt's own variables (DBT_TARGET, DBT_EMPTY …), by which
    a command of this project would build something else, or elsewhere; and the names of
    those that were left out."""
    own = sorted(name for name in os.environ if name.startswith("DBT_"))
    return {n: v for n, v in os.environ.items() if n not in own}, own
