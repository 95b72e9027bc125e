-- sources.md, Bad input. Prevents a delivered row from being lost, or used and set aside at
-- once, without anybody being told.
with

accounts_that_differ as (
    select
        source,
        delivered,
        n_delivered,
        n_accepted,
        n_rejected,
        n_duplicate
    from {{ ref('dq_row_account') }}
    where n_delivered <> n_accepted + n_rejected + n_duplicate
)

select * from accounts_that_differ
