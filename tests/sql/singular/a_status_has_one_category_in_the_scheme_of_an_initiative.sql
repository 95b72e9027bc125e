with

ambiguous_statuses as (
    select
        initiative,
        status
    from {{ ref('dim_status') }}
    group by initiative, status
    having count(distinct category) <> 1 or count(distinct counts) <> 1
)

select * from ambiguous_statuses
