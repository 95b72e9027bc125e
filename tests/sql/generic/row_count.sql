{% test row_count(model, expected) %}
select
    count(*) as n_rows,
    {{ expected }} as n_expected
from {{ model }}
having count(*) <> {{ expected }}
{% endtest %}
