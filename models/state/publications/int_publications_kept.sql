-- Kept publications (P4). What was known and read comes first, so that a run that is
-- killed never leaves a publication without its history.
-- depends_on: {{ ref('int_citizen_month_history') }}
-- depends_on: {{ ref('int_record_history') }}
-- depends_on: {{ ref('int_runs') }}
-- depends_on: {{ ref('int_run_inputs') }}
with

int_publications_due as (
    select * from {{ ref('int_publications_due') }}
),

int_publication_measures as (
    select * from {{ ref('int_publication_measures') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

kept_before as (
    {%- if is_incremental() %}
    select
        initiative,
        publication_date,
        as_of
    from {{ this }}
    group by initiative, publication_date, as_of
    {%- else %}
    select
        int_publications_due.initiative,
        int_publications_due.publication_date,
        int_as_of.as_of_date as as_of
    from int_publications_due
    cross join int_as_of
    where false
    {%- endif %}
),

-- Runs are made in the order of their as-of dates: an earlier one keeps nothing.
publications_to_keep as (
    select
        int_publications_due.initiative,
        int_publications_due.publication_date,
        int_as_of.as_of_date as as_of,
        int_as_of.run_number,
        int_as_of.started_at as published_at
    from int_publications_due
    cross join int_as_of
    where not exists (
        select 1
        from kept_before
        where
            kept_before.initiative = int_publications_due.initiative
            and (
                kept_before.publication_date = int_publications_due.publication_date
                or kept_before.as_of > int_as_of.as_of_date
            )
    )
),

newly_kept as (
    select
        int_publication_measures.initiative,
        publications_to_keep.publication_date,
        int_publication_measures.area_type,
        int_publication_measures.area_code,
        int_publication_measures.data_month,
        int_publication_measures.measure,
        int_publication_measures.measure_value as value,
        publications_to_keep.as_of,
        publications_to_keep.run_number,
        publications_to_keep.published_at
    from publications_to_keep
    inner join int_publication_measures
        on publications_to_keep.initiative = int_publication_measures.initiative
)

select * from newly_kept
