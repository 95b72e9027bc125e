with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

int_signals as (
    select * from {{ ref('int_signals') }}
),

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

ranked_signals as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month,
        min(result_schemes.rank) as rank
    from int_target_group
    inner join int_signals
        on
            int_target_group.citizen_key = int_signals.citizen_key
            and int_target_group.data_month = int_signals.data_month
    inner join result_schemes
        on
            int_target_group.initiative = result_schemes.initiative
            and int_signals.signal = result_schemes.signal
    group by
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month
),

statuses as (
    select
        ranked_signals.initiative,
        ranked_signals.citizen_key,
        ranked_signals.data_month,
        result_schemes.signal,
        result_schemes.status,
        result_schemes.category,
        result_schemes.counts
    from ranked_signals
    inner join result_schemes
        on
            ranked_signals.initiative = result_schemes.initiative
            and ranked_signals.rank = result_schemes.rank
)

select * from statuses
