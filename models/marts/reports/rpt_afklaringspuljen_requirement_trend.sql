with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

report_rows as (
    select
        publication_date,
        report_month,
        area_type,
        data_month,
        n_measured,
        n_fulfilled,
        {{ pct('n_fulfilled', 'n_measured') }} as fulfilled_pct
    from int_published_area_months
    where initiative = 'afklaringspuljen' and area_type <> 'municipality'
)

select * from report_rows
