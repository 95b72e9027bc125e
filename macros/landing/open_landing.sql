{% macro open_landing() %}
    {%- if execute and flags.WHICH == "test" -%}
        {%- set secret = in_python(
            "secret_of_last_run", {"answers": answers_of_database("of_secret")}
        ) -%}
        {%- if secret.error is defined -%}
            {%- do exceptions.raise_compiler_error(secret.error) -%}
        {%- endif -%}
        {%- do refuse_missing_parents(selected_resources) -%}
    {%- elif execute and flags.WHICH == "freshness" -%}
        {%- do show_newest_deliveries() -%}
    {%- elif execute and is_building() -%}
        {%- if invocation_args_dict.empty or invocation_args_dict.sample -%}
            {%- do exceptions.raise_compiler_error(
                "--empty and --sample would fill tables with no rows or some of them, and "
                ~ "keep what is counted from them. Use another database "
                ~ "(MONITORING_DUCKDB_PATH) and smaller registers (`labour-monitor synth`)."
            ) -%}
        {%- endif -%}
        {%- set nodes = models_and_seeds() -%}
        {%- set opened = in_python("open_landing", {
            "landing_path": (var("landing_path") or "") | string,
            "as_of": var("as_of") | string if var("as_of") is not none else none,
            "exemption_list": var("exemption_list") | string,
            "weeks_read": dream_weeks(),
            "parameters": parameters_of_figures(),
            "given_vars": given_vars(),
            "answers": answers_of_database("at_start", nodes),
            "nodes": nodes,
            "selected": selected_names(),
        }) -%}
        {%- if opened.error is defined -%}
            {%- do exceptions.raise_compiler_error(opened.error) -%}
        {%- endif -%}
        {%- do refuse_missing_parents(selected_resources, opened.emptied) -%}
        {%- for name in opened.emptied -%}
            {%- set schema, table = name.split(".") -%}
            {%- set relation = adapter.get_relation(target.database, schema, table) -%}
            {%- if relation is not none -%}
                {%- do adapter.drop_relation(relation) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for statement in opened.statements -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
        {%- for message in opened.messages -%}
            {%- do log(message, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro is_building() %}
    {{ return(flags.WHICH in ["build", "run", "seed"]) }}
{% endmacro %}

{% macro given_vars() %}
    {%- set given = {} -%}
    {%- for name, value in (invocation_args_dict.vars or {}).items() -%}
        {%- do given.update({name: value | string}) -%}
    {%- endfor -%}
    {{ return(given) }}
{% endmacro %}

{% macro parameters_of_figures() %}
    {%- set parameters = {} -%}
    {%- for name in in_python("parameters").names -%}
        {%- do parameters.update({name: var(name) | string}) -%}
    {%- endfor -%}
    {{ return(parameters) }}
{% endmacro %}

{% macro answers_of_database(moment, nodes=[]) %}
    {%- set answers = {} -%}
    {%- for name, question in in_python("questions")[moment].items() -%}
        {%- set schema, table = question[0].split(".") -%}
        {%- if has_relation(schema, table) -%}
            {%- set rows = [] -%}
            {%- for row in run_query(question[1]) -%}
                {%- do rows.append(plain(row)) -%}
            {%- endfor -%}
            {%- do answers.update({name: rows}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set kept = [] -%}
    {%- for name, path, parents, is_incremental in nodes
        if is_incremental and path.split("/")[1] in ["staging", "intermediate"] -%}
        {%- do kept.append(path.split("/")[1] ~ "." ~ name) -%}
    {%- endfor -%}
    {%- set missing = missing_relations(kept) if kept else [] -%}
    {%- set there = [] -%}
    {%- set rows = [] -%}
    {%- for name in kept if name not in missing -%}
        {%- do there.append([name.split(".")[1]]) -%}
        {%- if "kept" in answers -%}
            {%- for row in run_query(in_python("rows_kept", {"relation": name}).question) -%}
                {%- do rows.append(plain(row)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do answers.update({"tables kept": there, "rows kept": rows}) -%}
    {{ return(answers) }}
{% endmacro %}

{% macro plain(row) %}
    {%- set values = [] -%}
    {%- for value in row.values() -%}
        {%- do values.append(
            value | int if value is number and value is not boolean else value
        ) -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}

{% macro models_and_seeds() %}
    {%- set nodes = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ["model", "seed"] -%}
        {%- set parents = [] -%}
        {%- for parent in node.depends_on.nodes -%}
            {%- do parents.append(parent.split(".")[-1]) -%}
        {%- endfor -%}
        {%- do nodes.append([
            node.name, node.original_file_path, parents,
            node.config.materialized == "incremental",
        ]) -%}
    {%- endfor -%}
    {{ return(nodes) }}
{% endmacro %}

{% macro selected_names() %}
    {%- set names = [] -%}
    {%- for node in selected_resources
        if node.split(".")[0] in ["model", "seed"] -%}
        {%- do names.append(node.split(".")[-1]) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
