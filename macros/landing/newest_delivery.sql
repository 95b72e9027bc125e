{% macro newest_delivery(source_name) %}
    {%- set newest = newest_deliveries()[source_name] -%}
    {%- if not newest -%}
        {%- do exceptions.raise_compiler_error(
            "source " ~ source_name ~ ": expected a delivery in " ~ var("landing_path")
            ~ "; found none. What to do: land one with `labour-monitor land`."
        ) -%}
    {%- endif -%}
    select cast('{{ newest }}' as timestamp)
{% endmacro %}

{% macro show_newest_deliveries() %}
    {%- for name, newest in newest_deliveries().items() -%}
        {%- do log(name ~ ": newest delivery " ~ (newest or "none"), info=true) -%}
    {%- endfor -%}
{% endmacro %}

{% macro newest_deliveries() %}
    {%- set found = in_python("newest_deliveries", {
        "landing_path": var("landing_path") | string,
        "as_of": var("as_of") | string if var("as_of") is not none else none,
    }) -%}
    {%- if found.error is defined -%}
        {%- do exceptions.raise_compiler_error(found.error) -%}
    {%- endif -%}
    {{ return(found.deliveries) }}
{% endmacro %}
