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

stg_dream__benefit_weeks as (
    select * from {{ ref('stg_dream__benefit_weeks') }}
),

eligible_benefit_groups as (
    select * from {{ ref('eligible_benefit_groups') }}
),

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

stg_personer__persons as (
    select * from {{ ref('stg_personer__persons') }}
),

stg_bopael__residences as (
    select * from {{ ref('stg_bopael__residences') }}
),

stg_visitation__visitations as (
    select * from {{ ref('stg_visitation__visitations') }}
),

stg_integrationsprogram__participations as (
    select * from {{ ref('stg_integrationsprogram__participations') }}
),

stg_ydelser__benefits as (
    select * from {{ ref('stg_ydelser__benefits') }}
),

stg_fritagelser__exemptions as (
    select * from {{ ref('stg_fritagelser__exemptions') }}
),

stg_aktivering__offers as (
    select * from {{ ref('stg_aktivering__offers') }}
),

stg_uddannelse__enrolments as (
    select * from {{ ref('stg_uddannelse__enrolments') }}
),

stg_persongrupper__markers as (
    select * from {{ ref('stg_persongrupper__markers') }}
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

-- What a record is known by from one delivery to the next: a report by its id, a spell by
-- its value and its start, a week or a date of DREAM and CPR by the person. Of a spell
-- without a value (T5) only the start can move a figure. Which of the spells that start on
-- a day is dropped (T4) is part of the record: an end after the month can decide it.
spells as (
    select
        'personer' as source,
        citizen_key,
        'foedsel' as record_key,
        '' as record_content,
        birth_date as start_date,
        cast(null as date) as end_date,
        false as is_report
    from stg_personer__persons
    where is_as_of_delivery
    union all
    select
        'personer' as source,
        citizen_key,
        'doed' as record_key,
        '' as record_content,
        death_date as start_date,
        cast(null as date) as end_date,
        false as is_report
    from stg_personer__persons
    where is_as_of_delivery and death_date is not null
    union all
    select
        'bopael' as source,
        citizen_key,
        coalesce(municipality_code, 'no municipality') as record_key,
        case
            when {{ is_dropped_for_same_start('citizen_key', 'municipality_code') }}
                then 'dropped'
            else ''
        end as record_content,
        start_date,
        case when municipality_code is not null then end_date end as end_date,
        false as is_report
    from stg_bopael__residences
    where is_as_of_delivery
    union all
    select
        'visitation' as source,
        citizen_key,
        coalesce(
            cast(personkategori_kode as {{ dbt.type_string() }}), 'no category'
        ) as record_key,
        case
            when {{ is_dropped_for_same_start('citizen_key', 'personkategori_kode') }}
                then 'dropped'
            else ''
        end as record_content,
        start_date,
        case when personkategori_kode is not null then end_date end as end_date,
        false as is_report
    from stg_visitation__visitations
    where is_as_of_delivery
    union all
    select
        'integrationsprogram' as source,
        citizen_key,
        program_kode as record_key,
        '' as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_integrationsprogram__participations
    where is_as_of_delivery
    union all
    select
        'ydelser' as source,
        citizen_key,
        ydelse_kode as record_key,
        '' as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_ydelser__benefits
    union all
    select
        'fritagelser' as source,
        citizen_key,
        fritagelse_kode as record_key,
        '' as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_fritagelser__exemptions
    union all
    select
        'aktivering' as source,
        citizen_key,
        tilbud_kode as record_key,
        cast(is_published as {{ dbt.type_string() }}) as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_aktivering__offers
    union all
    select
        'uddannelse' as source,
        citizen_key,
        udd as record_key,
        cast(is_su_eligible as {{ dbt.type_string() }}) as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_uddannelse__enrolments
    union all
    select
        'persongrupper' as source,
        citizen_key,
        persongruppe as record_key,
        '' as record_content,
        start_date,
        end_date,
        false as is_report
    from stg_persongrupper__markers
),

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
    select distinct * from spells
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
