{% macro kept_per_delivery() -%}
{{ config(
    materialized="incremental",
    incremental_strategy="append",
    full_refresh=false,
    on_schema_change="sync_all_columns",
) }}
{%- endmacro %}
