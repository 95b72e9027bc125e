with

aktivering as (
    select * from {{ source('landing', 'aktivering') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_aktivering__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('aktivering.pnr') }} as citizen_key,
        aktivering.delivered_date,
        aktivering.start_dato as start_date,
        aktivering.slut_dato as end_date,
        aktivering.tilbud_kode,
        aktivering.publiceret as is_published
    from aktivering
    left join exceptions
        on aktivering.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('aktivering.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
