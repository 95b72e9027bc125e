with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

int_exit_events as (
    select * from {{ ref('int_exit_events') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

exits as (
    select
        initiative,
        citizen_key,
        min(exit_date) as exit_date
    from int_exit_events
    group by initiative, citizen_key
),

members_of_month as (
    select
        int_cohort_members.initiative,
        int_cohort_members.citizen_key,
        int_cohort_members.municipality_code,
        int_reportable_months.data_month
    from int_cohort_members
    inner join int_reportable_months
        on int_cohort_members.initiative = int_reportable_months.initiative
    left join exits
        on
            int_cohort_members.initiative = exits.initiative
            and int_cohort_members.citizen_key = exits.citizen_key
    where exits.exit_date is null or exits.exit_date > int_reportable_months.last_date
)

select * from members_of_month
