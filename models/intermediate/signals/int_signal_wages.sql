with

int_counted_wages as (
    select * from {{ ref('int_counted_wages') }}
),

int_benefit_months as (
    select * from {{ ref('int_benefit_months') }}
),

months_on_public_support as (
    select
        citizen_key,
        data_month
    from int_benefit_months
    where is_public_support
    group by citizen_key, data_month
),

wage_months as (
    select
        citizen_key,
        data_month,
        max(case when elev_hours > 0 or elev_dkk > 0 then 1 else 0 end) as n_elev
    from int_counted_wages
    group by citizen_key, data_month
),

elev_months as (
    select
        citizen_key,
        data_month,
        'loen_elev' as signal
    from wage_months
    where n_elev > 0
),

wage_months_by_support as (
    select
        wage_months.citizen_key,
        wage_months.data_month,
        case
            when months_on_public_support.citizen_key is null then 'loen_uden_ydelse'
            else 'loen_med_ydelse'
        end as signal
    from wage_months
    left join months_on_public_support
        on
            wage_months.citizen_key = months_on_public_support.citizen_key
            and wage_months.data_month = months_on_public_support.data_month
),

signal_months as (
    select * from elev_months
    union all
    select * from wage_months_by_support
)

select * from signal_months
