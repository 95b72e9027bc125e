with

int_area_status_counts as (
    select * from {{ ref('int_area_status_counts') }}
),

int_area_counts as (
    select * from {{ ref('int_area_counts') }}
),

area_month_statuses as (
    select
        int_area_status_counts.initiative,
        int_area_status_counts.area_type,
        int_area_status_counts.area_code,
        int_area_status_counts.area_name,
        int_area_status_counts.data_month,
        int_area_status_counts.category,
        int_area_status_counts.status,
        int_area_status_counts.n_citizens,
        {{ pct('int_area_status_counts.n_citizens', 'int_area_counts.n_measured') }}
            as pct_of_measured
    from int_area_status_counts
    inner join int_area_counts
        on
            int_area_status_counts.initiative = int_area_counts.initiative
            and int_area_status_counts.area_type = int_area_counts.area_type
            and int_area_status_counts.area_code = int_area_counts.area_code
            and int_area_status_counts.data_month = int_area_counts.data_month
)

select * from area_month_statuses
