with

versions as (
    select
        run_number,
        {{ ordered_concat("name || ':' || digest") }} as digests
    from {{ ref('int_run_inputs') }}
    where kind in ('rules', 'code', 'parameter', 'cohort')
    group by run_number
)

select
    fct_revision_cause.initiative,
    fct_revision_cause.publication_date,
    fct_revision_cause.measure,
    sum(fct_revision_cause.n_citizens) as n_citizens
from {{ ref('fct_revision_cause') }} as fct_revision_cause
inner join {{ ref('int_publication_pairs') }} as int_publication_pairs
    on
        fct_revision_cause.initiative = int_publication_pairs.initiative
        and fct_revision_cause.publication_date = int_publication_pairs.publication_date
inner join versions as newer
    on int_publication_pairs.run_number = newer.run_number
inner join versions as older
    on int_publication_pairs.previous_run_number = older.run_number
where fct_revision_cause.cause = 'rules' and newer.digests = older.digests
group by
    fct_revision_cause.initiative,
    fct_revision_cause.publication_date,
    fct_revision_cause.measure
