{# T4: of the rows that agree in these columns no spell starts before the one before
   it has ended. Prevents a person from having two values on one day, which would
   count the person twice in every later join on a date. #}
{% test spells_do_not_overlap(model, columns) %}
with

spells as (
    select
        {{ columns | join(",\n        ") }},
        start_date,
        lag(start_date) over (
            partition by {{ columns | join(", ") }} order by start_date
        ) as previous_start_date,
        lag(end_date) over (
            partition by {{ columns | join(", ") }} order by start_date
        ) as previous_end_date
    from {{ model }}
)

select
    {{ columns | join(",\n    ") }},
    start_date
from spells
where
    previous_start_date is not null
    and (previous_end_date is null or previous_end_date >= start_date)
{% endtest %}
