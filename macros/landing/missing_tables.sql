{% macro refuse_missing_parents(reading, emptied=[]) %}
    {%- set parents = [] -%}
    {%- for id in reading -%}
        {%- for parent in parents_of(id) if parent not in reading
            and not (is_building() and parent.startswith("source.")) -%}
            {%- do parents.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do refuse_missing_tables(parents, emptied) -%}
{% endmacro %}

{% macro parents_of(id) %}
    {%- if not id.startswith("unit_test.") -%}
        {{ return(graph.nodes[id].depends_on.nodes if id in graph.nodes else []) }}
    {%- endif -%}
    {%- set tested = "model." ~ id.split(".")[1] ~ "." ~ id.split(".")[2] -%}
    {{ return([tested] + graph.nodes[tested].depends_on.nodes) }}
{% endmacro %}

{% macro refuse_missing_tables(ids, emptied=[]) %}
    {%- set names = [] -%}
    {%- for id in ids | unique -%}
        {%- set node = graph.nodes.get(id) or graph.sources.get(id) -%}
        {%- do names.append(node.schema ~ "." ~ (node.alias or node.identifier)) -%}
    {%- endfor -%}
    {%- set missing = missing_relations(names) + (names | select("in", emptied) | list) -%}
    {%- if missing -%}
        {%- set others = " and " ~ (missing | length - 1) ~ " more" -%}
        {%- do exceptions.raise_compiler_error(
            "expected the tables that are to be read; found no " ~ missing[0]
            ~ (others if missing | length > 1 else "") ~ " in this database"
            ~ (" of these deliveries, rules and code" if missing[-1] in emptied else "")
            ~ ". What to do: "
            ~ "run `labour-monitor build` or `dbt build` first, or select the parents "
            ~ "too (`+name`), without tests that read more (`--indirect-selection "
            ~ "buildable`); nothing was built."
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro get_show_sql(compiled_code, sql_header) %}
    {%- do refuse_missing_tables(model.depends_on.nodes) -%}
    {{ get_limit_subquery_sql(compiled_code, kwargs.limit) }}
{% endmacro %}
