{% macro dream_codes_that_do_not_count() %}
    {%- if not execute -%}
        {{ return(["none"]) }}
    {%- endif -%}
    {%- set counting_groups = [] -%}
    {%- for group in rows_of_seed("benefit_groups")
        if group.is_kontanthjaelpslignende | lower == "true" -%}
        {%- do counting_groups.append(group.benefit_group) -%}
    {%- endfor -%}
    {%- set codes = [] -%}
    {%- for code in rows_of_seed("dream_codes")
        if code.benefit_group not in counting_groups -%}
        {%- do codes.append(code.dream_code) -%}
    {%- endfor -%}
    {{ return(codes) }}
{% endmacro %}

{% macro rows_of_seed(name) %}
    {%- set seed = in_python("seed_rows", {"seed": name}) -%}
    {%- set rows = [] -%}
    {%- for values in seed.rows -%}
        {%- do rows.append(dict(zip(seed.columns, values))) -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}
