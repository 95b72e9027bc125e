-- rules.md, The result scheme. Prevents two signals from leading to the same status with
-- different categories, or one that counts and one that does not: the shares by category
-- would no longer follow from the published statuses.
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
