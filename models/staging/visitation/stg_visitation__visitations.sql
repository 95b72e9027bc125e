-- A table: of everybody, and read twice.
{{ config(materialized="table") }}
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

spells_of_candidates as (
    select
        {{ citizen_key('visitation.pnr') }} as citizen_key,
        visitation.delivered_date,
        visitation.is_as_of_delivery,
        visitation.cohort_of,
        visitation.fra_dato as start_date,
        visitation.til_dato as end_date,
        {{ value_that_holds('visitation.personkategori_kode') }}
            as personkategori_kode
    from visitation
    left join exceptions
        on visitation.row_id = exceptions.row_id
    where
        {{ takes_part_in_one_value('visitation') }}
        and {{ candidate_number('visitation.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from spells_of_candidates
