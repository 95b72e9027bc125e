{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(adapter.dispatch("get_fixture_sql")(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro duckdb__get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro spark__get_fixture_sql(rows, column_name_to_data_types) %}
select /*+ coalesce(1) */ * from (
    {{ dbt.get_fixture_sql(rows, column_name_to_data_types) }}
) as fixture
{% endmacro %}
