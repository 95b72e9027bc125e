with

rejected_rows as (
    select
        source,
        delivered,
        count(*) as n_rows
    from {{ ref('dq_rejected_row') }}
    group by source, delivered
),

accounts_that_differ as (
    select
        coalesce(row_accounts.source, rejected_rows.source) as source_name,
        coalesce(row_accounts.delivered, rejected_rows.delivered) as delivered_date,
        row_accounts.n_rejected,
        rejected_rows.n_rows
    from {{ ref('dq_row_account') }} as row_accounts
    full outer join rejected_rows
        on
            row_accounts.source = rejected_rows.source
            and row_accounts.delivered = rejected_rows.delivered
    where coalesce(row_accounts.n_rejected, -1) <> coalesce(rejected_rows.n_rows, 0)
)

select * from accounts_that_differ
