{% macro contract_columns(mart) %}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == "model" and node.name == mart -%}
            {%- do columns.extend(node.columns.keys()) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}

{% macro named(columns) %}
    {%- set pairs = [] -%}
    {%- for column in columns -%}
        {%- do pairs.append((column, column)) -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}
