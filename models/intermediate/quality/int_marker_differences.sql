with

int_cohort as (
    select * from {{ ref('int_cohort') }}
),

stg_persongrupper__markers as (
    select * from {{ ref('stg_persongrupper__markers') }}
),

markers as (
    select * from {{ ref('markers') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

marked_citizens as (
    select
        markers.initiative,
        stg_persongrupper__markers.citizen_key
    from stg_persongrupper__markers
    inner join markers
        on stg_persongrupper__markers.persongruppe = markers.persongruppe
    inner join int_as_of
        on int_as_of.has_cohort
    where markers.marker_use = 'membership'
    group by markers.initiative, stg_persongrupper__markers.citizen_key
),

marker_differences as (
    select
        coalesce(int_cohort.citizen_key, marked_citizens.citizen_key) as citizen_key,
        case
            when int_cohort.citizen_key is null then 'marker_without_cohort'
            else 'cohort_without_marker'
        end as kind
    from int_cohort
    full outer join marked_citizens
        on
            int_cohort.initiative = marked_citizens.initiative
            and int_cohort.citizen_key = marked_citizens.citizen_key
    where int_cohort.citizen_key is null or marked_citizens.citizen_key is null
)

select * from marker_differences
