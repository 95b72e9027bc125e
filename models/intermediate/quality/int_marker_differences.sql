with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

stg_persongrupper__markers as (
    select * from {{ ref('stg_persongrupper__markers') }}
),

markers as (
    select * from {{ ref('markers') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

marked_citizens as (
    select
        markers.initiative,
        stg_persongrupper__markers.citizen_key
    from stg_persongrupper__markers
    inner join markers
        on stg_persongrupper__markers.persongruppe = markers.persongruppe
    inner join int_locked_cohorts
        on markers.initiative = int_locked_cohorts.initiative
    where markers.marker_use = 'membership'
    group by markers.initiative, stg_persongrupper__markers.citizen_key
),

marker_differences as (
    select
        coalesce(int_cohort_members.citizen_key, marked_citizens.citizen_key) as citizen_key,
        case
            when int_cohort_members.citizen_key is null then 'marker_without_cohort'
            else 'cohort_without_marker'
        end as kind
    from int_cohort_members
    full outer join marked_citizens
        on
            int_cohort_members.initiative = marked_citizens.initiative
            and int_cohort_members.citizen_key = marked_citizens.citizen_key
    where int_cohort_members.citizen_key is null or marked_citizens.citizen_key is null
)

select * from marker_differences
