with

int_publication_rules_kept as (
    select * from {{ ref('int_publication_rules_kept') }}
),

statuses_kept as (
    select
        initiative,
        publication_date,
        status,
        category,
        counts
    from int_publication_rules_kept
)

select * from statuses_kept
