{# A text without the spaces around it, null where nothing is left (sources.md). Nearly
   every value is as it should be, and is passed on without being copied. #}
{% macro trimmed(text) -%}
    case
        when {{ text }} like ' %' or {{ text }} like '% ' or {{ text }} = ''
            then nullif(trim({{ text }}), '')
        else {{ text }}
    end
{%- endmacro %}
