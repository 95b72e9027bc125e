with

citizens_twice as (
    select
        initiative,
        data_month,
        citizen_key
    from {{ ref('fct_citizen_month') }}
    group by initiative, data_month, citizen_key
    having count(*) > 1
),

months_with_citizens_twice as (
    select
        initiative,
        data_month,
        count(*) as n_citizens
    from citizens_twice
    group by initiative, data_month
)

select * from months_with_citizens_twice
