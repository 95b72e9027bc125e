"""The metrics of dbt, without MetricFlow: what each counts, in plain SQL, is what the
marts say. `make metrics` asks MetricFlow itself."""

from __future__ import annotations

import re

import pytest

from labour_monitor import compiled, project

COUNTS = ("n_target_group", "n_exempt", "n_rehab", "n_measured", "n_fulfilled")
SHARES = {"fulfilled_pct", "exempt_pct"}
GUARDS = {"n_initiatives", "n_months"}
"""The metrics that say of how many initiatives and months a row of an answer is."""
AREAS = {
    "municipality": ("municipality_code", "true"),
    "participating": ("'deltagere'", "is_participating"),
    "country": ("'hele_landet'", "initiative = 'afklaringspuljen'"),
}
"""The areas of the marts, as the metrics are asked for them: code, and which rows."""


@pytest.fixture(scope="module")
def manifest():
    return compiled.manifest("monitoring")


@pytest.fixture(scope="module")
def metrics(manifest) -> dict:
    return {metric.name: metric for metric in manifest.metrics.values()}


@pytest.fixture(scope="module")
def semantics(manifest) -> dict:
    return {model.name: model for model in manifest.semantic_models.values()}


def sql_of(name: str, metrics: dict, semantics: dict) -> str:
    """What a metric is, over rows of `fct_citizen_month`."""
    metric = metrics[name]
    if metric.type.value == "simple":
        (measure,) = (
            measure
            for measure in semantics["citizen_months"].measures
            if measure.name == metric.type_params.measure.name
        )
        assert (measure.agg.value, metric.filter) == ("count_distinct", None)
        return f"count(distinct {measure.expr})"
    names = "|".join(used.name for used in metric.type_params.metrics)
    return re.sub(
        rf"\b({names})\b",
        lambda found: sql_of(found[0], metrics, semantics),
        metric.type_params.expr,
    )


def test_every_metric_is_known_here(metrics) -> None:
    assert metrics.keys() == {*COUNTS, *SHARES, *GUARDS}


def test_the_page_names_every_metric_exposure_and_saved_query(manifest) -> None:
    page = (project.root() / "docs/metrics.md").read_text(encoding="utf-8")
    rows = " ".join(re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows))
    assert {item.name for item in manifest.exposures.values()} <= named
    assert {item.name for item in manifest.metrics.values()} <= named
    asked = re.findall(r"--saved-query (\w+)", page)
    assert sorted(asked) == sorted(q.name for q in manifest.saved_queries.values())


def test_metrics_count_different_citizens_alone(semantics) -> None:
    """So nobody counts twice, over whatever areas, months or initiatives is asked."""
    measures = [m for model in semantics.values() for m in model.measures]
    of_guards = {"initiatives_asked_of", "months_asked_of"}
    for measure in measures:
        assert measure.agg.value == "count_distinct"
        assert "citizen_key" in measure.expr or measure.name in of_guards


def test_a_share_is_asked_of_one_initiative_and_month(metrics) -> None:
    for name in SHARES:
        share = metrics[name].type_params
        assert {used.name for used in share.metrics} >= GUARDS
        assert "when n_initiatives > 1 or n_months > 1" in share.expr


def test_no_citizen_can_be_asked_for(semantics) -> None:
    """D1: there is no entity and no dimension by which answers show a key."""
    for model in semantics.values():
        for asked_by in (*model.entities, *model.dimensions):
            assert "citizen_key" not in f"{asked_by.name} {asked_by.expr}"


@pytest.mark.parametrize("area_type", AREAS)
def test_what_a_metric_counts_is_in_the_marts(
    built, metrics, semantics, area_type
) -> None:
    code, rows = AREAS[area_type]
    counted = ", ".join(
        f"{sql_of(name, metrics, semantics)} as {name}"
        for name in (*COUNTS, "fulfilled_pct")
    )
    columns = f"initiative, area_code, data_month, {', '.join(COUNTS)}, fulfilled_pct"
    (differences,) = built.query(f"""
        with asked as (
            select initiative, {code} as area_code, data_month, {counted}
            from marts.fct_citizen_month
            where {rows}
            group by initiative, area_code, data_month
        ),

        shown as (
            select {columns} from marts.fct_area_month
            where area_type = '{area_type}' and n_target_group > 0
        )

        select
            (select count(*) from shown),
            (select count(*) from (
                (select {columns} from asked except select {columns} from shown)
                union all
                (select {columns} from shown except select {columns} from asked)
            ))
    """)
    n_shown, n_different = differences
    assert n_shown > 20
    assert n_different == 0


def test_the_share_of_the_exempt_is_that_of_the_reports(
    built, metrics, semantics
) -> None:
    share = sql_of("exempt_pct", metrics, semantics)
    rows = built.query(f"""
        select report.exempt_pct, {share}
        from marts.rpt_afklaringspuljen_target_group as report
        inner join marts.fct_citizen_month as citizen_month
            on
                report.area_code = citizen_month.municipality_code
                and report.report_month = citizen_month.data_month
        where
            citizen_month.initiative = 'afklaringspuljen'
            and report.publication_date = (
                select max(publication_date)
                from marts.rpt_afklaringspuljen_target_group
            )
        group by report.area_code, report.exempt_pct
    """)
    assert len(rows) > 20
    assert all(shown == asked for shown, asked in rows)
