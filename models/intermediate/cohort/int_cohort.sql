with

int_cohort_locked as (
    select * from {{ ref('int_cohort_locked') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

cohort as (
    select
        int_cohort_locked.initiative,
        int_cohort_locked.citizen_key,
        int_cohort_locked.municipality_code,
        int_cohort_locked.benefit_group,
        int_cohort_locked.benefit_weeks,
        int_cohort_locked.age,
        int_cohort_locked.locked_as_of
    from int_cohort_locked
    inner join int_as_of
        on
            int_cohort_locked.landing_path = int_as_of.landing_path
            and int_as_of.has_cohort
)

select * from cohort
