{# The rows of a seed, read by DuckDB from its file, as dbt-duckdb does it. There the path is a
   pattern, so that a project in a folder `lev [1]` would read the seeds of the one beside it;
   here it is that file (`labour_monitor.landing.paths`). #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set file = in_python("seed_file", {"path": adapter.get_seed_file_path(model)}) -%}
    {%- if file.error is defined -%}
        {%- do exceptions.raise_compiler_error(file.error) -%}
    {%- endif -%}
    {%- set sql -%}
        copy {{ this.render() }} from {{ file.literal }} (format csv, header, delimiter ',')
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
