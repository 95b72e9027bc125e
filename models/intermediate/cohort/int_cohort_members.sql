with

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

int_cohort_benefit_weeks as (
    select * from {{ ref('int_cohort_benefit_weeks') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

members as (
    select
        int_as_of.landing_path,
        int_eligible_citizens.initiative,
        int_eligible_citizens.citizen_key,
        int_eligible_citizens.municipality_code,
        int_eligible_citizens.benefit_group,
        int_cohort_benefit_weeks.benefit_weeks,
        int_eligible_citizens.age,
        int_as_of.cohort_lock_date as locked_as_of
    from int_eligible_citizens
    inner join int_cohort_benefit_weeks
        on int_eligible_citizens.citizen_key = int_cohort_benefit_weeks.citizen_key
    cross join int_as_of
    where
        int_eligible_citizens.is_locked
        and 100 * int_cohort_benefit_weeks.benefit_weeks
        >= {{ var("cohort_window_pct") }} * {{ dream_window_weeks() | length }}
)

select * from members
