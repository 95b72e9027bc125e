{# None of these columns is ever null. Prevents a half-filled row from passing: a
   missing flag is neither true nor false to a where clause, and its code does
   nothing. #}
{% test never_null(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
where {{ columns | join(" is null or ") }} is null
{% endtest %}
