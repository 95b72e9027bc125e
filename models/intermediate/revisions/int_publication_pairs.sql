with

fct_publication as (
    select * from {{ ref('fct_publication') }}
),

int_citizen_month_history as (
    select * from {{ ref('int_citizen_month_history') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

publications as (
    select
        initiative,
        publication_date,
        max(data_month) as report_month,
        max(published_at) as known_at
    from fct_publication
    group by initiative, publication_date
),

publications_with_previous as (
    select
        initiative,
        publication_date,
        known_at,
        lag(publication_date) over (
            partition by initiative order by publication_date
        ) as previous_publication_date,
        lag(report_month) over (
            partition by initiative order by publication_date
        ) as previous_report_month,
        lag(known_at) over (
            partition by initiative order by publication_date
        ) as previous_known_at
    from publications
),

start_of_history as (
    select
        int_as_of.landing_path,
        min(int_citizen_month_history.known_at) as known_at
    from int_as_of
    inner join int_citizen_month_history
        on int_as_of.landing_path = int_citizen_month_history.landing_path
    group by int_as_of.landing_path
),

publication_pairs as (
    select
        publications_with_previous.initiative,
        publications_with_previous.publication_date,
        publications_with_previous.known_at,
        publications_with_previous.previous_publication_date,
        publications_with_previous.previous_report_month,
        publications_with_previous.previous_known_at,
        coalesce(
            start_of_history.known_at <= publications_with_previous.previous_known_at,
            false
        ) as has_history
    from publications_with_previous
    left join start_of_history
        on true
    where publications_with_previous.previous_publication_date is not null
)

select * from publication_pairs
