with

int_area_status_counts as (
    select * from {{ ref('int_area_status_counts') }}
),

int_area_counts as (
    select * from {{ ref('int_area_counts') }}
),

self_supporting_months as (
    select
        int_area_counts.initiative,
        int_area_counts.area_code as municipality_code,
        int_area_counts.data_month,
        int_area_counts.n_measured,
        int_area_status_counts.n_citizens as n_self_supporting,
        {{ pct('int_area_status_counts.n_citizens', 'int_area_counts.n_measured') }}
            as self_supporting_pct
    from int_area_counts
    inner join int_area_status_counts
        on
            int_area_counts.initiative = int_area_status_counts.initiative
            and int_area_counts.area_type = int_area_status_counts.area_type
            and int_area_counts.area_code = int_area_status_counts.area_code
            and int_area_counts.data_month = int_area_status_counts.data_month
    where
        int_area_counts.area_type = 'municipality'
        and int_area_status_counts.status = 'selvforsoergelse'
)

select * from self_supporting_months
