{% macro integer_divide(dividend, divisor) %}
    {{ return(adapter.dispatch("integer_divide")(dividend, divisor)) }}
{% endmacro %}

{% macro duckdb__integer_divide(dividend, divisor) -%}
    ({{ dividend }} // {{ divisor }})
{%- endmacro %}

{% macro spark__integer_divide(dividend, divisor) -%}
    ({{ dividend }} div {{ divisor }})
{%- endmacro %}
