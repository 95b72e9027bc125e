with

int_cohort_locked as (
    select * from {{ ref('int_cohort_locked') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

participation as (
    select * from {{ ref('participation') }}
),

-- A run as of a day before the lock has no cohort, although a later run has locked one.
cohort_members as (
    select
        int_cohort_locked.initiative,
        int_cohort_locked.citizen_key,
        int_cohort_locked.municipality_code,
        participation.municipality_code is not null as is_participating,
        int_cohort_locked.benefit_group,
        int_cohort_locked.benefit_weeks,
        int_cohort_locked.age,
        int_cohort_locked.locked_as_of
    from int_cohort_locked
    inner join int_locked_cohorts
        on int_cohort_locked.initiative = int_locked_cohorts.initiative
    left join participation
        on
            int_cohort_locked.initiative = participation.initiative
            and int_cohort_locked.municipality_code = participation.municipality_code
)

select * from cohort_members
