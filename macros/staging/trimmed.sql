{% macro trimmed(text) -%}
    case
        when {{ text }} < '!' or {{ text }} like '% '
            then nullif(trim({{ text }}), '')
        else {{ text }}
    end
{%- endmacro %}
