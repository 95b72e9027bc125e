with

initiatives as (
    select * from {{ ref('initiatives') }}
),

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

cohorts_to_draw as (
    select
        initiatives.initiative,
        initiatives.cohort_reference_date,
        initiatives.cohort_lock_date,
        initiatives.cohort_window_start_date,
        initiatives.cohort_window_pct
    from initiatives
    inner join int_as_of
        on initiatives.cohort_lock_date <= int_as_of.as_of_date
    where initiatives.population = 'locked_cohort'
),

locked_cohorts as (
    select
        cohorts_to_draw.initiative,
        cohorts_to_draw.cohort_reference_date,
        cohorts_to_draw.cohort_lock_date,
        cohorts_to_draw.cohort_window_start_date,
        cohorts_to_draw.cohort_window_pct,
        count(iso_weeks.week_column) as n_window_weeks
    from cohorts_to_draw
    left join iso_weeks
        on
            cohorts_to_draw.cohort_window_start_date <= iso_weeks.week_start_date
            and cohorts_to_draw.cohort_reference_date >= iso_weeks.reference_date
    group by
        cohorts_to_draw.initiative,
        cohorts_to_draw.cohort_reference_date,
        cohorts_to_draw.cohort_lock_date,
        cohorts_to_draw.cohort_window_start_date,
        cohorts_to_draw.cohort_window_pct
)

select * from locked_cohorts
