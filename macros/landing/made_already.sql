{% macro is_made_already() %}
    {%- set existing = load_cached_relation(this) -%}
    {{ return(
        model.original_file_path.split("/")[1] in ["staging", "intermediate"]
        and "source.labour_monitor.landing.run" not in model.depends_on.nodes
        and not flags.FULL_REFRESH
        and existing is not none
        and existing.is_table
        and was_made_from_these_inputs()
        and is_as_it_was_left(existing)
    ) }}
{% endmacro %}

{% macro is_as_it_was_left(relation) %}
    {%- if not has_relation("landing", "work_tables_left") -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set left = run_query(
        "select content from landing.work_tables_left where model = '" ~ model.name ~ "'"
    ).rows -%}
    {%- set there = run_query(
        "select " ~ content_of("work_table") ~ " from " ~ relation ~ " as work_table"
    ).rows -%}
    {{ return(left | length == 1 and left[0][0] == there[0][0]) }}
{% endmacro %}

{% macro write_down_work_tables(made) %}
    {%- set contents = [] -%}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == "model"
        and node.name in made
        and node.config.materialized == "table"
        and node.original_file_path.split("/")[1] in ["staging", "intermediate"] -%}
        {%- do names.append("'" ~ node.name ~ "'") -%}
        {%- do contents.append(
            "select '" ~ node.name ~ "' as model, " ~ content_of("work_table")
            ~ " as content from " ~ node.schema ~ "." ~ node.name ~ " as work_table"
        ) -%}
    {%- endfor -%}
    {%- if contents -%}
        {%- if has_relation("landing", "work_tables_left") -%}
            {%- do contents.append(
                "select model, content from landing.work_tables_left where model not in ("
                ~ names | join(", ") ~ ")"
            ) -%}
        {%- endif -%}
        {%- do run_query(
            "create or replace table landing.work_tables_left as "
            ~ contents | join(" union all ")
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro was_made_from_these_inputs() %}
    {%- if not execute or not is_building() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(in_python("was_made_from_these_inputs", {"name": model.name}).answer) }}
{% endmacro %}
