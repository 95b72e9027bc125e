-- The decision of what the public edition shows (D2): `labour-monitor publish` puts the rows
-- in, when the marts are made; here is their form. A build leaves them as they are, until the
-- edition that it ends with has others.
{{ config(
    materialized="incremental", incremental_strategy="append", on_schema_change="fail"
) }}
with

decisions as (
    select
        initiative,
        publication_date,
        cast(null as {{ dbt.type_string() }}) as {{ adapter.quote("table") }},
        area_type,
        area_code,
        data_month,
        measure,
        cast(null as {{ dbt.type_string() }}) as state,
        cast(null as {{ dbt.type_string() }}) as reason,
        cast(null as bigint) as protects
    from {{ ref('int_publications_kept') }}
    where false
)

select * from decisions
