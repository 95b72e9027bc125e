{% macro narrowed(source_name) %}
    {{ return(adapter.dispatch("narrowed")(source_name)) }}
{% endmacro %}

{% macro duckdb__narrowed(source_name) -%}
{{ config(
    pre_hook="{{ narrow('" ~ source_name ~ "') }}",
    post_hook="{{ widen('" ~ source_name ~ "') }}",
) }}
{%- endmacro %}

{% macro spark__narrowed(source_name) -%}
{%- endmacro %}

{% macro narrow(source_name) %}
    {%- if execute -%}
        {%- set given = (
            asked_of_people() if source_name == "dream" else asked_of_reports(source_name)
        ) -%}
        {#- Person numbers go from the query to the function, and into no text of SQL. The
            function is called by a query that reads nothing (`dbt_plugin`). -#}
        {%- do run_query("set variable asked = (" ~ given ~ ")") -%}
        {%- set answer = fromjson(
            run_query("select narrow(cast(getvariable('asked') as varchar))")[0][0]
        ) -%}
        {%- do run_query("reset variable asked") -%}
        {%- for statement in answer.statements -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
        {%- if answer.message -%}
            {%- do log(answer.message, info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro widen(source_name) %}
    {%- if execute -%}
        {%- for statement in in_python("widen", {"source": source_name}).statements -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro asked_of_people() -%}
    select json_object(
        'source', 'dream',
        'people', (
            -- sql-lint: allow unordered-aggregate: a set
            select coalesce(list(dream.pnr), [])
            from {{ source("landing", "dream") }} as dream
            where
                dream.row_id in (
                    select rows_to_count.dream_row_id
                    from ({{ rows_not_counted() }}) as rows_to_count
                )
        ),
        'people_since', [],
        'codes', json_object()
    )
{%- endmacro %}

{#- Nearly all people whose reports are asked for are in the newest DREAM, which is smaller
    than the reports. Who is not is looked for in the older ones, and then there: where
    nobody is left, DuckDB reads nothing. -#}
{% macro asked_of_reports(source_name) -%}
    {%- set contract = landing_contract(source_name) -%}
    {%- set places = [
        (source("landing", "dream"), "is_as_of_delivery"),
        (source("landing", "dream"), "not is_as_of_delivery"),
        (source("landing", source_name), "true"),
    ] -%}
    with

    asked_numbers as (
        select
            candidate_number,
            bool_or(is_kept) as is_kept
        from (
            select
                candidate_number,
                true as is_kept
            from {{ source("landing", "kept_citizens") }}
            union all
            select
                candidate_number,
                false as is_kept
            from {{ ref("int_monitored_citizens") }}
        ) as numbers
        group by candidate_number
    ),

    left_of_0 as (
        select candidate_number from asked_numbers
    ),
    {%- for relation, condition in places %}

    found_in_{{ loop.index }} as (
        select
            pnr,
            {{ candidate_number("pnr") }} as candidate_number
        from {{ relation }}
        where
            {{ condition }}
            and {{ candidate_number("pnr") }}
            in (select candidate_number from left_of_{{ loop.index0 }})
    ),

    left_of_{{ loop.index }} as (
        select candidate_number from left_of_{{ loop.index0 }}
        where
            candidate_number
            not in (select candidate_number from found_in_{{ loop.index }})
    ),
    {%- endfor %}

    found as (
        {%- for _ in places %}
        {{ "union all" if not loop.first }}
        select
            pnr,
            candidate_number
        from found_in_{{ loop.index }}
        {%- endfor %}
    ),

    asked as (
        select
            found.pnr,
            asked_numbers.is_kept
        from found
        inner join asked_numbers
            on found.candidate_number = asked_numbers.candidate_number
        group by found.pnr, asked_numbers.is_kept
    )

    select json_object(
        'source', '{{ source_name }}',
        -- sql-lint: allow unordered-aggregate: a set
        'people', (select coalesce(list(pnr), []) from asked),
        -- sql-lint: allow unordered-aggregate: a set
        'people_since', (select coalesce(list(pnr), []) from asked where not is_kept),
        'codes', json_object(
            {%- for rule in contract.rules if rule.check == "listed" %}
            {%- set seed, code = rule.codes.split(".") %}
            {{ "," if not loop.first }}
            -- sql-lint: allow unordered-aggregate: a set
            '{{ rule.columns[0] }}', (select list({{ code }}) from {{ ref(seed) }})
            {%- endfor %}
        )
    )
{%- endmacro %}
