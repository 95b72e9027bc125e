{% macro spark__export_tables(folder) %}
    {%- set names = [
        "landing.run", "landing.built", "landing.inputs", "landing.secret_check"
    ] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == "model" and node.schema in ["state", "marts"] -%}
        {%- do names.append(node.schema ~ "." ~ node.name) -%}
    {%- endfor -%}
    {%- for name in names -%}
        {%- do run_query(
            "insert overwrite directory '" ~ folder ~ "/" ~ name | replace(".", "/")
            ~ "' using parquet select /*+ coalesce(1) */ * from " ~ name
        ) -%}
    {%- endfor -%}
{% endmacro %}
