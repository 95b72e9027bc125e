{% macro close_run(results) %}
    {%- if execute and is_building() -%}
        {%- set made = [] -%}
        {%- set passed = [] -%}
        {%- set failed = [] -%}
        {#- dbt lists who reads the tables too, with whom it does nothing. -#}
        {%- for result in results
            if result.node.resource_type | string not in ["exposure", "saved_query"] -%}
            {%- set node = result.node -%}
            {%- if result.status | string in ["success", "pass"] -%}
                {%- if node.resource_type | string in ["model", "seed"] -%}
                    {%- do made.append(node.name) -%}
                {%- else -%}
                    {%- do passed.append(node.unique_id) -%}
                {%- endif -%}
            {%- else -%}
                {%- do failed.append(node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set tests = [] -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == "test" and node.unique_id not in passed -%}
            {%- do tests.append(node.unique_id) -%}
        {%- endfor -%}
        {%- do write_down_work_tables(made) -%}
        {%- set answers = answers_of_database("at_end") if not failed else {} -%}
        {%- set closed = in_python("close_run", {
            "made": made,
            "has_failed": failed | length > 0,
            "is_tested": flags.WHICH == "build" and tests | length == 0,
            "answers": answers,
        }) -%}
        {%- for statement in closed.statements -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
        {%- for relation, select in closed.appended.items() -%}
            {%- set schema, table = relation.split(".") -%}
            {%- do append_rows(schema, table, select) -%}
        {%- endfor -%}
        {%- for statement in closed.completing -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
        {%- for message in closed.messages -%}
            {%- do log(message, info=true) -%}
        {%- endfor -%}
        {%- if closed.error is defined and not failed -%}
            {%- do exceptions.raise_compiler_error(closed.error) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
