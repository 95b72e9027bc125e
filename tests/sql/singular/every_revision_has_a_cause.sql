select
    fct_revision.initiative,
    fct_revision.publication_date,
    fct_revision.area_code,
    fct_revision.data_month,
    fct_revision.measure
from {{ ref('fct_revision') }} as fct_revision
inner join {{ ref('int_publication_pairs') }} as int_publication_pairs
    on
        fct_revision.initiative = int_publication_pairs.initiative
        and fct_revision.publication_date = int_publication_pairs.publication_date
        and int_publication_pairs.has_history
where not exists (
    select 1
    from {{ ref('fct_revision_cause') }} as fct_revision_cause
    where
        fct_revision.initiative = fct_revision_cause.initiative
        and fct_revision.publication_date = fct_revision_cause.publication_date
        and fct_revision.area_type = fct_revision_cause.area_type
        and fct_revision.area_code = fct_revision_cause.area_code
        and fct_revision.data_month = fct_revision_cause.data_month
        and fct_revision.measure = fct_revision_cause.measure
)
