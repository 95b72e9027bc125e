"""Where the project's own files are."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from labour_monitor.files import ContentError, read_yaml

PARAMETERS = (
    *("exemption_list", "dream_first_week", "dream_first_month", "dream_last_month"),
)
"""The vars that decide figures, beside the landing and the as-of date."""

DEMONSTRATION_SECRET = "demonstration-only"


class NotFoundError(FileNotFoundError):
    """The project's folder was not found."""


def root() -> Path:
    """The folder of `dbt_project.yml`: the working directory's, else this file's.

    Raises:
        NotFoundError: neither lies inside the project.
    """
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "dbt_project.yml").is_file():
                return folder
    raise NotFoundError(
        "dbt_project.yml was not found: run this from inside the labour-monitor project"
    )


def variables() -> dict[str, Any]:
    """The vars of `dbt_project.yml`, as a run has them that is given none.

    Raises:
        ContentError: the file lacks one of them, a date is none, or it cannot be read.
    """
    name = "dbt_project.yml"
    given = read_yaml(root() / name, name).get("vars")
    missing = set(PARAMETERS) - set(given if isinstance(given, dict) else ())
    if missing:
        raise ContentError(
            f"file {name}: expected vars with {', '.join(PARAMETERS)}; found none of "
            f"the name {', '.join(sorted(missing))}. What to do: put them back, as "
            f"in `git show HEAD:{name}`."
        )
    for var in (var for var in PARAMETERS if var.startswith("dream_")):
        try:
            given[var] = str(date.fromisoformat(str(given[var])))
        except ValueError:
            raise ContentError(
                f"file {name}, var {var}: expected a date YYYY-MM-DD; found "
                f"'{given[var]}'. What to do: correct it."
            ) from None
    return given


def database_path() -> Path:
    """The DuckDB file that dbt builds, by the same rule as `profiles/profiles.yml`."""
    return root() / os.environ.get("MONITORING_DUCKDB_PATH", "data/monitoring.duckdb")


def citizen_key_secret() -> str:
    """The secret of `citizen_key` (D1); the demonstration's when none is set."""
    return os.environ.get("CITIZEN_KEY_SECRET") or DEMONSTRATION_SECRET
