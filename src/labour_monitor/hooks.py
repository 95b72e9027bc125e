"""The steps of a run that need Python: the functions by which the hooks of
`dbt_project.yml` open the landing and close the run, and those by which staging reads
the contract of a register and dbt the rows of a seed. How an engine comes to them, its
own plugin says (`dbt_plugin`, `spark_session`).

Between the two hooks of a run its opening is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from labour_monitor import project, runs, seed_files
from labour_monitor.files import ContentError
from labour_monitor.landing import (
    closing,
    contract,
    narrowing,
    relations,
    row_rules,
)
from labour_monitor.landing.checked import NOTHING
from labour_monitor.landing.closing import Ended
from labour_monitor.landing.contract import Source
from labour_monitor.landing.deliveries import delivered_dates, resolve_as_of
from labour_monitor.landing.dialects import Dialect
from labour_monitor.landing.faults import LandingError
from labour_monitor.landing.opening import (
    Opening,
    is_of_another_secret,
    open_landing,
)
from labour_monitor.runs import Known, Node, Selection

_ANOTHER_SECRET = (
    "expected the secret with which the last run made the citizen keys; found another "
    "one in CITIZEN_KEY_SECRET. What to do: set the secret of that run; nothing was "
    "tested."
)

_under_way: tuple[Opening, Known, Selection] | None = None
checked = NOTHING
"""What `labour-monitor build` has found before it runs dbt in this process."""


def wait() -> None:
    """See `open_landing`. Where `labour-monitor build` runs dbt in this process, it is
    another function.
    """


def _questions(_: dict) -> dict:
    """What a run asks its database: relation and query of each question."""
    return {
        "at_start": runs.QUESTIONS,
        "at_end": runs.QUESTIONS_AT_END,
        "of_secret": runs.QUESTION_OF_SECRET,
    }


def _rows_kept(given: dict) -> dict:
    """See `runs.rows_kept`."""
    return {"question": runs.rows_kept(given["relation"])}


def _secret_of_last_run(given: dict) -> dict:
    """An error where the last run had another secret."""
    is_another = is_of_another_secret(runs.known(given["answers"]))
    return {"error": _ANOTHER_SECRET} if is_another else {}


def _parameters(_: dict) -> dict:
    """The names of the vars that decide figures."""
    return {"names": project.PARAMETERS}


def _open_landing(given: dict) -> dict:
    """See `open_landing`: statements and messages, or an error."""
    global _under_way
    _under_way = None
    if given["database"]:
        narrowing.remove(given["database"])
    known = runs.known(given["answers"])
    nodes = {
        name: Node(name, path, tuple(parents), is_incremental)
        for name, path, parents, is_incremental in given["nodes"]
    }
    # dbt does not tell what a retry makes: what the run before it has not made.
    selected = given["selected"] or nodes.keys() - known.built.keys()
    selection = Selection(nodes, frozenset(selected))
    try:
        opening = open_landing(
            landing_path=given["landing_path"],
            as_of=given["as_of"],
            exemption_list=given["exemption_list"],
            weeks_read=given["weeks_read"],
            parameters=given["parameters"],
            given_vars=given["given_vars"],
            known=known,
            selection=selection,
            sql=given["sql"],
            checked=checked,
            wait=wait,
        )
    except (LandingError, ContentError) as error:
        return {"error": str(error)}
    _under_way = opening, known, selection
    return {
        "statements": opening.statements,
        "emptied": opening.emptied,
        "messages": opening.messages,
    }


def _check_unchanged(_: dict) -> dict:
    """See `Opening.check_unchanged`: an error, or nothing."""
    try:
        if _under_way is not None:
            _under_way[0].check_unchanged()
    except LandingError as error:
        return {"error": str(error)}
    return {}


def _was_made_from_these_inputs(given: dict) -> dict:
    """Whether a model was last made from the inputs of the run that is under way; not
    where that run was cut short."""
    if _under_way is None:
        return {"answer": False}
    opening, known, _ = _under_way
    made = known.built.get(given["name"])
    digest = opening.run.inputs_digest
    return {"answer": made is not None and made.digest == digest}


def _landing_contract(given: dict) -> dict:
    """See `row_rules.as_data`, or an error."""
    try:
        return row_rules.as_data(given["source"])
    except ContentError as error:
        return {"error": str(error)}


def _seed_rows(given: dict) -> dict:
    """The rows of a seed as the run has checked them: columns, and the values of each
    row, none as null."""
    rows = seed_files.read(given["seed"])
    return {
        "columns": list(rows[0].values) if rows else [],
        "rows": [[value or None for value in row.values.values()] for row in rows],
    }


def _newest_deliveries(given: dict) -> dict:
    """The newest delivery of each source until the as-of date; None where there is
    none. Or an error."""
    landing = project.root() / given["landing_path"]
    sources = contract.sources()
    try:
        as_of = resolve_as_of(landing, sources, given["as_of"])
    except LandingError as error:
        return {"error": "; ".join(map(str, error.faults))}
    return {
        "deliveries": {
            name: max(
                (
                    day.isoformat()
                    for day in delivered_dates(landing, name)
                    if day <= as_of
                ),
                default=None,
            )
            for name in sources
        }
    }


def _narrow(given: dict) -> dict:
    """Statements that let a register be read narrowed, and a message where it cannot
    be. See `narrowing.Asked`."""
    if _under_way is None or given["database"] is None:
        return {"statements": [], "message": None}
    opening, _, _ = _under_way
    source = contract.sources()[given["source"]]
    asked = narrowing.Asked(
        given["people"], given["people_since"], given["codes"], opening.found
    )
    try:
        copies = narrowing.copies(
            source,
            opening.read[source.name],
            opening.keeping.deliveries,
            asked,
            given["database"],
        )
    except narrowing.NotNarrowedError as error:
        return {"statements": [], "message": f"{source.name} is read whole: {error}"}
    return {"statements": [_narrowed_view(source, copies)], "message": None}


def _widen(given: dict) -> dict:
    """Statements that let a register be read whole again; its copies are gone."""
    if _under_way is None:
        return {"statements": []}
    source = contract.sources()[given["source"]]
    if given["database"]:
        narrowing.remove_those_of(source, given["database"])
    return {"statements": [_narrowed_view(source, None)]}


def _narrowed_view(source: Source, copies: Mapping[Path, Path | None] | None) -> str:
    opening, _, _ = _under_way
    return relations.narrowed_view(
        source,
        opening.read[source.name],
        opening.weeks_read,
        opening.keeping.deliveries,
        copies,
    )


def _close_run(given: dict) -> dict:
    """See `closing.Closed`. Of a run whose files were written since it began nothing
    is written down, as if it had been killed, and there is an error."""
    if given["database"]:
        narrowing.remove(given["database"])
    changed = _check_unchanged({})
    if _under_way is None or changed:
        return asdict(closing.Closed([], {}, [], [])) | changed
    opening, known, selection = _under_way
    closed = closing.close_run(
        opening.run,
        opening.landing,
        opening.is_marked,
        opening.is_synthetic,
        known,
        selection,
        opening.seed_digests,
        Ended(
            made=frozenset(given["made"]),
            has_failed=given["has_failed"],
            is_tested=given["is_tested"],
        ),
        given["answers"],
        opening.keeping,
        opening.told_at_end,
        given["sql"],
    )
    return asdict(closed)


LONG = frozenset({"narrow", "open_landing"})
"""Functions that work for seconds, on all cores, or wait."""
_FUNCTIONS: tuple[tuple[str, Callable[[dict], dict]], ...] = (
    ("questions", _questions),
    ("rows_kept", _rows_kept),
    ("secret_of_last_run", _secret_of_last_run),
    ("parameters", _parameters),
    ("open_landing", _open_landing),
    ("check_unchanged", _check_unchanged),
    ("close_run", _close_run),
    ("narrow", _narrow),
    ("widen", _widen),
    ("was_made_from_these_inputs", _was_made_from_these_inputs),
    ("landing_contract", _landing_contract),
    ("seed_rows", _seed_rows),
    ("newest_deliveries", _newest_deliveries),
)


def functions(
    sql: Dialect, database: Path | None = None
) -> dict[str, Callable[[str], str]]:
    """What the macro `in_python` calls, by name: from JSON to JSON.

    Args:
        sql: the dialect of the engine that builds the models.
        database: the file beside which large deliveries are narrowed; None where none
            are.
    """

    def in_json(function: Callable[[dict], dict]) -> Callable[[str], str]:
        def called(arguments: str) -> str:
            given = json.loads(arguments) | {"sql": sql, "database": database}
            return json.dumps(function(given))

        return called

    return {name: in_json(function) for name, function in _FUNCTIONS}
