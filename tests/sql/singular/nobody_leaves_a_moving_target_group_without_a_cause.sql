with

members as (
    select
        target_group.initiative,
        target_group.citizen_key,
        target_group.municipality_code,
        months.month_number
    from {{ ref('int_target_group_monthly') }} as target_group
    inner join {{ ref('int_reportable_months') }} as months
        on
            target_group.initiative = months.initiative
            and target_group.data_month = months.data_month
),

first_exits as (
    select
        initiative,
        citizen_key,
        min(exit_date) as exit_date
    from {{ ref('int_exit_events') }}
    group by initiative, citizen_key
)

select
    members.initiative,
    members.municipality_code,
    next_months.data_month,
    count(*) as n_citizens
from members
inner join {{ ref('int_reportable_months') }} as next_months
    on
        members.initiative = next_months.initiative
        and members.month_number + 1 = next_months.month_number
left join members as members_next
    on
        members.initiative = members_next.initiative
        and members.citizen_key = members_next.citizen_key
        and members.municipality_code = members_next.municipality_code
        and next_months.month_number = members_next.month_number
left join first_exits
    on
        members.initiative = first_exits.initiative
        and members.citizen_key = first_exits.citizen_key
        and next_months.last_date >= first_exits.exit_date
inner join {{ ref('int_residences') }} as residences
    on
        members.citizen_key = residences.citizen_key
        and members.municipality_code = residences.municipality_code
        and residences.is_as_of_delivery
        and {{ holds_on('residences', 'next_months.last_date') }}
where members_next.citizen_key is null and first_exits.citizen_key is null
group by members.initiative, members.municipality_code, next_months.data_month
