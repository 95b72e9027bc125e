with

int_publication_pairs as (
    select * from {{ ref('int_publication_pairs') }}
),

int_citizen_month_history as (
    select * from {{ ref('int_citizen_month_history') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

revised_citizens as (
    select
        int_publication_pairs.initiative,
        int_publication_pairs.publication_date,
        int_citizen_month_history.citizen_key
    from int_publication_pairs
    inner join int_citizen_month_history
        on
            int_publication_pairs.initiative = int_citizen_month_history.initiative
            and int_publication_pairs.previous_report_month
            >= int_citizen_month_history.data_month
            and int_publication_pairs.previous_known_at < int_citizen_month_history.known_at
            and int_publication_pairs.known_at >= int_citizen_month_history.known_at
    inner join int_as_of
        on int_citizen_month_history.landing_path = int_as_of.landing_path
    where int_publication_pairs.has_history
    group by
        int_publication_pairs.initiative,
        int_publication_pairs.publication_date,
        int_citizen_month_history.citizen_key
)

select * from revised_citizens
