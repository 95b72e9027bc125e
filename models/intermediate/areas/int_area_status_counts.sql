with

int_area_months as (
    select * from {{ ref('int_area_months') }}
),

int_area_citizen_counts as (
    select * from {{ ref('int_area_citizen_counts') }}
),

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

statuses_of_scheme as (
    select
        initiative,
        status,
        category
    from result_schemes
    group by initiative, status, category
),

counts as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        status,
        category,
        sum(n_citizens) as n_citizens
    from int_area_citizen_counts
    where is_measured
    group by initiative, area_type, area_code, data_month, status, category
),

area_status_counts as (
    select
        int_area_months.initiative,
        int_area_months.area_type,
        int_area_months.area_code,
        int_area_months.area_name,
        int_area_months.data_month,
        statuses_of_scheme.category,
        statuses_of_scheme.status,
        cast(coalesce(counts.n_citizens, 0) as bigint) as n_citizens
    from int_area_months
    inner join statuses_of_scheme
        on int_area_months.initiative = statuses_of_scheme.initiative
    left join counts
        on
            int_area_months.initiative = counts.initiative
            and int_area_months.area_type = counts.area_type
            and int_area_months.area_code = counts.area_code
            and int_area_months.data_month = counts.data_month
            and statuses_of_scheme.status = counts.status
            and statuses_of_scheme.category = counts.category
)

select * from area_status_counts
