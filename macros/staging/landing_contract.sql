{# The contract of a source as dbt knows it: {kind, identity, columns: [{name, role,
   nullable, codes}]}. Empty while dbt parses, when the graph is not there yet. #}
{% macro landing_contract(source_name) %}
    {%- set contract = {"columns": []} -%}
    {%- if execute -%}
        {%- for node in graph.sources.values()
            if node.source_name == "landing" and node.name == source_name -%}
            {%- do contract.update(node.config.meta) -%}
            {%- for column in node.columns.values() -%}
                {%- set meta = column.config.meta -%}
                {%- do contract.columns.append({
                    "name": column.name,
                    "role": meta.role,
                    "nullable": meta.nullable,
                    "codes": meta.codes,
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(contract) }}
{% endmacro %}
