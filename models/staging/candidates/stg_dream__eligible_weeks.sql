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

eligible_benefit_groups as (
    select * from {{ ref('eligible_benefit_groups') }}
),

-- Of any initiative: which one is asked later.
eligible_codes as (
    select
        dream_codes.dream_code,
        dream_codes.benefit_group
    from dream_codes
    where dream_codes.benefit_group in (
        select eligible_benefit_groups.benefit_group from eligible_benefit_groups
    )
),

eligible_weeks as (
    select
        stg_dream__week_codes.dream_row_id,
        stg_dream__week_codes.is_cohort_delivery,
        stg_dream__week_codes.week_column,
        eligible_codes.benefit_group
    from stg_dream__week_codes
    inner join eligible_codes
        on stg_dream__week_codes.dream_code = eligible_codes.dream_code
),

eligible_weeks_of_persons as (
    select
        eligible_weeks.dream_row_id,
        stg_dream__persons.citizen_key,
        stg_dream__persons.candidate_number,
        eligible_weeks.is_cohort_delivery,
        eligible_weeks.week_column,
        eligible_weeks.benefit_group
    from eligible_weeks
    inner join stg_dream__persons
        on eligible_weeks.dream_row_id = stg_dream__persons.dream_row_id
)

select * from eligible_weeks_of_persons
