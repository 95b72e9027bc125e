with

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

int_cohort_benefit_weeks as (
    select * from {{ ref('int_cohort_benefit_weeks') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

members as (
    select
        int_eligible_citizens.initiative,
        int_eligible_citizens.citizen_key,
        int_eligible_citizens.municipality_code,
        int_eligible_citizens.benefit_group,
        int_cohort_benefit_weeks.benefit_weeks,
        int_eligible_citizens.age,
        int_locked_cohorts.cohort_lock_date as locked_as_of
    from int_eligible_citizens
    inner join int_cohort_benefit_weeks
        on
            int_eligible_citizens.initiative = int_cohort_benefit_weeks.initiative
            and int_eligible_citizens.citizen_key = int_cohort_benefit_weeks.citizen_key
    inner join int_locked_cohorts
        on
            int_cohort_benefit_weeks.initiative = int_locked_cohorts.initiative
            and int_cohort_benefit_weeks.cohort_window_start_date
            = int_locked_cohorts.cohort_window_start_date
            and int_cohort_benefit_weeks.cohort_reference_date
            = int_locked_cohorts.cohort_reference_date
    where
        int_eligible_citizens.is_locked
        and 100 * int_cohort_benefit_weeks.benefit_weeks
        >= int_locked_cohorts.cohort_window_pct * int_locked_cohorts.n_window_weeks
)

select * from members
