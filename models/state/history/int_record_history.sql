-- What was known of each record when (P3, P4).
{%- set columns = [
    "source", "citizen_key", "record_key", "record_content", "start_date", "end_date",
    "is_report",
] %}
with

int_citizen_records as (
    select * from {{ ref('int_citizen_records') }}
),

stg_dream__candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),
{%- if is_incremental() %}

history as (
    select * from {{ this }}
),
{%- else %}

history as (
    select
        {{ qualified("int_citizen_records", columns) }},
        true as is_known,
        int_as_of.run_number
    from int_citizen_records
    cross join int_as_of
    where false
),
{%- endif %}

-- One pass: a record was known where the newest of its events says so.
records_now_and_before as (
    select
        {{ columns | join(",\n        ") }},
        0 as run_number_gone,
        0 as run_number_known,
        1 as n_now
    from int_citizen_records
    union all
    select
        {{ columns | join(",\n        ") }},
        case when is_known then 0 else run_number end as run_number_gone,
        case when is_known then run_number else 0 end as run_number_known,
        0 as n_now
    from history
),

changed_records as (
    select
        {{ columns | join(",\n        ") }},
        max(n_now) = 1 as is_known
    from records_now_and_before
    group by {{ columns | join(", ") }}
    having (max(n_now) = 1) <> (max(run_number_known) > max(run_number_gone))
),

-- Of a person who is no candidate any more only DREAM is read.
changes as (
    select changed_records.*
    from changed_records
    left join stg_dream__candidates
        on changed_records.citizen_key = stg_dream__candidates.citizen_key
    where
        changed_records.is_known
        or changed_records.source = 'dream'
        or stg_dream__candidates.citizen_key is not null
),

events as (
    select
        {{ qualified("changes", columns) }},
        changes.is_known,
        int_as_of.run_number
    from changes
    cross join int_as_of
)

select * from events
