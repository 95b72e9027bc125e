with

members as (
    select
        target_group.initiative,
        target_group.citizen_key,
        target_group.municipality_code,
        target_group.data_month,
        months.month_number
    from {{ ref('int_target_group_monthly') }} as target_group
    inner join {{ ref('int_reportable_months') }} as months
        on
            target_group.initiative = months.initiative
            and target_group.data_month = months.data_month
)

select
    members.initiative,
    members.municipality_code,
    members.data_month,
    count(*) as n_citizens
from members
left join members as members_before
    on
        members.initiative = members_before.initiative
        and members.citizen_key = members_before.citizen_key
        and members.municipality_code = members_before.municipality_code
        and members.month_number = members_before.month_number + 1
left join {{ ref('int_eligible_citizens') }} as eligible
    on
        members.initiative = eligible.initiative
        and members.citizen_key = eligible.citizen_key
        and members.municipality_code = eligible.municipality_code
        and members.data_month = eligible.eligibility_date
where members_before.citizen_key is null and eligible.citizen_key is null
group by members.initiative, members.municipality_code, members.data_month
