with

area_months as (
    select * from {{ ref('fct_area_month') }}
),

status_sums as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        sum(n_citizens) as n_citizens
    from {{ ref('fct_area_month_status') }}
    group by initiative, area_type, area_code, data_month
),

areas_that_differ as (
    select
        coalesce(area_months.initiative, status_sums.initiative) as initiative,
        coalesce(area_months.area_type, status_sums.area_type) as area_type,
        coalesce(area_months.area_code, status_sums.area_code) as area_code,
        coalesce(area_months.data_month, status_sums.data_month) as data_month,
        area_months.n_measured,
        status_sums.n_citizens
    from area_months
    full outer join status_sums
        on
            area_months.initiative = status_sums.initiative
            and area_months.area_type = status_sums.area_type
            and area_months.area_code = status_sums.area_code
            and area_months.data_month = status_sums.data_month
    where coalesce(area_months.n_measured, -1) <> coalesce(status_sums.n_citizens, -2)
)

select * from areas_that_differ
