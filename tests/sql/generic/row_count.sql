{# A relation has exactly so many rows (with `config: where:` so many of a kind).
   Prevents a list that was cut short or pasted twice from passing as a complete one:
   every row of half a list is as valid as every row of the whole. #}
{% test row_count(model, expected) %}
select
    count(*) as n_rows,
    {{ expected }} as n_expected
from {{ model }}
having count(*) <> {{ expected }}
{% endtest %}
