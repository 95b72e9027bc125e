{# A view that does not say in which database its tables are, so that the file may be
   renamed, copied or attached under another name. dbt compiles every name with it. #}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get("contract").enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create view {{ relation }} as (
        {{ sql | replace(adapter.quote(relation.database) ~ ".", "") }}
    );
{%- endmacro %}
