with

deliveries as (
    select * from {{ source('landing', 'deliveries') }}
),

int_accepted_rows as (
    select * from {{ ref('int_accepted_rows') }}
),

int_row_exceptions as (
    select * from {{ ref('int_row_exceptions') }}
),

exception_counts as (
    select
        source,
        delivered_date,
        sum(case when exception = 'rejected' then 1 else 0 end) as n_rejected,
        sum(case when exception <> 'rejected' then 1 else 0 end) as n_duplicate
    from int_row_exceptions
    group by source, delivered_date
),

accounts as (
    select
        deliveries.source,
        deliveries.delivered_date as delivered,
        deliveries.n_delivered,
        cast(coalesce(int_accepted_rows.n_accepted, 0) as bigint) as n_accepted,
        cast(coalesce(exception_counts.n_rejected, 0) as bigint) as n_rejected,
        cast(coalesce(exception_counts.n_duplicate, 0) as bigint) as n_duplicate
    from deliveries
    left join int_accepted_rows
        on
            deliveries.source = int_accepted_rows.source
            and deliveries.delivered_date = int_accepted_rows.delivered_date
    left join exception_counts
        on
            deliveries.source = exception_counts.source
            and deliveries.delivered_date = exception_counts.delivered_date
)

select * from accounts
