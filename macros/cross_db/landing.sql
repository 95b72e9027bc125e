{% macro in_python(function, arguments={}) %}
    {{ return(adapter.dispatch("in_python")(function, arguments)) }}
{% endmacro %}

{% macro duckdb__in_python(function, arguments) %}
    {%- set text = tojson(arguments) | replace("'", "''") -%}
    {{ return(fromjson(run_query("select " ~ function ~ "('" ~ text ~ "')")[0][0])) }}
{% endmacro %}

{% macro spark__in_python(function, arguments) %}
    {{ return(fromjson(adapter.in_python(function, tojson(arguments)))) }}
{% endmacro %}

{% macro has_relation(schema, table) %}
    {{ return(adapter.dispatch("has_relation")(schema, table)) }}
{% endmacro %}

{% macro duckdb__has_relation(schema, table) %}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_schema = '" ~ schema
        ~ "' and table_name = '" ~ table ~ "'"
    ) | length > 0) }}
{% endmacro %}

{% macro spark__has_relation(schema, table) %}
    {{ return(adapter.get_relation(target.database, schema, table) is not none) }}
{% endmacro %}

{% macro missing_relations(names) %}
    {{ return(adapter.dispatch("missing_relations")(names)) }}
{% endmacro %}

{% macro duckdb__missing_relations(names) %}
    {%- set rows = run_query(
        "select table_schema || '.' || table_name from information_schema.tables"
    ) -%}
    {{ return(names | reject("in", rows.columns[0].values()) | list) }}
{% endmacro %}

{% macro spark__missing_relations(names) %}
    {%- set missing = [] -%}
    {%- for name in names if not has_relation(*name.split(".")) -%}
        {%- do missing.append(name) -%}
    {%- endfor -%}
    {{ return(missing) }}
{% endmacro %}
