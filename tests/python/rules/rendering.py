"""The project's SQL as dbt would render it for DuckDB, without dbt: a rule that stands
in SQL and in Python is then compared over drawn inputs in milliseconds."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jinja2

from labour_monitor import project
from labour_monitor.landing import row_rules

ROOT = project.root()


class _Returned(Exception):  # noqa: N818 - it ends a macro, and is no error
    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def _fail(message: str) -> None:
    raise ValueError(message)


class _Adapter:
    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def dispatch(self, name: str) -> Callable[..., Any]:
        return self._names.get(f"duckdb__{name}") or self._names[f"default__{name}"]


class _Dbt:
    @staticmethod
    def type_string() -> str:
        return "varchar"

    @staticmethod
    def is_incremental() -> bool:
        return False


@dataclass(frozen=True)
class _Macro:
    """A macro that gives what it returns, as dbt's do, or else its text."""

    file: Path
    name: str

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(_module(self.file), f"own__{self.name}")(*arguments, **named)
        except _Returned as returned:
            return returned.value


_OWN = re.compile(r"(\{%-?\s*)(?:macro|test)(\s+)(\w+)")


@cache
def _module(file: Path) -> Any:
    """The macros of a file, under names of their own: each is called from outside
    alone, so that `return` ends it and no other."""
    text = _OWN.sub(r"\1macro\2own__\3", file.read_text(encoding="utf-8"))
    text = re.sub(r"(\{%-?\s*)endtest", r"\1endmacro", text)
    return _environment().from_string(text, globals=_names()).module


@cache
def _names() -> dict[str, Any]:
    """All that a template may name: the macros of the project, and what dbt gives."""
    variables = project.variables()
    names: dict[str, Any] = {
        "adapter": None,
        "config": lambda **_: "",
        "dbt": _Dbt,
        "exceptions": type("exceptions", (), {"raise_compiler_error": _fail}),
        "execute": True,
        "fromjson": json.loads,
        "modules": type("modules", (), {"datetime": datetime, "re": re}),
        "ref": lambda name: name,
        "return": _return,
        "source": lambda schema, name: f"{schema}.{name}",
        "tojson": json.dumps,
        "var": lambda name: variables[name],
    }
    names["adapter"] = _Adapter(names)
    # Found without importing dbt, which takes a second.
    (of_dbt,) = find_spec("dbt").submodule_search_locations
    dbts_tests = Path(of_dbt) / "include/global_project"
    for folder in (
        dbts_tests / "macros/generic_test_sql",
        *(ROOT / "macros", ROOT / "tests/sql/generic"),
    ):
        for file in folder.rglob("*.sql"):
            for _, _, name in _OWN.findall(file.read_text(encoding="utf-8")):
                names[name] = _Macro(file, name)
    # Python itself is asked, not by way of the database.
    names["landing_contract"] = row_rules.as_data
    return names


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(extensions=["jinja2.ext.do"])


def macro(name: str) -> Callable[..., Any]:
    """A macro of the project, such as `trimmed`."""
    return _names()[name]


def sql(name: str) -> str:
    """The SQL of a model or a test by its name; relations are called by theirs, without
    the schema where they are the project's."""
    (file,) = [
        path
        for folder in ("models", "tests/sql")
        for path in (ROOT / folder).rglob(f"{name}.sql")
    ]
    return render(file)


def render(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return _environment().from_string(text, globals=_names()).render()
