with

int_finding_subjects as (
    select * from {{ ref('int_finding_subjects') }}
),

int_finding_subjects_kept as (
    select * from {{ ref('int_finding_subjects_kept') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

-- No row where no earlier run is kept.
previous_run as (
    select max(int_finding_subjects_kept.as_of) as as_of
    from int_as_of
    inner join int_finding_subjects_kept
        on int_as_of.as_of_date > int_finding_subjects_kept.as_of
    having max(int_finding_subjects_kept.as_of) is not null
),

subjects_before as (
    select
        int_finding_subjects_kept.source,
        int_finding_subjects_kept.kind,
        int_finding_subjects_kept.subject_key,
        int_finding_subjects_kept.is_person
    from previous_run
    inner join int_finding_subjects_kept
        on previous_run.as_of = int_finding_subjects_kept.as_of
    where int_finding_subjects_kept.kind <> 'run'
),

subjects_compared as (
    select
        coalesce(int_finding_subjects.source, subjects_before.source) as source,
        coalesce(int_finding_subjects.kind, subjects_before.kind) as kind,
        coalesce(int_finding_subjects.is_person, subjects_before.is_person) as is_person,
        case
            when subjects_before.subject_key is null then 'new'
            when int_finding_subjects.subject_key is null then 'solved'
            else 'still_there'
        end as change_type
    from int_finding_subjects
    full outer join subjects_before
        on
            int_finding_subjects.source = subjects_before.source
            and int_finding_subjects.kind = subjects_before.kind
            and int_finding_subjects.subject_key = subjects_before.subject_key
),

changes as (
    select
        subjects_compared.source,
        subjects_compared.kind,
        previous_run.as_of as previous_as_of,
        subjects_compared.is_person,
        subjects_compared.change_type,
        count(*) as n
    from subjects_compared
    left join previous_run
        on 1 = 1
    group by
        subjects_compared.source,
        subjects_compared.kind,
        previous_run.as_of,
        subjects_compared.is_person,
        subjects_compared.change_type
)

select * from changes
