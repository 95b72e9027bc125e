with

integrationsprogram as (
    select * from {{ source('landing', 'integrationsprogram') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_integrationsprogram__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('integrationsprogram.pnr') }} as citizen_key,
        integrationsprogram.delivered_date,
        integrationsprogram.is_as_of_delivery,
        integrationsprogram.cohort_of,
        integrationsprogram.fra_dato as start_date,
        integrationsprogram.til_dato as end_date,
        integrationsprogram.program_kode
    from integrationsprogram
    left join exceptions
        on integrationsprogram.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('integrationsprogram.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
