-- Levels above the leaves: enough for 2^20 members of one municipality, which is more
-- than any has residents. A level that no municipality reaches has no rows.
{%- set levels_above = 20 %}
with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

level_0 as (
    select
        initiative,
        municipality_code,
        row_number() over (
            partition by initiative, municipality_code order by citizen_key
        ) - 1 as node_number,
        count(*) over (partition by initiative, municipality_code) as n_nodes,
        {{ sha256_hex("'leaf:' || citizen_key") }} as node_digest
    from int_cohort_members
),
{%- for level in range(levels_above) %}

pairs_of_level_{{ level }} as (
    select
        initiative,
        municipality_code,
        {{ integer_divide('node_number', 2) }} as node_number,
        {{ integer_divide('(n_nodes + 1)', 2) }} as n_nodes,
        min(case when node_number % 2 = 0 then node_digest end) as left_digest,
        min(case when node_number % 2 = 1 then node_digest end) as right_digest
    from level_{{ level }}
    where n_nodes > 1
    group by
        initiative,
        municipality_code,
        {{ integer_divide('node_number', 2) }},
        {{ integer_divide('(n_nodes + 1)', 2) }}
),

-- An odd last node has no sibling and goes up as it is.
level_{{ level + 1 }} as (
    select
        initiative,
        municipality_code,
        node_number,
        n_nodes,
        case
            when right_digest is null then left_digest
            else {{ sha256_hex("'node:' || left_digest || right_digest") }}
        end as node_digest
    from pairs_of_level_{{ level }}
),
{%- endfor %}

merkle_nodes as (
    {%- for level in range(levels_above + 1) %}
    select
        initiative,
        municipality_code,
        {{ level }} as tree_level,
        node_number,
        n_nodes,
        node_digest
    from level_{{ level }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from merkle_nodes
