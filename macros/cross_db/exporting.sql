{% macro spark__export_tables(schema, folder) %}
    {%- for node in graph.nodes.values()
        if node.resource_type == "model" and node.schema == schema
        and has_relation(schema, node.name) -%}
        {%- do run_query(
            "insert overwrite directory '" ~ folder ~ "/" ~ node.name
            ~ "' using parquet select * from " ~ schema ~ "." ~ node.name
        ) -%}
    {%- endfor -%}
{% endmacro %}
