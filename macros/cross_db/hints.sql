{% macro few_rows(relation) %}
    {{ return(adapter.dispatch("few_rows")(relation)) }}
{% endmacro %}

{% macro duckdb__few_rows(relation) -%}
{%- endmacro %}

{% macro spark__few_rows(relation) -%}
    {{ "/*+ broadcast(" ~ relation ~ ") */ " }}
{%- endmacro %}
