{# A text without the spaces around it, null where nothing is left (sources.md). #}
{% macro trimmed(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}
