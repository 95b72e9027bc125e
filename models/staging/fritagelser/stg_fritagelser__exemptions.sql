-- A table: an analysis reads it, by connections without the secret of the keys.
{{ config(materialized="table") }}
with

fritagelser as (
    select * from {{ source('landing', 'fritagelser') }}
),

exceptions as (
    select * from {{ ref('stg_fritagelser__exceptions') }}
),

accepted_rows as (
    select
        {{ citizen_key('fritagelser.pnr') }} as citizen_key,
        fritagelser.delivered_date,
        fritagelser.fra_dato as start_date,
        fritagelser.til_dato as end_date,
        fritagelser.fritagelse_kode
    from fritagelser
    left join exceptions
        on fritagelser.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
