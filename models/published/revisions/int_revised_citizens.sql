with

int_publication_pairs as (
    select * from {{ ref('int_publication_pairs') }}
),

int_citizen_month_history as (
    select * from {{ ref('int_citizen_month_history') }}
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
            and int_publication_pairs.previous_run_number < int_citizen_month_history.run_number
            and int_publication_pairs.run_number >= int_citizen_month_history.run_number
    where int_publication_pairs.has_history
    group by
        int_publication_pairs.initiative,
        int_publication_pairs.publication_date,
        int_citizen_month_history.citizen_key
)

select * from revised_citizens
