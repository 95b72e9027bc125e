-- A table: an analysis reads it, by connections without the secret of the keys.
{{ config(materialized="table") }}
with

persongrupper as (
    select * from {{ source('landing', 'persongrupper') }}
),

exceptions as (
    select * from {{ ref('stg_persongrupper__exceptions') }}
),

accepted_rows as (
    select
        {{ citizen_key('persongrupper.pnr') }} as citizen_key,
        persongrupper.delivered_date,
        persongrupper.start_dato as start_date,
        persongrupper.slut_dato as end_date,
        persongrupper.persongruppe
    from persongrupper
    left join exceptions
        on persongrupper.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
