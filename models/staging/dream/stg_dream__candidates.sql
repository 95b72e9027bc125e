-- A table: every other register is narrowed down by it.
{{ config(materialized="table") }}
with

stg_dream__benefit_weeks as (
    select * from {{ ref('stg_dream__benefit_weeks') }}
),

candidates as (
    select
        citizen_key,
        candidate_number
    from stg_dream__benefit_weeks
    group by citizen_key, candidate_number
)

select * from candidates
