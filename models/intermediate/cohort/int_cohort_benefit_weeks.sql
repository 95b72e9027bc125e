with

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

stg_dream__eligible_weeks as (
    select * from {{ ref('stg_dream__eligible_weeks') }}
),

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

-- Those who pass every other criterion are few: only their rows are widened to weeks.
rows_of_eligible_citizens as (
    select
        stg_dream__eligible_weeks.dream_row_id,
        int_eligible_citizens.citizen_key
    from stg_dream__eligible_weeks
    inner join int_eligible_citizens
        on
            stg_dream__eligible_weeks.citizen_key = int_eligible_citizens.citizen_key
            and int_eligible_citizens.is_locked
    where stg_dream__eligible_weeks.is_cohort_delivery
),

weeks_of_eligible_citizens as (
    select
        rows_of_eligible_citizens.citizen_key,
        {{ qualified("stg_dream__persons", dream_window_weeks()) }}
    from stg_dream__persons
    inner join rows_of_eligible_citizens
        on stg_dream__persons.dream_row_id = rows_of_eligible_citizens.dream_row_id
    where stg_dream__persons.is_cohort_delivery
),

week_codes as (
    select
        citizen_key,
        {{ trimmed('dream_code') }} as dream_code
    from weeks_of_eligible_citizens
    unpivot (
        dream_code for week_column in (
            {{ dream_window_weeks() | join(",\n            ") }}
        )
    )
),

kontanthjaelpslignende_codes as (
    select dream_codes.dream_code
    from dream_codes
    inner join benefit_groups
        on dream_codes.benefit_group = benefit_groups.benefit_group
    where benefit_groups.is_kontanthjaelpslignende
),

benefit_weeks as (
    select
        week_codes.citizen_key,
        count(*) as benefit_weeks
    from week_codes
    inner join kontanthjaelpslignende_codes
        on week_codes.dream_code = kontanthjaelpslignende_codes.dream_code
    group by week_codes.citizen_key
)

select * from benefit_weeks
