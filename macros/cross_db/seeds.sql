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

{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name, type in types_of_seed(model).items() -%}
        {%- do columns.append(name ~ " " ~ type) -%}
    {%- endfor -%}
    {%- set sql -%}
        create table {{ this.render() }} ({{ columns | join(", ") }})
        using {{ file_format() }}
    {%- endset -%}
    {%- do run_query(sql) -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set seed = in_python("seed_rows", {"seed": model.name}) -%}
    {%- set types = types_of_seed(model) -%}
    {%- set rows = [] -%}
    {%- for row in seed.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- set text = "null" if value is none else "'" ~ value
                | replace("\\", "\\\\") | replace("'", "\\'") ~ "'" -%}
            {%- do values.append(
                "cast(" ~ text ~ " as " ~ types[seed.columns[loop.index0]] ~ ")"
            ) -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ values | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- set sql -%}
        insert into {{ this.render() }} ({{ seed.columns | join(", ") }})
        values {{ rows | join(", ") }}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}

{% macro types_of_seed(model) %}
    {%- set types = {} -%}
    {%- for name, type in model.config.column_types.items() -%}
        {%- do types.update({name: spark_type(type)}) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}
