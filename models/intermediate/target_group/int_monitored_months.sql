with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

monitored_months as (
    select
        citizen_key,
        data_month,
        first_date,
        last_date
    from int_target_group
    group by citizen_key, data_month, first_date, last_date
)

select * from monitored_months
