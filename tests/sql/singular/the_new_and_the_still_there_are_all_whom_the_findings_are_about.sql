with

changes as (
    select
        source,
        kind,
        n_new + n_still_there as n_persons,
        n_rows_new + n_rows_still_there as n_rows
    from {{ ref('dq_finding_change') }}
),

subjects as (
    select
        source,
        kind,
        sum(case when is_person then 1 else 0 end) as n_persons,
        sum(case when is_person then 0 else 1 end) as n_rows
    from {{ ref('int_finding_subjects') }}
    group by source, kind
),

kinds_that_differ as (
    select
        coalesce(changes.source, subjects.source) as source_name,
        coalesce(changes.kind, subjects.kind) as finding_kind
    from changes
    full outer join subjects
        on changes.source = subjects.source and changes.kind = subjects.kind
    where
        coalesce(changes.n_persons, 0) <> coalesce(subjects.n_persons, 0)
        or coalesce(changes.n_rows, 0) <> coalesce(subjects.n_rows, 0)
)

select * from kinds_that_differ
