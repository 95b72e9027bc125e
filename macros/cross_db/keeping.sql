{% macro keeps_work_tables() %}
    {{ return(adapter.dispatch("keeps_work_tables")()) }}
{% endmacro %}

{% macro duckdb__keeps_work_tables() %}
    {{ return(true) }}
{% endmacro %}

{% macro spark__keeps_work_tables() %}
    {{ return(false) }}
{% endmacro %}

{% macro duckdb__kept_per_delivery() -%}
{{ config(
    materialized="incremental",
    incremental_strategy="append",
    full_refresh=false,
    on_schema_change="sync_all_columns",
) }}
{%- endmacro %}

{% macro spark__kept_per_delivery() -%}
{{ config(materialized="table") }}
{%- endmacro %}

{% macro is_incremental() %}
    {{ return(adapter.dispatch("is_incremental")()) }}
{% endmacro %}

{% macro duckdb__is_incremental() %}
    {{ return(dbt.is_incremental()) }}
{% endmacro %}

{% macro spark__is_incremental() %}
    {{ return(
        execute
        and model.config.materialized == "incremental"
        and load_cached_relation(this) is not none
    ) }}
{% endmacro %}
