{% macro trimmed(text) -%}
    case
        when {{ text }} < '!' or {{ text }} like '% '
            then nullif(trim(both ' ' from {{ text }}), '')
        else {{ text }}
    end
{%- endmacro %}
