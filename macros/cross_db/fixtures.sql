{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(adapter.dispatch("get_fixture_sql")(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro duckdb__get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro spark__get_fixture_sql(rows, column_name_to_data_types) %}
    {#- A row has the columns that a row names: with all of DREAM's hundreds of weeks in
        each of them, one query took a minute to be planned. -#}
    {%- set types = column_name_to_data_types or {} -%}
    {%- if rows and not types -%}
        {%- for column in adapter.get_columns_in_relation(defer_relation
            if (defer_relation and not load_relation(this)) else this) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set named = [] -%}
    {%- set formatted_rows = [] -%}
    {%- for row in rows -%}
        {%- set formatted = format_row(row, types) -%}
        {%- do formatted_rows.append(formatted) -%}
        {%- for name in formatted if name not in named -%}
            {%- do named.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not named -%}
        {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
    {%- endif -%}
    {%- set values = [] -%}
    {%- for formatted in formatted_rows -%}
        {%- set cells = [] -%}
        {%- for name in named -%}
            {%- do cells.append(formatted.get(name, "cast(null as " ~ types[name] ~ ")")) -%}
        {%- endfor -%}
        {%- do values.append("(" ~ cells | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- set columns = [] -%}
    {%- for name, type in types.items() -%}
        {%- do columns.append(
            name if name in named else "cast(null as " ~ type ~ ") as " ~ name
        ) -%}
    {%- endfor -%}
select /*+ coalesce(1) */ {{ columns | join(", ") }}
from values {{ values | join(", ") }} as fixture ({{ named | join(", ") }})
{% endmacro %}
