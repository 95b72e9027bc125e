with

int_area_counts as (
    select * from {{ ref('int_area_counts') }}
),

int_area_status_counts as (
    select * from {{ ref('int_area_status_counts') }}
),

measures as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_target_group' as measure,
        n_target_group as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_exempt' as measure,
        n_exempt as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_rehab' as measure,
        n_rehab as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_measured' as measure,
        n_measured as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_fulfilled' as measure,
        n_fulfilled as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_new' as measure,
        n_new as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'n_left' as measure,
        n_left as measure_value
    from int_area_counts
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'is_participating' as measure,
        cast(case when is_participating then 1 else 0 end as bigint) as measure_value
    from int_area_counts
    where area_type = 'municipality'
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'status:' || status as measure,
        n_citizens as measure_value
    from int_area_status_counts
),

publication_measures as (
    select * from measures
    where measure_value is not null
)

select * from publication_measures
