{%- set columns = [
    "source", "citizen_key", "record_key", "record_content", "start_date", "end_date",
    "is_report",
] %}
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

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

events as (
    select
        int_revised_citizens.initiative,
        int_revised_citizens.publication_date,
        {{ qualified("int_record_history", columns) }},
        int_record_history.is_known,
        int_record_history.known_at,
        int_record_history.known_at <= int_publication_pairs.previous_known_at as is_before
    from int_revised_citizens
    inner join int_publication_pairs
        on
            int_revised_citizens.initiative = int_publication_pairs.initiative
            and int_revised_citizens.publication_date
            = int_publication_pairs.publication_date
    inner join int_record_history
        on
            int_revised_citizens.citizen_key = int_record_history.citizen_key
            and int_publication_pairs.known_at >= int_record_history.known_at
    inner join int_as_of
        on int_record_history.landing_path = int_as_of.landing_path
),

newest_events as (
    select
        *,
        row_number() over (
            partition by initiative, publication_date, {{ columns | join(", ") }}
            order by known_at desc
        ) as place_of_all,
        row_number() over (
            partition by initiative, publication_date, {{ columns | join(", ") }}, is_before
            order by known_at desc
        ) as place_before_or_after
    from events
),

knowledge as (
    select
        initiative,
        publication_date,
        {{ columns | join(", ") }},
        max(case when place_of_all = 1 and is_known then 1 else 0 end) as n_known,
        max(
            case when is_before and place_before_or_after = 1 and is_known then 1 else 0 end
        ) as n_known_before
    from newest_events
    group by initiative, publication_date, {{ columns | join(", ") }}
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
