with

int_publication_pairs as (
    select * from {{ ref('int_publication_pairs') }}
),

int_revised_citizens as (
    select * from {{ ref('int_revised_citizens') }}
),

int_citizen_month_history as (
    select * from {{ ref('int_citizen_month_history') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

-- Each pair as two points in time: what the older publication knew, and the newer one.
versions as (
    select
        initiative,
        publication_date,
        previous_report_month,
        false as is_new,
        previous_known_at as known_until
    from int_publication_pairs
    union all
    select
        initiative,
        publication_date,
        previous_report_month,
        true as is_new,
        known_at as known_until
    from int_publication_pairs
),

events as (
    select
        versions.initiative,
        versions.publication_date,
        versions.is_new,
        int_citizen_month_history.citizen_key,
        int_citizen_month_history.data_month,
        int_citizen_month_history.municipality_code,
        int_citizen_month_history.is_participating,
        int_citizen_month_history.visitation_category,
        int_citizen_month_history.signals,
        int_citizen_month_history.signal,
        int_citizen_month_history.status,
        int_citizen_month_history.is_fulfilled,
        int_citizen_month_history.is_known,
        row_number() over (
            partition by
                versions.initiative,
                versions.publication_date,
                versions.is_new,
                int_citizen_month_history.citizen_key,
                int_citizen_month_history.data_month
            order by int_citizen_month_history.known_at desc
        ) as place
    from versions
    inner join int_revised_citizens
        on
            versions.initiative = int_revised_citizens.initiative
            and versions.publication_date = int_revised_citizens.publication_date
    inner join int_citizen_month_history
        on
            int_revised_citizens.initiative = int_citizen_month_history.initiative
            and int_revised_citizens.citizen_key = int_citizen_month_history.citizen_key
            and versions.previous_report_month >= int_citizen_month_history.data_month
            and versions.known_until >= int_citizen_month_history.known_at
    inner join int_as_of
        on int_citizen_month_history.landing_path = int_as_of.landing_path
),

revised_versions as (
    select
        initiative,
        publication_date,
        is_new,
        citizen_key,
        data_month,
        municipality_code,
        is_participating,
        visitation_category,
        signals,
        signal,
        status,
        is_fulfilled
    from events
    where place = 1 and is_known
)

select * from revised_versions
