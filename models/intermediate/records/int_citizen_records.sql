-- A view: the history reads it once, for the citizens whom it watches.
{{ config(materialized="view") }}
with

stg_dream__candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

int_monitored_citizens as (
    select * from {{ ref('int_monitored_citizens') }}
),

sources_of_facts as (
    select * from {{ ref('sources_of_facts') }}
),

int_citizen_spells as (
    select * from {{ ref('int_citizen_spells') }}
),

stg_dream__benefit_weeks as (
    select * from {{ ref('stg_dream__benefit_weeks') }}
),

eligible_benefit_groups as (
    select * from {{ ref('eligible_benefit_groups') }}
),

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

stg_eindkomst__wage_reports as (
    select * from {{ ref('stg_eindkomst__wage_reports') }}
),

wage_income_types as (
    select * from {{ ref('wage_income_types') }}
),

stg_socialt_frikort__wage_reports as (
    select * from {{ ref('stg_socialt_frikort__wage_reports') }}
),

-- A week of DREAM is known from one delivery to the next by the person, a report by its id.
-- Whoever has a benefit in a week is a candidate, and DREAM decides who is in a target
-- group (a test of sources_of_facts): none of these weeks is left out.
weeks as (
    select
        'dream' as source,
        stg_dream__benefit_weeks.citizen_key,
        stg_dream__benefit_weeks.week_column as record_key,
        stg_dream__benefit_weeks.benefit_group as record_content,
        iso_weeks.week_start_date as start_date,
        iso_weeks.reference_date as end_date,
        false as is_report
    from stg_dream__benefit_weeks
    inner join iso_weeks
        on stg_dream__benefit_weeks.week_column = iso_weeks.week_column
    where
        stg_dream__benefit_weeks.cohort_of = ''
        and stg_dream__benefit_weeks.benefit_group in (
            select eligible_benefit_groups.benefit_group from eligible_benefit_groups
        )
),

records as (
    select * from int_citizen_spells
    union all
    select
        'eindkomst' as source,
        stg_eindkomst__wage_reports.citizen_key,
        stg_eindkomst__wage_reports.report_key as record_key,
        case
            when wage_income_types.vmo_indkomst_type_kode is not null
                then
                    stg_eindkomst__wage_reports.cvr_nr
                    || ' ' || stg_eindkomst__wage_reports.ansaettelse_kode
                    || ' '
                    || coalesce(stg_eindkomst__wage_reports.vmo_tilbagefoersel_kode, '')
                    || ' '
                    || cast(stg_eindkomst__wage_reports.wage_hours as {{ dbt.type_string() }})
                    || ' '
                    || cast(stg_eindkomst__wage_reports.wage_dkk as {{ dbt.type_string() }})
            else 'no wage'
        end as record_content,
        stg_eindkomst__wage_reports.data_month as start_date,
        {{ add_days(add_months('stg_eindkomst__wage_reports.data_month', 1), -1) }} as end_date,
        true as is_report
    from stg_eindkomst__wage_reports
    left join wage_income_types
        on
            stg_eindkomst__wage_reports.vmo_indkomst_type_kode
            = wage_income_types.vmo_indkomst_type_kode
    union all
    select
        'socialt_frikort' as source,
        citizen_key,
        report_key as record_key,
        cvr_nr as record_content,
        data_month as start_date,
        {{ add_days(add_months('data_month', 1), -1) }} as end_date,
        true as is_report
    from stg_socialt_frikort__wage_reports
),

-- Of those who are in no target group, what decides whether they are in one.
records_that_matter as (
    select records.*
    from records
    inner join stg_dream__candidates
        on records.citizen_key = stg_dream__candidates.citizen_key
    left join int_monitored_citizens
        on records.citizen_key = int_monitored_citizens.citizen_key
    where
        int_monitored_citizens.citizen_key is not null
        or {{ decides_the_target_group('records') }}
),

weeks_and_records as (
    select * from weeks
    union all
    select * from records_that_matter
)

select * from weeks_and_records
