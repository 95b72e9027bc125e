with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_citizen_month_history as (
    select * from {{ ref('int_citizen_month_history') }}
),

publications as (
    select
        initiative,
        publication_date,
        max(data_month) as report_month,
        max(run_number) as run_number
    from int_publications_kept
    group by initiative, publication_date
),

publications_with_previous as (
    select
        initiative,
        publication_date,
        run_number,
        lag(publication_date) over (
            partition by initiative order by publication_date
        ) as previous_publication_date,
        lag(report_month) over (
            partition by initiative order by publication_date
        ) as previous_report_month,
        lag(run_number) over (
            partition by initiative order by publication_date
        ) as previous_run_number
    from publications
),

start_of_history as (
    select min(run_number) as run_number from int_citizen_month_history
),

publication_pairs as (
    select
        publications_with_previous.initiative,
        publications_with_previous.publication_date,
        publications_with_previous.run_number,
        publications_with_previous.previous_publication_date,
        publications_with_previous.previous_report_month,
        publications_with_previous.previous_run_number,
        coalesce(
            start_of_history.run_number <= publications_with_previous.previous_run_number,
            false
        ) as has_history
    from publications_with_previous
    cross join start_of_history
    where publications_with_previous.previous_publication_date is not null
)

select * from publication_pairs
