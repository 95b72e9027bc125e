{%- set columns = [
    "source", "citizen_key", "record_key", "record_content", "start_date", "end_date",
    "is_report",
] %}
{%- set keys = ["initiative", "publication_date"] + columns %}
{%- set version = [
    "initiative", "publication_date", "citizen_key", "source", "record_key", "start_date",
    "end_date", "is_new",
] %}
with

int_publication_pairs as (
    select * from {{ ref('int_publication_pairs') }}
),

int_revised_citizens as (
    select * from {{ ref('int_revised_citizens') }}
),

int_revised_versions as (
    select * from {{ ref('int_revised_versions') }}
),

int_record_history as (
    select * from {{ ref('int_record_history') }}
),

sources_of_facts as (
    select * from {{ ref('sources_of_facts') }}
),

events as (
    select
        int_revised_citizens.initiative,
        int_revised_citizens.publication_date,
        {{ qualified("int_record_history", columns) }},
        int_record_history.is_known,
        int_record_history.run_number,
        int_record_history.run_number <= int_publication_pairs.previous_run_number
            as is_before
    from int_revised_citizens
    inner join int_publication_pairs
        on
            int_revised_citizens.initiative = int_publication_pairs.initiative
            and int_revised_citizens.publication_date
            = int_publication_pairs.publication_date
    inner join int_record_history
        on
            int_revised_citizens.citizen_key = int_record_history.citizen_key
            and int_publication_pairs.run_number >= int_record_history.run_number
),

events_before as (
    select * from events
    where is_before
),

newest_events as (
    {{ newest_known("events", keys) }}
),

newest_events_before as (
    {{ newest_known("events_before", keys) }}
),

both_events as (
    select
        {{ keys | join(",\n        ") }},
        case when is_known then 1 else 0 end as n_known,
        0 as n_known_before
    from newest_events
    union all
    select
        {{ keys | join(",\n        ") }},
        0 as n_known,
        case when is_known then 1 else 0 end as n_known_before
    from newest_events_before
),

knowledge as (
    select
        {{ keys | join(",\n        ") }},
        max(n_known) as n_known,
        max(n_known_before) as n_known_before
    from both_events
    group by {{ keys | join(", ") }}
),

knowledge_of_persons as (
    select
        *,
        max(n_known_before) over (
            partition by initiative, publication_date, citizen_key
        ) as n_person_known_before
    from knowledge
),

members_before as (
    select
        initiative,
        publication_date,
        citizen_key
    from int_revised_versions
    where not is_new
    group by initiative, publication_date, citizen_key
),

-- Who was no candidate before has become one by DREAM: the other registers were not read
-- of that person, so that nothing is known of what they said. Who was in no target group
-- has become a member by what decides it: the rest may not have been read.
records_of_one_version as (
    select
        {{ qualified("knowledge", ["initiative", "publication_date"] + columns) }},
        knowledge.n_known = 1 as is_new
    from knowledge_of_persons as knowledge
    left join members_before
        on
            knowledge.initiative = members_before.initiative
            and knowledge.publication_date = members_before.publication_date
            and knowledge.citizen_key = members_before.citizen_key
    where
        knowledge.n_known <> knowledge.n_known_before
        and (knowledge.n_person_known_before = 1 or knowledge.source = 'dream')
        and (
            members_before.citizen_key is not null
            or {{ decides_the_target_group('knowledge') }}
        )
),

-- Joined by equal columns alone: an engine that is given an `or` between two large tables
-- compares each row with each.
versions_of_records as (
    select
        {{ version | join(", ") }},
        max(case when record_content = 'dropped' then 1 else 0 end) as is_dropped
    from records_of_one_version
    group by {{ version | join(", ") }}
),

-- A spell that says `dropped` (T4) in one version alone, and else the same, has not changed
-- itself: another one that starts on its day has come, has gone or ends on another day.
-- A spell is found again by its key and its first day, a report by its key alone.
revised_records as (
    select
        records_of_one_version.*,
        case
            when records_of_one_version.is_report then {{ far_end() }}
            else records_of_one_version.start_date
        end as start_date_of_spell
    from records_of_one_version
    left join versions_of_records as counterparts
        on
            records_of_one_version.initiative = counterparts.initiative
            and records_of_one_version.publication_date = counterparts.publication_date
            and records_of_one_version.citizen_key = counterparts.citizen_key
            and records_of_one_version.source = counterparts.source
            and records_of_one_version.record_key = counterparts.record_key
            and records_of_one_version.start_date = counterparts.start_date
            and records_of_one_version.end_date is not distinct from counterparts.end_date
            and records_of_one_version.is_new <> counterparts.is_new
    where
        counterparts.citizen_key is null
        or (records_of_one_version.record_content <> 'dropped' and counterparts.is_dropped = 0)
)

select * from revised_records
