-- An initiative without a row in one of the lists of rules would build without an error
-- and without a person: no benefit, no participant or no exit is no fault to SQL (M1, C2,
-- E2, F1, F2).
with

initiatives_of_lists as (
    select 'eligible_benefit_groups' as list, initiative
    from {{ ref('eligible_benefit_groups') }}
    union all
    select 'excluding_programs' as list, initiative
    from {{ ref('excluding_programs') }}
    union all
    select 'exit_rules' as list, initiative
    from {{ ref('exit_rules') }}
    union all
    select 'participation' as list, initiative
    from {{ ref('participation') }}
),

lists as (
    select list
    from initiatives_of_lists
    group by list
)

select
    initiatives.initiative,
    lists.list
from {{ ref('initiatives') }} as initiatives
cross join lists
left join initiatives_of_lists
    on
        initiatives.initiative = initiatives_of_lists.initiative
        and lists.list = initiatives_of_lists.list
where initiatives_of_lists.initiative is null
