with

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

months_with_previous as (
    select
        *,
        lag(n_target_group, 1, 0) over (
            partition by initiative, publication_date, area_type, area_code
            order by data_month
        ) as n_previous
    from int_published_area_months
    where initiative = 'fsm2' and is_reported
),

report_rows as (
    select
        publication_date,
        report_month,
        area_type,
        area_code,
        area_name,
        n_previous,
        n_new,
        n_left,
        n_target_group,
        n_measured as n_indsatsgruppe,
        n_rehab as n_rehabiliteringsgruppe,
        n_exempt as n_fritagelsesgruppe
    from months_with_previous
    where data_month = report_month
)

select * from report_rows
