with

int_benefit_months as (
    select * from {{ ref('int_benefit_months') }}
),

signals as (
    select * from {{ ref('signals') }}
),

benefits_that_are_signals as (
    select
        int_benefit_months.citizen_key,
        int_benefit_months.data_month,
        signals.signal
    from int_benefit_months
    inner join signals
        on int_benefit_months.signal_group = signals.signal
    group by
        int_benefit_months.citizen_key,
        int_benefit_months.data_month,
        signals.signal
)

select * from benefits_that_are_signals
