-- A table: DREAM is the widest register, and is unpivoted once.
{{ config(materialized="table") }}
with

stg_dream__week_codes as (
    select * from {{ ref('stg_dream__week_codes') }}
),

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

kontanthjaelpslignende_codes as (
    select
        dream_codes.dream_code,
        dream_codes.benefit_group
    from dream_codes
    inner join benefit_groups
        on dream_codes.benefit_group = benefit_groups.benefit_group
    where benefit_groups.is_kontanthjaelpslignende
),

benefit_weeks as (
    select
        stg_dream__week_codes.dream_row_id,
        stg_dream__week_codes.cohort_of,
        stg_dream__week_codes.week_column,
        kontanthjaelpslignende_codes.benefit_group
    from stg_dream__week_codes
    inner join kontanthjaelpslignende_codes
        on stg_dream__week_codes.dream_code = kontanthjaelpslignende_codes.dream_code
),

benefit_weeks_of_persons as (
    select
        benefit_weeks.dream_row_id,
        stg_dream__persons.citizen_key,
        stg_dream__persons.candidate_number,
        benefit_weeks.cohort_of,
        benefit_weeks.week_column,
        benefit_weeks.benefit_group
    from benefit_weeks
    inner join stg_dream__persons
        on benefit_weeks.dream_row_id = stg_dream__persons.dream_row_id
)

select * from benefit_weeks_of_persons
