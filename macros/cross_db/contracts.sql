{% macro select_under_contract(sql) %}
    {%- if not config.get("contract").enforced -%}
        {{ return(sql) }}
    {%- endif -%}
    {{ get_assert_columns_equivalent(sql) }}
    {%- set columns = [] -%}
    {%- for name, column in model.columns.items() -%}
        {%- set named = adapter.quote(name) -%}
        {%- if column.constraints | selectattr("type", "equalto", "not_null") | list -%}
            {%- set said = "the contract of " ~ this ~ ": expected a value in every row "
                ~ "of " ~ name ~ "; found none. What to do: see which rows have none, in "
                ~ "what the model reads; the table was not made" -%}
            {%- set named = "coalesce(" ~ named ~ ", raise_error('" ~ said ~ "')) as "
                ~ named -%}
        {%- endif -%}
        {%- do columns.append(named) -%}
    {%- endfor -%}
    {{ return("select " ~ columns | join(", ") ~ " from (" ~ sql ~ ") as rows_made") }}
{% endmacro %}

{% macro spark__get_empty_schema_sql(columns) -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ spark_type(column.data_type) }}) as {{ adapter.quote(column.name) }}
        {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro spark_type(type) -%}
    {{ "string" if type | lower == "varchar" else type }}
{%- endmacro %}
