with

int_cohort as (
    select * from {{ ref('int_cohort') }}
),

participation as (
    select * from {{ ref('participation') }}
),

cohort_members as (
    select
        int_cohort.initiative,
        int_cohort.citizen_key,
        int_cohort.municipality_code,
        participation.municipality_code is not null as is_participating,
        int_cohort.benefit_group,
        int_cohort.benefit_weeks,
        int_cohort.age,
        int_cohort.locked_as_of
    from int_cohort
    left join participation
        on
            int_cohort.initiative = participation.initiative
            and int_cohort.municipality_code = participation.municipality_code
)

select * from cohort_members
