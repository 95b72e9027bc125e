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
