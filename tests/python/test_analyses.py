"""Every analysis compiles, runs on the built registers and answers its question."""

from __future__ import annotations

import duckdb
import pytest

from labour_monitor import compiled, project

ANALYSES = sorted(path.stem for path in (project.root() / "analyses").glob("*.sql"))


@pytest.fixture(scope="module")
def answers(built, tmp_path_factory) -> dict[str, list[dict]]:
    results = compiled.dbt(
        built.database,
        *("compile", "--select", "path:analyses"),
        target=tmp_path_factory.mktemp("analyses"),
        landing_path=str(built.landing),
    )
    # As in a notebook: by a connection that has no secret of the citizen keys (D1).
    with duckdb.connect(str(built.database), read_only=True) as connection:
        return {
            result.node.name: rows_of(connection, result.node.compiled_code)
            for result in results
        }


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("analysis", ANALYSES)
def test_an_analysis_answers(answers, analysis) -> None:
    assert answers[analysis], "no rows"


def test_those_with_a_step_up_marker_are_followed_from_month_0(answers) -> None:
    rows = answers["how_do_citizens_with_a_step_up_marker_fare_beside_those_without"]
    assert [row["month_since_marker"] for row in rows] == list(range(len(rows)))


def test_entries_and_exits_of_the_analysis_are_those_of_the_flow(
    answers, built
) -> None:
    rows = answers["why_do_citizens_enter_and_leave_the_target_groups"]
    flow = built.query("""
        select initiative, data_month, n_new, n_left from marts.fct_area_month
        where area_type = 'participating' and n_new is not null
    """)
    assert flow
    for initiative, month, n_new, n_left in flow:
        found = {
            movement: sum(
                row["n_citizens"]
                for row in rows
                if (row["initiative"], row["data_month"], row["movement"])
                == (initiative, month, movement)
            )
            for movement in ("entry", "exit")
        }
        assert found == {"entry": n_new, "exit": n_left}, (initiative, month)


def test_the_shorter_exemption_list_measures_as_many_or_more(answers, built) -> None:
    rows = answers["what_would_an_exemption_list_of_11_instead_of_13_change"]
    measured = dict(
        ((area_type, month), n)
        for area_type, month, n in built.query("""
            select area_type, data_month, n_measured from marts.fct_area_month
            where initiative = 'afklaringspuljen' and area_type <> 'municipality'
        """)
    )
    for row in rows:
        assert (
            row["n_measured_by_notat"] == measured[row["area_type"], row["data_month"]]
        )
        assert row["n_measured_by_faq"] >= row["n_measured_by_notat"]
    assert any(row["n_measured_by_faq"] > row["n_measured_by_notat"] for row in rows)


def test_paths_start_with_everybody_measured_in_both_months(answers, built) -> None:
    rows = answers["which_paths_do_citizens_take_between_statuses"]
    (both,) = built.query("""
        select count(*) from marts.fct_citizen_month as one
        inner join marts.fct_citizen_month as other
            on
                one.initiative = other.initiative
                and one.citizen_key = other.citizen_key
                and other.data_month = one.data_month + interval 1 month
        where
            one.is_measured and other.is_measured
            and one.is_participating and other.is_participating
    """)
    assert sum(row["n_citizens"] for row in rows) == both[0]
