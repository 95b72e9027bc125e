with

int_area_months as (
    select * from {{ ref('int_area_months') }}
),

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

counts as (
    select
        initiative,
        municipality_code,
        data_month,
        count(*) as n_target_group,
        sum(case when is_exempt_straksafklaring then 1 else 0 end)
            as n_exempt_straksafklaring
    from int_citizen_months
    where is_exempt_straksafklaring is not null
    group by initiative, municipality_code, data_month
),

straksafklaring_months as (
    select
        int_area_months.area_code as municipality_code,
        int_area_months.data_month,
        cast(coalesce(counts.n_target_group, 0) as bigint) as n_target_group,
        cast(coalesce(counts.n_exempt_straksafklaring, 0) as bigint)
            as n_exempt_straksafklaring
    from int_area_months
    left join counts
        on
            int_area_months.initiative = counts.initiative
            and int_area_months.area_code = counts.municipality_code
            and int_area_months.data_month = counts.data_month
    where
        int_area_months.initiative = 'afklaringspuljen'
        and int_area_months.area_type = 'municipality'
)

select * from straksafklaring_months
