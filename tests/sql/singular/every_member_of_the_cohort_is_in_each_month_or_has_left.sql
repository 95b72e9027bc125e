-- Nobody is lost from the cohort and nobody comes back (E1-E3): in every reportable month
-- a member is in the target group, or an exit of the member lies on or before its last
-- day; never both, never neither.
with

first_exits as (
    select
        initiative,
        citizen_key,
        min(exit_date) as exit_date
    from {{ ref('int_exit_events') }}
    group by initiative, citizen_key
)

select
    months.initiative,
    months.data_month,
    count(*) as n_citizens
from {{ ref('int_cohort') }} as int_cohort
inner join {{ ref('int_reportable_months') }} as months
    on int_cohort.initiative = months.initiative
left join first_exits
    on
        int_cohort.initiative = first_exits.initiative
        and int_cohort.citizen_key = first_exits.citizen_key
left join {{ ref('int_target_group_locked') }} as members
    on
        months.initiative = members.initiative
        and months.data_month = members.data_month
        and int_cohort.citizen_key = members.citizen_key
where
    (members.citizen_key is not null)
    = coalesce(first_exits.exit_date <= months.last_date, false)
group by months.initiative, months.data_month
