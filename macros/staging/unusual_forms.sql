{# The persons with accepted rows of a source whose text is not of the form that the
   contract gives it, such as a code that lost its zeros: nothing sets such a row aside,
   and it is suspect all the same. The few such rows are found before anything is joined:
   the register may be the largest. #}
{% macro unusual_forms(source_name) %}
{#- A table: the findings and the persons of the findings are both made of it. -#}
{{ config(materialized="table") }}
with

delivered_rows as (
    select * from {{ source("landing", source_name) }}
),

exceptions as (
    select * from {{ ref("stg_" ~ source_name ~ "__exceptions") }}
),

unusual_rows as (
    select
        row_id,
        pnr
    from delivered_rows
    where
        {%- for column in landing_contract(source_name).columns if column.suspect_form %}
        {{ "or " if not loop.first -}}
        not {{ is_digits(column.name, column.suspect_form) }}
        {%- else %}
        1 = 0
        {%- endfor %}
),

accepted_rows as (
    select unusual_rows.pnr
    from unusual_rows
    left join exceptions
        on unusual_rows.row_id = exceptions.row_id
    where exceptions.row_id is null
),

persons as (
    select
        pnr,
        count(*) as n_unusual
    from accepted_rows
    group by pnr
),

citizens as (
    select
        {{ citizen_key("pnr") }} as citizen_key,
        n_unusual
    from persons
)

select * from citizens
{% endmacro %}
