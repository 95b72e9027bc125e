with

ydelser as (
    select * from {{ source('landing', 'ydelser') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_ydelser__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('ydelser.pnr') }} as citizen_key,
        ydelser.delivered_date,
        ydelser.fra_dato as start_date,
        ydelser.til_dato as end_date,
        ydelser.ydelse_kode
    from ydelser
    left join exceptions
        on ydelser.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('ydelser.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
