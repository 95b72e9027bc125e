"""The data tests that are declared for the rule seeds say before a run what dbt says
after it, and the months of the rules are those of the calendar model."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labour_monitor import rule_data
from labour_monitor.files import read_yaml
from labour_monitor.landing.opening import EXEMPTION_LISTS

from .rendering import ROOT, macro, sql


def declarations(file: str) -> list[dict[str, Any]]:
    return read_yaml(ROOT / "seeds" / file, file)["seeds"]


DECLARED = declarations("rules/_rules__seeds.yml")
ASKED_OF_ROWS = {
    *("unique_grain", "unique", "never_null", "accepted_values", "relationships"),
}
ASKED_BEFORE = ASKED_OF_ROWS | {"row_count", "has_every_value"}
NONE_SUCH = {"varchar": "none_such", "integer": "-7", "date": "1900-01-01"}
"""A value that no list has, by the type of the column."""

drawn_settings = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # what differs is named: no need to shrink
)


def declared(seed: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each data test of a seed without a `where`: name and arguments."""
    for of in (seed, *seed["columns"]):
        for test in of.get("data_tests", []):
            ((name, test_of),) = ({test: {}} if isinstance(test, str) else test).items()
            if "where" not in test_of.get("config", {}):
                column = {"column_name": of["name"]} if of is not seed else {}
                yield name, column | test_of.get("arguments", {})


def test_every_declared_test_of_a_seed_is_asked_before_a_run() -> None:
    seeds = [*DECLARED, *declarations("code_lists/_code_lists__seeds.yml")]
    assert {name for seed in seeds for name, _ in declared(seed)} == ASKED_BEFORE


def fails(connection, seed: str, name: str, arguments: dict[str, Any]) -> bool:
    """Whether a data test fails, as dbt runs it."""
    arguments = dict(arguments)
    if "to" in arguments:
        arguments["to"] = re.findall(r"ref\('(\w+)'\)", arguments["to"])[0]
    if "columns" in arguments:  # where a rule comes from is asked by dbt alone
        kept = [column for column in arguments["columns"] if column != "reference"]
        if not kept:
            return False
        arguments["columns"] = kept
    own = name in ("unique_grain", "never_null")
    test = macro(name if own else f"default__test_{name}")
    return bool(connection.execute(test(seed, **arguments)).fetchall())


def load(connection, file: Path) -> None:
    connection.execute(
        f"create or replace table {file.stem} as from "
        f"read_csv('{file}', all_varchar = true, header = true)"
    )


@pytest.mark.parametrize("seed", DECLARED, ids=lambda seed: seed["name"])
def test_a_row_that_dbt_would_find_after_a_run_stops_it_before(seed, tmp_path) -> None:
    seeds = shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    file = seeds / f"rules/{seed['name']}.csv"
    with file.open(newline="", encoding="utf-8") as rows:
        sound = list(csv.DictReader(rows))[:6]
    columns = list(sound[0])
    asked = [t for t in declared(seed) if t[0] in ASKED_OF_ROWS]
    types = seed["config"]["column_types"]
    looked_at = {
        name
        for _, arguments in asked
        for name in (arguments.get("column_name"), *arguments.get("columns", []))
        if name in columns
    }

    connection = duckdb.connect()
    for path in seeds.glob("*/*.csv"):
        load(connection, path)

    @drawn_settings
    @given(st.data())
    def compare(data) -> None:
        changed = [dict(row) for row in sound]
        for _ in range(data.draw(st.integers(0, 2))):
            row = data.draw(st.sampled_from(changed))
            column = data.draw(st.sampled_from(sorted(looked_at)))
            none_such = NONE_SUCH.get(types[column], "")
            values = sorted({r[column] for r in sound} | {"", none_such})
            row[column] = data.draw(st.sampled_from(values))
        with file.open("w", newline="", encoding="utf-8") as written:
            writer = csv.DictWriter(written, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
        load(connection, file)
        after = any(fails(connection, seed["name"], *test) for test in asked)
        about = f"seeds/rules/{seed['name']}.csv line"
        # What is wrong with months and a cohort is Python's alone: no test is declared.
        before = any(
            fault.file.startswith(about) for fault in rule_data.declared_faults(seeds)
        )
        assert before == after

    with connection:
        compare()


months = st.dates(date(1999, 1, 1), date(2030, 1, 1)).map(
    lambda day: day.replace(day=1)
)


@drawn_settings
@given(
    st.lists(
        st.tuples(months, st.integers(0, 30), st.integers(0, 14)),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 200),
    st.integers(-1, 1),
)
def test_months_and_their_publications_are_those_of_the_calendar(
    tmp_path_factory, drawn, number_of_publication, days_later
) -> None:
    """P1, P2, P3: the dates by which the in-door and replay go are the model's; asked
    on the day of a publication, and on those beside it."""
    seeds = tmp_path_factory.mktemp("seeds")
    (seeds / "rules").mkdir()
    shutil.copy(ROOT / "seeds/rules/_rules__seeds.yml", seeds / "rules")
    (declared_as,) = [seed for seed in DECLARED if seed["name"] == "initiatives"]
    columns = list(declared_as["config"]["column_types"])
    with (seeds / "rules/initiatives.csv").open("w", encoding="utf-8") as file:
        written = csv.DictWriter(file, columns, lineterminator="\n")
        written.writeheader()
        for number, (first, n_months, lag) in enumerate(drawn):
            last = rule_data.month_end(first, n_months).replace(day=1)
            population = "monthly" if number % 2 else "locked_cohort"
            written.writerow(
                {
                    "initiative": f"i{number}",
                    "population": population,
                    "first_month": first,
                    "last_month": last,
                    "publication_lag_months": lag,
                }
            )
    file = seeds / "rules/initiatives.csv"
    publications = rule_data.publications(seeds)
    asked = publications[number_of_publication % len(publications)]
    as_of = asked.publication_date + timedelta(days=days_later)
    with duckdb.connect() as connection:
        connection.execute(f"create table initiatives as from read_csv('{file}')")
        connection.execute(
            f"create table int_as_of as select date '{as_of}' as as_of_date"
        )
        found = connection.execute(
            "select initiative, population, data_month, publication_date, last_date, "
            f"is_reportable from ({sql('int_initiative_months')}) order by 1, 3"
        ).fetchall()
    expected = [
        (
            *(p.initiative, p.population, p.data_month, p.publication_date),
            *(rule_data.month_end(p.data_month), p.publication_date <= as_of),
        )
        for p in publications
    ]
    assert found == expected
    newest = [row[2] for row in found if row[1] == "monthly" and row[-1]]
    assert rule_data.newest_month_start(as_of, seeds) == max(newest, default=None)


def test_the_lists_of_exemptions_are_those_of_the_rules() -> None:
    """X2: what the var may name is what an initiative may name, and a column of the
    codes."""
    (initiatives,) = [seed for seed in DECLARED if seed["name"] == "initiatives"]
    (column,) = [c for c in initiatives["columns"] if c["name"] == "exemption_list"]
    (test,) = column["data_tests"]
    assert tuple(test["accepted_values"]["arguments"]["values"]) == EXEMPTION_LISTS
    with (ROOT / "seeds/code_lists/fritagelse_codes.csv").open() as file:
        names = next(csv.reader(file))
    assert {n for n in names if n.startswith("is_in_")} == {
        f"is_in_{name}" for name in EXEMPTION_LISTS
    }
