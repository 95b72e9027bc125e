with

expected as (
    select
        'afklaringspuljen' as initiative,
        cast('2020-12-01' as date) as first_month,
        cast('2022-12-01' as date) as last_month,
        cast('2021-02-28' as date) as first_publication_date,
        cast('2022-01-01' as date) as requirement_first_month,
        cast('2022-12-01' as date) as requirement_last_month
    union all
    select
        'fsm2' as initiative,
        cast('2019-12-01' as date) as first_month,
        cast(null as date) as last_month,
        cast('2020-02-29' as date) as first_publication_date,
        cast('2019-12-01' as date) as requirement_first_month,
        cast(null as date) as requirement_last_month
),

found as (
    select
        months.initiative,
        min(months.data_month) as first_month,
        max(months.data_month) as last_month,
        min(months.publication_date) as first_publication_date,
        min(initiatives.requirement_first_month) as requirement_first_month,
        max(initiatives.requirement_last_month) as requirement_last_month
    from {{ ref('int_initiative_months') }} as months
    inner join {{ ref('initiatives') }} as initiatives
        on months.initiative = initiatives.initiative
    group by months.initiative
)

select expected.initiative
from expected
left join found
    on
        expected.initiative = found.initiative
        and expected.first_month = found.first_month
        and coalesce(expected.last_month, found.last_month) = found.last_month
        and expected.first_publication_date = found.first_publication_date
        and expected.requirement_first_month = found.requirement_first_month
        and coalesce(expected.requirement_last_month, found.requirement_last_month)
        = found.requirement_last_month
where found.initiative is null
