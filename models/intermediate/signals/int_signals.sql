with

int_monitored_months as (
    select * from {{ ref('int_monitored_months') }}
),

int_signal_benefits as (
    select * from {{ ref('int_signal_benefits') }}
),

int_signal_kontanthjaelp as (
    select * from {{ ref('int_signal_kontanthjaelp') }}
),

int_signal_offers as (
    select * from {{ ref('int_signal_offers') }}
),

int_signal_education as (
    select * from {{ ref('int_signal_education') }}
),

int_signal_wages as (
    select * from {{ ref('int_signal_wages') }}
),

signals_that_touch as (
    select * from int_signal_benefits
    union all
    select * from int_signal_kontanthjaelp
    union all
    select * from int_signal_offers
    union all
    select * from int_signal_education
    union all
    select * from int_signal_wages
),

months_without_signal as (
    select
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        'selvforsoergelse' as signal
    from int_monitored_months
    left join signals_that_touch
        on
            int_monitored_months.citizen_key = signals_that_touch.citizen_key
            and int_monitored_months.data_month = signals_that_touch.data_month
    where signals_that_touch.citizen_key is null
),

signals as (
    select * from signals_that_touch
    union all
    select * from months_without_signal
)

select * from signals
