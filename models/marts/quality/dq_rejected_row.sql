with

stg_registers__exceptions as (
    select * from {{ ref('stg_registers__exceptions') }}
),

rejected_rows as (
    select
        source,
        delivered_date as delivered,
        reject_reason as reason,
        row_json
    from stg_registers__exceptions
    where exception = 'rejected'
)

select * from rejected_rows
