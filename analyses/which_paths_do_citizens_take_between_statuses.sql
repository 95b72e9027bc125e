with

measured_months as (
    select
        int_citizen_months.initiative,
        int_citizen_months.citizen_key,
        int_citizen_months.data_month,
        int_citizen_months.status,
        {{ month_number('int_citizen_months.data_month') }} as month_number
    from {{ ref('int_citizen_months') }} as int_citizen_months
    where int_citizen_months.is_measured and int_citizen_months.is_participating
),

steps as (
    select
        months_before.initiative,
        months_after.data_month,
        months_before.status as from_status,
        months_after.status as to_status
    from measured_months as months_before
    inner join measured_months as months_after
        on
            months_before.initiative = months_after.initiative
            and months_before.citizen_key = months_after.citizen_key
            and months_before.month_number + 1 = months_after.month_number
)

select
    initiative,
    data_month,
    from_status,
    to_status,
    count(*) as n_citizens
from steps
group by initiative, data_month, from_status, to_status
order by initiative, data_month, from_status, to_status
