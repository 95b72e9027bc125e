"""The lint against clocks and chance: each construct is caught, what only looks like it
is not, and an exception needs a reason that still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from labour_monitor import project, sql_lint

FILE = Path("models/some_model.sql")
CAUGHT = {
    "clock": [
        "select current_date",
        "select CURRENT_TIMESTAMP as at",
        "select current_time, 1",
        "select localtimestamp",
        "select now()",
        "select Now ( )",
        "select today()",
        "select getdate()",
        "select get_current_timestamp()",
        "select transaction_timestamp()",
        "select unix_timestamp()",
        "select age(birth_date)",
        "select {{ dbt.current_timestamp() }}",
        "select '{{ run_started_at }}'",
        "select {{ modules.datetime.date.today() }}",
        "select {{ holds_on('spells', 'current_date') }}",
        "{% set day = 'now()' %}select {{ day }}",
        "select * from t where d < '2020-01-01' and d > now()",
    ],
    "chance": [
        "select random()",
        "select * from t order by random()",
        "select uuid()",
        "select gen_random_uuid()",
        "select newid()",
        "select setseed(0.5)",
        "select * from t using sample 10",
        "select * from t tablesample (10 percent)",
        "select '{{ invocation_id }}'",
    ],
    "arbitrary": [
        "select any_value(a) from t",
        "select first(a order by b) from t",
        "select last (a) from t",
        "select arbitrary(a) from t",
        "select arg_max(a, b) from t",
        "select argmin(a, b) from t",
        "select arg_max_null(a, b) from t",
        "select max_by(a, b) from t",
        "select min_by(a, b) from t",
        "select mode(a) from t",
        "select mode() within group (order by a) from t",
        "select approx_quantile(a, 0.5) from t",
        "select distinct on (a) a, b from t order by a, b",
        "select rowid from t",
        'select "first"(a) from t',
    ],
    "unordered-aggregate": [
        "select list(a) from t",
        "select array_agg(a) from t",
        "select array_agg(distinct a) from t",
        "select collect_list(a) from t",
        "select collect_set(a) from t",
        "select string_agg(a, ',') from t",
        "select string_agg(a, ', order by ') from t",
        "select group_concat(a) from t order by a",
        "select listagg(a, ',') within group (partition by a) from t",
        "select json_group_array(a) from t",
        "select list((select max(a) from t order by a)) from t",
        "{% macro m(a) %} string_agg({{ a }}, '{{ separator }}') {% endmacro %}",
    ],
    "unordered-window": [
        "select row_number() over () from t",
        "select row_number() over (partition by a) from t",
        "select rank() over (partition by (a + b)) from t order by a",
        "select lag(a, 1, 0) over (partition by b) from t",
        "select lead(a) ignore nulls over (partition by b) from t",
        "select first_value(a) over (partition by b) from t",
        "select last_value(a) over w from t window w as (partition by b)",
        "select row_number() over (partition by (select 1 order by 1)) from t",
        "select ntile(4) over (/* order by a */) from t",
    ],
    "unordered-limit": [
        "select * from t limit 1",
        "select * from (select * from t limit 3) as s order by a",
        "select * from (select * from t order by a) as s limit 3",
        "with s as (select * from t order by a) select * from s LIMIT 3",
        "select row_number() over (order by a) from t limit 3",
        "select * from t fetch first 3 rows only",
        "select * from t limit {{ n }}",
    ],
    "floating-sum": [
        "select sum(cast(a as double)) from t",
        "select sum(try_cast(a as float)) from t",
        "select a::real from t",
        "select cast(a as double precision) from t",
        "select avg(a / b) from t",
        "select sum(100.0 * a / b) from t",
        "select sum(a / cast(b as decimal(18, 2))) from t",
        "select stddev(a) from t",
        "select avg({{ 'a / b' }}) from t",
    ],
}
LET_BY = [
    "-- current_date is not read: see int_as_of\nselect 1",
    "/* now() and\n random() */ select 1",
    "{# first(a), limit 1 #}select 1",
    "select 'today() is current_date' as text",
    "select 'it''s now()' as text, 1",
    "select '{{ var('as_of') }} now()' as text, 1",
    "{% do log(\"'now()'\") %}select 1",
    "select int_now(a), nowhere, is_current_date_known from t",
    "select known() from t",
    "select as_of_date, days_since_now from int_as_of",
    "select age(last_date, birth_date), average(a), page(b) from t",
    "select first_date, last_date, first, last from t",
    "select t.mode, t.list, t.rank, t.first from t",
    "select list_contains(a, b), list_sort(a), first_month(a), commode(a) from t",
    "select row_id, approximate from t",
    "select distinct a from t",
    "select count(distinct a) from t",
    "{% for a in b %}{{ ',' if not loop.last }}{% endfor %}{{ c | list }}",
    "{% set names = c | first %}select 1",
    "select string_agg(a, ',' order by a) from t",
    "select string_agg({{ text }}, '{{ separator }}' order by {{ text }}) from t",
    "select list(a order by b) filter (where a > 1) from t",
    "select listagg(a, ',') within group (order by a) from t",
    "select row_number() over (partition by a order by b) from t",
    "select lag(a) over w from t window w as (partition by b order by c)",
    "select lead(a) ignore nulls over (order by b) from t",
    "select sum(a) over (partition by b), count(*) over () from t",
    "select * from t order by a limit 1",
    "select * from (select * from t order by a limit 1) as s",
    "select * from t where a in (select b from s order by b fetch first 1 row only)",
    'select "limit", limits, t.limit from t',
    "select sum(a), avg(b), sum(a) / sum(b) from t",
    "select avg(cast(a / b as decimal(18, 12))) from t",
    "select sum({{ integer_divide('a', 'b') }}), sum(a // b) from t",
    "select cast(a as decimal(18, 2)) as realised, real_estate, b as floating from t",
]


def rules_in(sql: str) -> list[str]:
    return [violation.rule for violation in sql_lint.violations(FILE, sql)]


@pytest.mark.parametrize(
    ("rule", "sql"), [(rule, sql) for rule, texts in CAUGHT.items() for sql in texts]
)
def test_what_may_differ_between_two_runs_is_caught(rule, sql) -> None:
    assert set(rules_in(sql)) == {rule}


@pytest.mark.parametrize("sql", LET_BY)
def test_what_only_looks_like_it_is_let_by(sql) -> None:
    assert rules_in(sql) == []


def test_a_violation_names_file_line_and_what_to_do_instead() -> None:
    sql = "select\n    a,\n    now() as at\nfrom t\n"
    (violation,) = sql_lint.violations(FILE, sql)
    assert str(violation) == (
        "models/some_model.sql:3: clock: now. "
        "The run's now is int_as_of: read the as-of date there."
    )


def test_every_rule_has_its_cases() -> None:
    assert set(CAUGHT) == set(sql_lint._RULES)


@pytest.mark.parametrize(
    "sql",
    [
        "-- sql-lint: allow clock: the comparison with the wall clock itself\n"
        "select now()",
        "select now() -- sql-lint: allow clock: the wall clock itself",
        "{#- sql-lint: allow clock: two lines of\n   reason -#}\nselect now()",
    ],
)
def test_a_marker_with_a_reason_lets_its_line_by(sql) -> None:
    assert rules_in(sql) == []


@pytest.mark.parametrize(
    ("sql", "rules"),
    [
        ("-- sql-lint: allow clock:\nselect now()", ["marker"]),
        ("-- sql-lint: allow clock: was needed once\nselect 1", ["marker"]),
        ("-- sql-lint: allow chance: wrong rule\nselect now()", ["marker", "clock"]),
        ("-- sql-lint: allow clocks: no such rule\nselect now()", ["marker", "clock"]),
        ("-- sql-lint: off\nselect now()", ["marker", "clock"]),
        ("-- sql-lint: allow clock: too far\n\nselect now()", ["marker", "clock"]),
        ("select 'sql-lint: allow clock: a string', now()", ["clock"]),
    ],
)
def test_a_marker_that_marks_nothing_or_says_nothing_is_a_finding(sql, rules) -> None:
    assert rules_in(sql) == rules


def test_a_folder_without_sql_is_an_error_and_no_success(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing was checked"):
        sql_lint.lint(tmp_path)


def test_the_project_is_without_clock_and_chance() -> None:
    n_files, found = sql_lint.lint(project.root())
    assert n_files > 100
    assert [str(finding) for finding in found] == []


def test_the_command_fails_where_something_is_found(
    tmp_path, monkeypatch, capsys
) -> None:
    for folder in sql_lint.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.sql").write_text("select 1\n")
    monkeypatch.setattr(project, "root", lambda: tmp_path)
    assert sql_lint.main() == 0
    (tmp_path / "macros/a.sql").write_text("select now()\n")
    assert sql_lint.main() == 1
    assert "macros/a.sql:1: clock: now." in capsys.readouterr().out
