{%- set columns = [
    "source", "citizen_key", "record_key", "record_content", "start_date", "end_date",
    "is_report",
] %}
{%- set keys = ["initiative", "publication_date"] + columns %}
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
revised_records as (
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
)

select * from revised_records
