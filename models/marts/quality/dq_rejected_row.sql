with

int_row_exceptions as (
    select * from {{ ref('int_row_exceptions') }}
),

rejected_rows as (
    select
        source,
        delivered_date as delivered,
        reject_reason as reason,
        row_json
    from int_row_exceptions
    where exception = 'rejected'
)

select * from rejected_rows
