{% macro unusual_forms(source_name) %}
{#- A table: the findings and the persons of the findings are both made of it. -#}
{{ config(materialized="table") }}
with

kept_rows as (
    select * from {{ ref("stg_" ~ source_name ~ "__kept_rows") }}
),

exceptions as (
    select * from {{ ref("stg_" ~ source_name ~ "__exceptions") }}
),

accepted_rows as (
    select kept_rows.citizen_key
    from kept_rows
    left join exceptions
        on kept_rows.row_id = exceptions.row_id
    where
        kept_rows.is_unusual
        and exceptions.row_id is null
),

citizens as (
    select
        citizen_key,
        count(*) as n_unusual
    from accepted_rows
    group by citizen_key
)

select * from citizens
{% endmacro %}

{% macro is_of_unusual_form(contract, relation) -%}
    coalesce(
        {%- for column in contract.columns if column.suspect_form %}
        {{ "or " if not loop.first -}}
        not {{ is_digits(relation ~ "." ~ column.name, column.suspect_form) }}
        {%- else %}
        1 = 0
        {%- endfor %},
        false
    )
{%- endmacro %}
