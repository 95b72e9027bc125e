{# A date so many days later (earlier where negative). #}
{% macro add_days(day, days) %}
    {{ return(adapter.dispatch("add_days")(day, days)) }}
{% endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, {{ days }})
{%- endmacro %}

{# A date so many months later; a day that the month has not becomes its last one. #}
{% macro add_months(day, months) %}
    {{ return(adapter.dispatch("add_months")(day, months)) }}
{% endmacro %}

{% macro duckdb__add_months(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(day, months) -%}
    add_months({{ day }}, {{ months }})
{%- endmacro %}

{# One row for each month from one first day of a month to another, as the column
   `data_month`: the FROM item beside a relation that has the two. #}
{% macro each_month(first_month, last_month) %}
    {{ return(adapter.dispatch("each_month")(first_month, last_month)) }}
{% endmacro %}

{% macro duckdb__each_month(first_month, last_month) -%}
    cast(
        unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month))
        as date
    )
{%- endmacro %}

{% macro spark__each_month(first_month, last_month) -%}
    explode(sequence({{ first_month }}, {{ last_month }}, interval 1 month))
{%- endmacro %}

{# The first day of a month, from year and month as numbers. #}
{% macro month_start(year, month) -%}
    make_date(cast({{ year }} as integer), cast({{ month }} as integer), 1)
{%- endmacro %}

{# Months since year 0: consecutive months have consecutive numbers. #}
{% macro month_number(day) -%}
    cast(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) as integer)
{%- endmacro %}
