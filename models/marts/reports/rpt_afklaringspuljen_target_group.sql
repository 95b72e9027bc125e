with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

report_rows as (
    select
        publication_date,
        report_month,
        area_type,
        area_code,
        area_name,
        n_target_group,
        n_exempt,
        {{ pct('n_exempt', 'n_target_group') }} as exempt_pct
    from int_published_area_months
    where
        initiative = 'afklaringspuljen'
        and is_reported
        and data_month = report_month
)

select * from report_rows
