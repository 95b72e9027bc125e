"""What MetricFlow answers is what the marts say, cell by cell. `make metrics` runs this
in the environment that has MetricFlow, on a database that is built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient

ROOT = Path(__file__).resolve().parents[2]
COUNTS = ("n_target_group", "n_exempt", "n_rehab", "n_measured", "n_fulfilled")
BY_MONTH = ("metric_time__month", "initiative")
AREAS = ("municipality", "participating", "country")

Answer = dict[tuple, tuple]


class Asked:
    """MetricFlow and the database that it asks."""

    def __init__(self, engine: MetricFlowEngine, client: SqlClient) -> None:
        self._engine, self._client = engine, client

    def answer(self, keys: int, **question: object) -> Answer:
        """By the first columns of an answer, which are what was grouped by."""
        request = MetricFlowQueryRequest.create(**question)
        return self._by_key(self._engine.query(request).result_df, keys)

    def marts(self, keys: int, sql: str) -> Answer:
        return self._by_key(self._client.query(sql), keys)

    def _by_key(self, table, keys: int) -> Answer:
        rows = {tuple(row[:keys]): tuple(row[keys:]) for row in table.rows}
        assert len(rows) == len(table.rows), "several rows are about the same"
        return rows


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        configuration = CLIConfiguration()
        configuration.setup(configure_file_logging=False)
        yield Asked(configuration.mf, configuration.sql_client)
        configuration.sql_client.close()


def rows_of(area_type: str) -> str:
    """The rows of the marts of a kind of area, as a saved query has them. Who is not
    there is not counted: an area without anybody has a row in the marts alone."""
    code = ", area.area_code" if area_type == "municipality" else ""
    return f"""
        select
            cast(area.data_month as timestamp), area.initiative{code},
            area.{", area.".join(COUNTS)}, area.fulfilled_pct,
            report.exempt_pct
        from marts.fct_area_month as area
        left join (
            select 'afklaringspuljen' as initiative, *
            from marts.rpt_afklaringspuljen_target_group
        ) as report
            on
                area.initiative = report.initiative
                and area.data_month = report.report_month
                and area.area_type = report.area_type
                and area.area_code = report.area_code
        where area.area_type = '{area_type}' and area.n_target_group > 0
    """


@pytest.mark.parametrize("area_type", AREAS)
def test_every_cell_of_the_marts_is_what_metricflow_answers(asked, area_type) -> None:
    keys = 3 if area_type == "municipality" else 2
    expected = asked.marts(keys, rows_of(area_type))
    found = asked.answer(keys, saved_query_name=f"area_month_{area_type}")
    assert len(expected) > 20
    if area_type == "country":  # only initiatives that have such rows
        of_country = {initiative for _, initiative in expected}
        found = {key: row for key, row in found.items() if key[1] in of_country}
    assert {key: row[:6] for key, row in found.items()} == {
        key: row[:6] for key, row in expected.items()
    }
    in_a_report = {key: row[6] for key, row in expected.items() if row[6] is not None}
    assert in_a_report
    assert {key: found[key][6] for key in in_a_report} == in_a_report


def test_nobody_counts_twice_over_months_areas_and_initiatives(asked) -> None:
    (found,) = asked.answer(0, metric_names=COUNTS).values()
    (expected,) = asked.marts(
        0,
        """
        select
            count(distinct citizen_key),
            count(distinct citizen_key) filter (is_exempt),
            count(distinct citizen_key) filter (
                visitation_category = 'rehabiliteringsgruppe'
            ),
            count(distinct citizen_key) filter (is_measured),
            count(distinct citizen_key) filter (is_fulfilled)
        from marts.fct_citizen_month
        """,
    ).values()
    assert found == expected


@pytest.mark.parametrize("share", ["fulfilled_pct", "exempt_pct"])
@pytest.mark.parametrize(
    "grouped", [(), ("initiative",), ("metric_time__month",), ("metric_time__year",)]
)
def test_a_share_of_several_months_or_initiatives_is_refused(
    asked, share, grouped
) -> None:
    with pytest.raises(Exception, match="a share is of one initiative in one month"):
        asked.answer(len(grouped), metric_names=[share], group_by_names=grouped)


def test_regions_and_names_are_those_of_the_dimensions(asked) -> None:
    found = asked.answer(
        3,
        metric_names=["n_measured"],
        group_by_names=(*BY_MONTH, "municipality__region_name"),
    )
    expected = asked.marts(
        3,
        """
        select
            cast(area.data_month as timestamp), area.initiative,
            municipality.region_name, sum(area.n_measured)
        from marts.fct_area_month as area
        join marts.dim_municipality as municipality
            on area.area_code = municipality.municipality_code
        group by all
        having sum(area.n_target_group) > 0
        """,
    )
    assert found == expected
