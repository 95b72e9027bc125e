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

newest_events as (
    {{ newest_known("history", columns) }}
),

known_before as (
    select {{ columns | join(", ") }}
    from newest_events
    where is_known
),

known_now as (
    select {{ columns | join(", ") }}
    from int_citizen_records
    group by {{ columns | join(", ") }}
),

-- Of a person who is no candidate any more only DREAM is read.
readable_before as (
    select known_before.*
    from known_before
    left join stg_dream__candidates
        on known_before.citizen_key = stg_dream__candidates.citizen_key
    where known_before.source = 'dream' or stg_dream__candidates.citizen_key is not null
),

changes as (
    select
        {% for column in columns -%}
        coalesce(known_now.{{ column }}, readable_before.{{ column }}) as {{ column }},
        {% endfor -%}
        known_now.citizen_key is not null as is_known
    from known_now
    full outer join readable_before
        on
            known_now.source = readable_before.source
            and known_now.citizen_key = readable_before.citizen_key
            and known_now.record_key = readable_before.record_key
            and known_now.record_content = readable_before.record_content
            and known_now.start_date = readable_before.start_date
            and known_now.end_date is not distinct from readable_before.end_date
    where known_now.citizen_key is null or readable_before.citizen_key is null
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
