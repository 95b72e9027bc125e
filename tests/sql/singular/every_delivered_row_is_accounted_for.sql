with

exception_counts as (
    select
        source,
        delivered_date,
        count(*) as n_exceptions
    from {{ ref('stg_registers__exceptions') }}
    group by source, delivered_date
)

select
    deliveries.source,
    deliveries.delivered_date,
    deliveries.n_delivered,
    stg_registers__accepted_rows.n_accepted,
    exception_counts.n_exceptions
from {{ source('landing', 'deliveries') }} as deliveries
left join {{ ref('stg_registers__accepted_rows') }} as stg_registers__accepted_rows
    on
        deliveries.source = stg_registers__accepted_rows.source
        and deliveries.delivered_date = stg_registers__accepted_rows.delivered_date
left join exception_counts
    on
        deliveries.source = exception_counts.source
        and deliveries.delivered_date = exception_counts.delivered_date
where
    deliveries.n_delivered
    <> coalesce(stg_registers__accepted_rows.n_accepted, 0)
    + coalesce(exception_counts.n_exceptions, 0)
