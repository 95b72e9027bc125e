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

int_record_history as (
    select * from {{ ref('int_record_history') }}
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

-- Who was no candidate before has become one by DREAM: the other registers were not read
-- of that person, so that nothing is known of what they said.
revised_records as (
    select
        initiative,
        publication_date,
        {{ columns | join(", ") }},
        n_known = 1 as is_new
    from knowledge_of_persons
    where
        n_known <> n_known_before
        and (n_person_known_before = 1 or source = 'dream')
)

select * from revised_records
