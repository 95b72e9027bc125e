{% test unique_grain(model, columns) %}
{%- set is_of_people = ["citizen_key", "row_id", "dream_row_id"] | select("in", columns) | list %}
select {{ columns | join(", ") }}
from {{ rows_of_doubtful_keys(model, columns) if is_of_people else model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{%- for column in columns %}
or count({{ column }}) = 0
{%- endfor %}
{% endtest %}
