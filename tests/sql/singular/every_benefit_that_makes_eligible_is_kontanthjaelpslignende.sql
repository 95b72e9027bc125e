select
    eligible_benefit_groups.initiative,
    eligible_benefit_groups.benefit_group
from {{ ref('eligible_benefit_groups') }} as eligible_benefit_groups
left join {{ ref('benefit_groups') }} as benefit_groups
    on
        eligible_benefit_groups.benefit_group = benefit_groups.benefit_group
        and benefit_groups.is_kontanthjaelpslignende
where benefit_groups.benefit_group is null
