with

changes as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        measure,
        sum(n_change) as n_change
    from {{ ref('int_revised_contributions') }}
    group by initiative, publication_date, area_type, area_code, data_month, measure
),

revisions as (
    select fct_revision.*
    from {{ ref('fct_revision') }} as fct_revision
    inner join {{ ref('int_publication_pairs') }} as int_publication_pairs
        on
            fct_revision.initiative = int_publication_pairs.initiative
            and fct_revision.publication_date = int_publication_pairs.publication_date
            and int_publication_pairs.has_history
    where fct_revision.measure <> 'is_participating'
)

select
    revisions.initiative,
    revisions.publication_date,
    revisions.area_code,
    revisions.data_month,
    revisions.measure,
    revisions.value - revisions.previous_value as n_revised,
    coalesce(changes.n_change, 0) as n_change
from revisions
left join changes
    on
        revisions.initiative = changes.initiative
        and revisions.publication_date = changes.publication_date
        and revisions.area_type = changes.area_type
        and revisions.area_code = changes.area_code
        and revisions.data_month = changes.data_month
        and revisions.measure = changes.measure
where revisions.value - revisions.previous_value <> coalesce(changes.n_change, 0)
