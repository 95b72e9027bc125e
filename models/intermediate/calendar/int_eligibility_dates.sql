with

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

dates_of_locked_cohorts as (
    select
        initiative,
        true as is_locked,
        cohort_reference_date as eligibility_date
    from int_locked_cohorts
),

dates_of_moving_target_groups as (
    select
        initiative,
        false as is_locked,
        first_date as eligibility_date
    from int_reportable_months
    where population = 'monthly'
),

all_dates as (
    select * from dates_of_locked_cohorts
    union all
    select * from dates_of_moving_target_groups
),

eligibility_dates as (
    select
        all_dates.initiative,
        all_dates.is_locked,
        all_dates.eligibility_date,
        iso_weeks.week_column
    from all_dates
    inner join iso_weeks
        on
            all_dates.eligibility_date >= iso_weeks.week_start_date
            and all_dates.eligibility_date <= iso_weeks.reference_date
)

select * from eligibility_dates
