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

-- Each pair as two points in time: what the older publication knew, and the newer one.
versions as (
    select
        initiative,
        publication_date,
        previous_report_month,
        false as is_new,
        previous_run_number as until_run_number
    from int_publication_pairs
    union all
    select
        initiative,
        publication_date,
        previous_report_month,
        true as is_new,
        run_number as until_run_number
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
        int_citizen_month_history.run_number
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
            and versions.until_run_number >= int_citizen_month_history.run_number
),

newest_events as (
    {{ newest_known(
        "events", ["initiative", "publication_date", "is_new", "citizen_key", "data_month"]
    ) }}
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
    from newest_events
    where is_known
)

select * from revised_versions
