{% test has_every_value(model, column_name, values) %}
with

needed_values as (
    {%- for value in values %}
    select '{{ value | replace("'", "''") }}' as needed_value
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

listed_values as (
    select cast({{ column_name }} as {{ dbt.type_string() }}) as listed_value
    from {{ model }}
)

select needed_values.needed_value
from needed_values
left join listed_values
    on needed_values.needed_value = listed_values.listed_value
where listed_values.listed_value is null
{% endtest %}
