-- Whom the findings of each run were about. The markers are compared with the locked cohort.
with

int_finding_subjects as (
    select * from {{ ref('int_finding_subjects') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

runs_kept_before as (
    {%- if is_incremental() %}
    select as_of from {{ this }}
    group by as_of
    {%- else %}
    select as_of_date as as_of
    from int_as_of
    where 1 = 0
    {%- endif %}
),

-- Runs are made in the order of their as-of dates: the same one again and an earlier one
-- keep nothing.
run_to_keep as (
    select as_of_date as as_of
    from int_as_of
    where not exists (
        select 1
        from runs_kept_before
        where runs_kept_before.as_of >= int_as_of.as_of_date
    )
),

-- The run itself, so that one in which nobody was found is known too.
subjects_and_the_run as (
    select
        source,
        kind,
        subject_key,
        is_person
    from int_finding_subjects
    union all
    select
        'landing' as source,
        'run' as kind,
        'run' as subject_key,
        false as is_person
    from run_to_keep
),

newly_kept as (
    select
        run_to_keep.as_of,
        subjects_and_the_run.source,
        subjects_and_the_run.kind,
        subjects_and_the_run.subject_key,
        subjects_and_the_run.is_person
    from run_to_keep
    cross join subjects_and_the_run
)

select * from newly_kept
