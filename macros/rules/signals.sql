{% macro has_signal(signal) -%}
    max(case when signal = '{{ signal }}' then 1 else 0 end) = 1
{%- endmacro %}
