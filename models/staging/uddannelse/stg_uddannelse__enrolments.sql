with

uddannelse as (
    select * from {{ source('landing', 'uddannelse') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_uddannelse__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('uddannelse.pnr') }} as citizen_key,
        uddannelse.delivered_date,
        uddannelse.elev3_vfra as start_date,
        uddannelse.elev3_vtil as end_date,
        uddannelse.udd,
        uddannelse.su_berettiget as is_su_eligible
    from uddannelse
    left join exceptions
        on uddannelse.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('uddannelse.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
