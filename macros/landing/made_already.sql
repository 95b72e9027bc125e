{% macro is_made_already() %}
    {%- set existing = load_cached_relation(this) -%}
    {{ return(
        keeps_work_tables()
        and model.original_file_path.split("/")[1] in ["staging", "intermediate"]
        and "source.labour_monitor.landing.run" not in model.depends_on.nodes
        and not flags.FULL_REFRESH
        and existing is not none
        and existing.is_table
        and was_made_from_these_inputs()
        and has_its_rows(existing)
    ) }}
{% endmacro %}

{% macro has_its_rows(relation) %}
    {%- if not has_relation("landing", "work_tables") -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set left = run_query(
        "select n_rows from landing.work_tables where model = '" ~ model.name ~ "'"
    ).rows -%}
    {%- set there = run_query("select count(*) from " ~ relation).rows -%}
    {{ return(left | length == 1 and left[0][0] == there[0][0]) }}
{% endmacro %}

{% macro count_work_tables(made) %}
    {%- set counts = [] -%}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == "model"
        and node.name in made
        and node.config.materialized == "table"
        and node.original_file_path.split("/")[1] in ["staging", "intermediate"] -%}
        {%- do names.append("'" ~ node.name ~ "'") -%}
        {%- do counts.append(
            "select '" ~ node.name ~ "' as model, count(*) as n_rows from "
            ~ node.schema ~ "." ~ node.name
        ) -%}
    {%- endfor -%}
    {%- if counts and keeps_work_tables() -%}
        {%- if has_relation("landing", "work_tables") -%}
            {%- do counts.append(
                "select model, n_rows from landing.work_tables where model not in ("
                ~ names | join(", ") ~ ")"
            ) -%}
        {%- endif -%}
        {%- do run_query(
            "create or replace table landing.work_tables as "
            ~ counts | join(" union all ")
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro was_made_from_these_inputs() %}
    {%- if not execute or not is_building() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(in_python("was_made_from_these_inputs", {"name": model.name}).answer) }}
{% endmacro %}
