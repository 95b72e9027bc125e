with

int_cohort_merkle_nodes as (
    select * from {{ ref('int_cohort_merkle_nodes') }}
),

-- Of a municipality's tree the leaves are its members, and the level of one node is
-- its root.
digests as (
    select
        initiative,
        municipality_code,
        count(case when tree_level = 0 then 1 end) as n_members,
        min(case when n_nodes = 1 then node_digest end) as digest
    from int_cohort_merkle_nodes
    group by initiative, municipality_code
)

select * from digests
