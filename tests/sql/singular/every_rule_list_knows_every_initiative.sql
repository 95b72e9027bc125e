-- An initiative without a row in one of the lists of rules would build without an error
-- and without a person: no benefit, no participant or no exit is no fault to SQL (M1,
-- C2, E2, F1, F2).
with

initiatives_of_lists as (
    select
        'eligible_benefit_groups' as rule_list,
        initiative
    from {{ ref('eligible_benefit_groups') }}
    union all
    select
        'excluding_programs' as rule_list,
        initiative
    from {{ ref('excluding_programs') }}
    union all
    select
        'exit_rules' as rule_list,
        initiative
    from {{ ref('exit_rules') }}
    union all
    select
        'participation' as rule_list,
        initiative
    from {{ ref('participation') }}
),

rule_lists as (
    select rule_list
    from initiatives_of_lists
    group by rule_list
)

select
    initiatives.initiative,
    rule_lists.rule_list
from {{ ref('initiatives') }} as initiatives
cross join rule_lists
left join initiatives_of_lists
    on
        initiatives.initiative = initiatives_of_lists.initiative
        and rule_lists.rule_list = initiatives_of_lists.rule_list
where initiatives_of_lists.initiative is null
