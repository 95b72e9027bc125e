{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set seed = in_python("seed_rows", {"seed": model.name}) -%}
    {%- set places = [] -%}
    {%- set bindings = [] -%}
    {%- for row in seed.rows -%}
        {%- do places.append("(" ~ (["?"] * row | length) | join(", ") ~ ")") -%}
        {%- do bindings.extend(row) -%}
    {%- endfor -%}
    {%- set sql -%}
        insert into {{ this.render() }} ({{ seed.columns | join(", ") }})
        values {{ places | join(", ") }}
    {%- endset -%}
    {%- do adapter.add_query(sql, bindings=bindings, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
