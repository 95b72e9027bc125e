{% test unique_grain(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{%- for column in columns %}
or count({{ column }}) = 0
{%- endfor %}
{% endtest %}
