{# The configuration of a table that keeps what follows from a delivery alone. dbt adds
   the new deliveries (`is_new`); what is of no delivery of the run is thrown away when it
   starts (`landing/keeping.py`), so a full refresh has nothing to do. The table has the
   key of the delivery, `delivery_key`. #}
{% macro kept_per_delivery() -%}
{{ config(
    materialized="incremental",
    incremental_strategy="append",
    full_refresh=false,
    on_schema_change="sync_all_columns",
) }}
{%- endmacro %}
