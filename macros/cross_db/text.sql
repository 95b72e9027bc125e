{# True where a text is exactly so many digits. #}
{% macro is_digits(text, length) %}
    {{ return(adapter.dispatch("is_digits")(text, length)) }}
{% endmacro %}

{% macro duckdb__is_digits(text, length) -%}
    {{ text }} glob '{{ "[0-9]" * length }}'
{%- endmacro %}

{% macro spark__is_digits(text, length) -%}
    {{ text }} rlike '^[0-9]{{ "{" ~ length ~ "}" }}$'
{%- endmacro %}

{# True where a text is exactly so many hexadecimal digits, in lower case. #}
{% macro is_lower_hex(text, length) %}
    {{ return(adapter.dispatch("is_lower_hex")(text, length)) }}
{% endmacro %}

{% macro duckdb__is_lower_hex(text, length) -%}
    regexp_full_match({{ text }}, '[0-9a-f]{{ "{" ~ length ~ "}" }}')
{%- endmacro %}

{% macro spark__is_lower_hex(text, length) -%}
    {{ text }} rlike '^[0-9a-f]{{ "{" ~ length ~ "}" }}$'
{%- endmacro %}

{# A JSON object, nulls included: pairs of (name, expression), in their order. #}
{% macro json_object(pairs) %}
    {{ return(adapter.dispatch("json_object")(pairs)) }}
{% endmacro %}

{% macro duckdb__json_object(pairs) -%}
    cast(json_object(
        {%- for name, expression in pairs %}
        '{{ name }}', {{ expression }}{{ "," if not loop.last }}
        {%- endfor %}
    ) as varchar)
{%- endmacro %}

{% macro spark__json_object(pairs) -%}
    to_json(named_struct(
        {%- for name, expression in pairs %}
        '{{ name }}', {{ expression }}{{ "," if not loop.last }}
        {%- endfor %}
    ), map('ignoreNullFields', 'false'))
{%- endmacro %}

{# The texts of a group in order, one after the other. #}
{% macro ordered_concat(text, separator="") %}
    {{ return(adapter.dispatch("ordered_concat")(text, separator)) }}
{% endmacro %}

{% macro duckdb__ordered_concat(text, separator) -%}
    {#- sql-lint: allow unordered-aggregate: list_sort puts what it collects in order.
        Sorting the lists of a million groups costs a fifth of aggregates with an order. -#}
    array_to_string(list_sort(list({{ text }})), '{{ separator }}')
{%- endmacro %}

{% macro spark__ordered_concat(text, separator) -%}
    {#- sql-lint: allow unordered-aggregate: array_sort puts what it collects in order -#}
    array_join(array_sort(collect_list({{ text }})), '{{ separator }}')
{%- endmacro %}

{# Stops the run with a message; of the type of whatever stands in the other branches. #}
{% macro raise_error(message) %}
    {{ return(adapter.dispatch("raise_error")(message)) }}
{% endmacro %}

{% macro duckdb__raise_error(message) -%}
    error({{ message }})
{%- endmacro %}

{% macro spark__raise_error(message) -%}
    raise_error({{ message }})
{%- endmacro %}

{# A struct of texts as a JSON object: each text trimmed, without those that are blank or
   null. #}
{% macro json_of_struct(struct) %}
    {{ return(adapter.dispatch("json_of_struct")(struct)) }}
{% endmacro %}

{% macro duckdb__json_of_struct(struct) -%}
    json_merge_patch(
        '{}',
        cast(
            regexp_replace(
                regexp_replace(
                    regexp_replace(cast(to_json({{ struct }}) as varchar), ':" +', ':"', 'g'),
                    ' +"([,}])', '"\1', 'g'
                ),
                ':""', ':null', 'g'
            ) as json
        )
    )
{%- endmacro %}

{% macro spark__json_of_struct(struct) -%}
    to_json(map_filter(
        transform_values(
            from_json(to_json({{ struct }}), 'map<string,string>'),
            (name, value) -> trim(value)
        ),
        (name, value) -> value <> ''
    ))
{%- endmacro %}

{# The text under a name of a JSON object that stands as text; null where it is null. #}
{% macro json_text(object, name) %}
    {{ return(adapter.dispatch("json_text")(object, name)) }}
{% endmacro %}

{% macro duckdb__json_text(object, name) -%}
    json_extract_string({{ object }}, '$.{{ name }}')
{%- endmacro %}

{% macro spark__json_text(object, name) -%}
    get_json_object({{ object }}, '$.{{ name }}')
{%- endmacro %}
