-- The rules by which each kept publication was made and is read (P4). A run may find a
-- publication without its rules. It keeps its own for it only where they are the same: the
-- in-door refuses other ones. Of the lists nobody knows whether they are, so they are null.
-- Null is too what a version before did not keep.
{{ config(on_schema_change="append_new_columns") }}
with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_runs as (
    select * from {{ ref('int_runs') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

participation as (
    select * from {{ ref('participation') }}
),

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

kept_before as (
    {%- if is_incremental() %}
    select
        initiative,
        publication_date
    from {{ this }}
    group by initiative, publication_date
    {%- else %}
    select
        initiative,
        publication_date
    from int_publications_kept
    where 1 = 0
    {%- endif %}
),

publications_without_rules as (
    select
        int_publications_kept.initiative,
        int_publications_kept.publication_date,
        int_publications_kept.run_number
    from int_publications_kept
    left join kept_before
        on
            int_publications_kept.initiative = kept_before.initiative
            and int_publications_kept.publication_date = kept_before.publication_date
    where kept_before.initiative is null
    group by
        int_publications_kept.initiative,
        int_publications_kept.publication_date,
        int_publications_kept.run_number
),

inputs_of_this_run as (
    select int_runs.inputs_digest
    from int_as_of
    inner join int_runs
        on int_as_of.run_number = int_runs.run_number
),

runs_of_these_inputs as (
    select int_runs.run_number
    from int_runs
    inner join inputs_of_this_run
        on int_runs.inputs_digest = inputs_of_this_run.inputs_digest
),

statuses_of_schemes as (
    select
        initiative,
        status,
        category,
        counts
    from result_schemes
    group by initiative, status, category, counts
),

lists_of_participants as (
    select
        initiative,
        max(case when is_example then 1 else 0 end) = 1 as has_example_participants
    from participation
    group by initiative
),

publication_rules as (
    select
        publications_without_rules.initiative,
        publications_without_rules.publication_date,
        statuses_of_schemes.status,
        statuses_of_schemes.category,
        statuses_of_schemes.counts,
        initiatives.requirement_pct,
        initiatives.lower_requirement_pct,
        initiatives.requirement_first_month,
        initiatives.requirement_last_month,
        case
            when runs_of_these_inputs.run_number is not null
                then coalesce(initiatives.exemption_list, '{{ var("exemption_list") }}')
        end as exemption_list,
        case
            when runs_of_these_inputs.run_number is not null
                then coalesce(lists_of_participants.has_example_participants, false)
        end as has_example_participants
    from publications_without_rules
    inner join initiatives
        on publications_without_rules.initiative = initiatives.initiative
    inner join statuses_of_schemes
        on publications_without_rules.initiative = statuses_of_schemes.initiative
    left join runs_of_these_inputs
        on publications_without_rules.run_number = runs_of_these_inputs.run_number
    left join lists_of_participants
        on publications_without_rules.initiative = lists_of_participants.initiative
)

select * from publication_rules
