-- A table: of everybody, and read twice.
{{ config(materialized="table") }}
with

bopael as (
    select * from {{ source('landing', 'bopael') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_bopael__exceptions') }}
),

spells_of_candidates as (
    select
        {{ citizen_key('bopael.pnr') }} as citizen_key,
        bopael.delivered_date,
        bopael.is_as_of_delivery,
        bopael.cohort_of,
        bopael.bop_vfra as start_date,
        bopael.bop_vtil as end_date,
        {{ value_that_holds('bopael.kom') }} as municipality_code
    from bopael
    left join exceptions
        on bopael.row_id = exceptions.row_id
    where
        {{ takes_part_in_one_value('bopael') }}
        and {{ candidate_number('bopael.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from spells_of_candidates
