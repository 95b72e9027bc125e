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
    {%- set seed = in_python("seed_rows", {"seed": model.name}) -%}
    {%- set columns = [] -%}
    {%- for name, type in types_of_seed(model).items() -%}
        {%- set value = name if seed.rows else "null" -%}
        {%- do columns.append("cast(" ~ value ~ " as " ~ type ~ ") as " ~ name) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for row in seed.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- do values.append("null" if value is none else "'" ~ value
                | replace("\\", "\\\\") | replace("'", "\\'") ~ "'") -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ values | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- set sql -%}
        create table {{ this.render() }} {{ stored_as(this.schema, this.identifier) }} as
        select /*+ coalesce(1) */ {{ columns | join(", ") }}
        {%- if rows %}
        from values {{ rows | join(", ") }} as seed ({{ seed.columns | join(", ") }})
        {%- else %}
        where false
        {%- endif %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {{ return("") }}
{% endmacro %}

{% macro types_of_seed(model) %}
    {%- set types = {} -%}
    {%- for name, type in model.config.column_types.items() -%}
        {%- do types.update({name: spark_type(type)}) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}
