with

visitation as (
    select * from {{ source('landing', 'visitation') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_visitation__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('visitation.pnr') }} as citizen_key,
        visitation.delivered_date,
        visitation.is_as_of_delivery,
        visitation.cohort_of,
        visitation.fra_dato as start_date,
        visitation.til_dato as end_date,
        visitation.personkategori_kode
    from visitation
    left join exceptions
        on visitation.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('visitation.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
