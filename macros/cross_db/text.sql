{% macro is_digits(text, length) %}
    {{ return(adapter.dispatch("is_digits")(text, length)) }}
{% endmacro %}

{% macro duckdb__is_digits(text, length) -%}
    {{ text }} glob '{{ "[0-9]" * length }}'
{%- endmacro %}

{% macro spark__is_digits(text, length) -%}
    {{ text }} rlike r'^[0-9]{{ "{" ~ length ~ "}" }}\z'
{%- endmacro %}

{% macro is_lower_hex(text, length) %}
    {{ return(adapter.dispatch("is_lower_hex")(text, length)) }}
{% endmacro %}

{% macro duckdb__is_lower_hex(text, length) -%}
    regexp_full_match({{ text }}, '[0-9a-f]{{ "{" ~ length ~ "}" }}')
{%- endmacro %}

{% macro spark__is_lower_hex(text, length) -%}
    {{ text }} rlike r'^[0-9a-f]{{ "{" ~ length ~ "}" }}\z'
{%- endmacro %}

{% macro is_one_of(text, texts) %}
    {{ return(adapter.dispatch("is_one_of")(text, texts)) }}
{% endmacro %}

{% macro duckdb__is_one_of(text, texts) -%}
    {#- DuckDB looks up each value of a column's dictionary once; `in` it would join. -#}
    list_contains(['{{ texts | join("', '") }}'], {{ text }})
{%- endmacro %}

{% macro spark__is_one_of(text, texts) -%}
    {{ text }} in ('{{ texts | join("', '") }}')
{%- endmacro %}

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
    {#- As DuckDB writes them: a decimal of up to 15 digits as the number that it is,
        without zeros at its end; a time as text. -#}
    regexp_replace(
        to_json(
            named_struct(
                {%- for name, expression in pairs %}
                '{{ name }}', {{ expression }}{{ "," if not loop.last }}
                {%- endfor %}
            ),
            map('ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss')
        ),
        concat(
            r'(?<!\\)"(-',
            {%- for name, expression in pairs %}
            if(
                typeof({{ expression }}) rlike r'^decimal\(([0-9]|1[0-5]),',
                '|{{ name }}', ''
            ),
            {%- endfor %}
            r')":(-?[0-9]+[.][0-9]+?)0+([,}])'
        ),
        '"$1":$2$3'
    )
{%- endmacro %}

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

{% macro raise_error(message) %}
    {{ return(adapter.dispatch("raise_error")(message)) }}
{% endmacro %}

{% macro duckdb__raise_error(message) -%}
    error({{ message }})
{%- endmacro %}

{% macro spark__raise_error(message) -%}
    raise_error({{ message }})
{%- endmacro %}

{% macro struct(columns) %}
    {{ return(adapter.dispatch("struct")(columns)) }}
{% endmacro %}

{% macro duckdb__struct(columns) -%}
    struct_pack(
        {%- for column in columns %}
        {{ column }} := {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro spark__struct(columns) -%}
    struct({{ columns | join(", ") }})
{%- endmacro %}

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
    map_filter(
        transform_values(
            from_json(to_json({{ struct }}), 'map<string,string>'),
            (name, value) -> trim(value)
        ),
        (name, value) -> value <> ''
    )
{%- endmacro %}

{% macro json_text(object, name) %}
    {{ return(adapter.dispatch("json_text")(object, name)) }}
{% endmacro %}

{% macro duckdb__json_text(object, name) -%}
    json_extract_string({{ object }}, '$.{{ name }}')
{%- endmacro %}

{% macro spark__json_text(object, name) -%}
    get_json_object({{ object }}, '$.{{ name }}')
{%- endmacro %}
