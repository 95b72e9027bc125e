-- What was known of each record when (P3, P4).
-- depends_on: {{ ref('stg_dream__candidates') }}
-- depends_on: {{ ref('int_monitored_citizens') }}
-- depends_on: {{ ref('sources_of_facts') }}
{%- set columns = [
    "source", "citizen_key", "record_key", "record_content", "start_date", "end_date",
    "is_report",
] %}
{#- A record is compared by two numbers, that of its person and that of the rest of it: two
    records that differ would have to share both. Of 13 million records the chance is one
    in a thousand million. -#}
{%- set rest = columns | reject("equalto", "citizen_key") | list %}
with

int_citizen_records as (
    select * from {{ ref('int_citizen_records') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),
{%- if is_incremental() and was_made_from_these_inputs() %}

-- The history has what follows from these inputs already.
changes as (
    select
        {{ columns | join(",\n        ") }},
        is_known
    from {{ this }}
    where false
),
{%- elif is_incremental() %}

stg_dream__candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

int_monitored_citizens as (
    select * from {{ ref('int_monitored_citizens') }}
),

sources_of_facts as (
    select * from {{ ref('sources_of_facts') }}
),

-- Numbers alone: of all records they fit into memory, where the records do not.
events_before as (
    select
        {{ fingerprint(["citizen_key"]) }} as person_number,
        {{ fingerprint(rest) }} as rest_number,
        is_known,
        run_number
    from {{ this }}
),

numbers_once_gone as (
    select
        person_number,
        rest_number
    from events_before
    where not is_known
    group by person_number, rest_number
),

-- A record was known where the newest of its events says so. Hardly any was ever gone:
-- the others have one event, and are not grouped.
known_before as (
    select
        events_before.person_number,
        events_before.rest_number
    from events_before
    left join numbers_once_gone
        on
            events_before.person_number = numbers_once_gone.person_number
            and events_before.rest_number = numbers_once_gone.rest_number
    where numbers_once_gone.person_number is null
    union all
    select
        events_before.person_number,
        events_before.rest_number
    from events_before
    inner join numbers_once_gone
        on
            events_before.person_number = numbers_once_gone.person_number
            and events_before.rest_number = numbers_once_gone.rest_number
    group by events_before.person_number, events_before.rest_number
    having
        max(case when events_before.is_known then events_before.run_number else 0 end)
        > max(case when events_before.is_known then 0 else events_before.run_number end)
),

known_now as (
    select
        *,
        {{ fingerprint(["citizen_key"]) }} as person_number,
        {{ fingerprint(rest) }} as rest_number
    from int_citizen_records
),

differences as (
    select
        {{ qualified("known_now", columns) }},
        known_now.person_number is not null as is_known,
        known_before.person_number,
        known_before.rest_number
    from known_now
    full outer join known_before
        on
            known_now.person_number = known_before.person_number
            and known_now.rest_number = known_before.rest_number
    where known_now.person_number is null or known_before.person_number is null
),

history as (
    select
        *,
        {{ fingerprint(["citizen_key"]) }} as person_number,
        {{ fingerprint(rest) }} as rest_number
    from {{ this }}
),

-- Of a person who is no candidate any more only DREAM is read, and of a candidate who is
-- not monitored what decides the target group.
gone_records as (
    select {{ qualified("history", columns) }}
    from differences
    inner join history
        on
            differences.person_number = history.person_number
            and differences.rest_number = history.rest_number
    left join stg_dream__candidates
        on history.citizen_key = stg_dream__candidates.citizen_key
    left join int_monitored_citizens
        on history.citizen_key = int_monitored_citizens.citizen_key
    where
        history.source = 'dream'
        or int_monitored_citizens.citizen_key is not null
        or (
            stg_dream__candidates.citizen_key is not null
            and {{ decides_the_target_group('history') }}
        )
    group by {{ qualified_list("history", columns) | join(", ") }}
),

changes as (
    select
        {{ columns | join(",\n        ") }},
        is_known
    from differences
    where is_known
    union all
    select
        {{ columns | join(",\n        ") }},
        false as is_known
    from gone_records
),
{%- else %}

changes as (
    select
        {{ columns | join(",\n        ") }},
        true as is_known
    from int_citizen_records
),
{%- endif %}

events as (
    select
        {{ qualified("changes", columns) }},
        changes.is_known,
        int_as_of.run_number
    from changes
    cross join int_as_of
)

select * from events
