{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {#- A row has the columns that a row names: with all of DREAM's hundreds of weeks in
        each of them, one query took a minute to be planned on Spark. -#}
    {%- set types = column_name_to_data_types or {} -%}
    {%- if not types -%}
        {%- for column in adapter.get_columns_in_relation(defer_relation
            if (defer_relation and not load_relation(this)) else this) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not types or {} in rows -%}
        {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
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
    {%- set columns = [] -%}
    {%- for name, type in types.items() -%}
        {%- do columns.append(
            name if name in named else "cast(null as " ~ type ~ ") as " ~ name
        ) -%}
    {%- endfor -%}
    {%- if not rows -%}
select {{ columns | join(", ") }} where false
    {%- else -%}
    {%- set values = [] -%}
    {%- for formatted in formatted_rows -%}
        {%- set cells = [] -%}
        {%- for name in named -%}
            {%- do cells.append(formatted.get(name, "cast(null as " ~ types[name] ~ ")")) -%}
        {%- endfor -%}
        {%- do values.append("(" ~ cells | join(", ") ~ ")") -%}
    {%- endfor -%}
{#- The hint is Spark's, which would read each row in a task of its own. -#}
select /*+ coalesce(1) */ {{ columns | join(", ") }}
from (values {{ values | join(", ") }}) as fixture ({{ named | join(", ") }})
    {%- endif -%}
{% endmacro %}

{% macro format_row(row, column_name_to_data_types) %}
    {%- set text_types = ["character varying", "VARCHAR", "string"] -%}
    {%- set formatted = {} -%}
    {%- for column_name, value in row.items() -%}
        {%- set name = column_name | lower -%}
        {%- if name not in column_name_to_data_types -%}
            {{ return(dbt.format_row(row, column_name_to_data_types)) }}
        {%- endif -%}
        {#- A text is not cut to the length of a type. -#}
        {%- set type = column_name_to_data_types[name] -%}
        {%- set type = type.split("(")[0] if "varying" in type else type -%}
        {%- if value is string and "'" in value -%}
            {%- set literal = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
        {%- elif value is string and (value or type in text_types) -%}
            {%- set literal = "'" ~ value ~ "'" -%}
        {%- else -%}
            {#- Of a seed an empty cell is no number, date or truth. -#}
            {%- set literal = "null" if value in [none, ""] else value -%}
        {%- endif -%}
        {%- do formatted.update({name: "cast(" ~ literal ~ " as " ~ type ~ ")"}) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{% endmacro %}
