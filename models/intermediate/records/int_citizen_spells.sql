-- A view, as `int_citizen_records`, which alone reads it.
{{ config(materialized="view") }}
with

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

-- A spell is known from one delivery to the next by its value and its start, a date of CPR
-- by the person. Of a spell without a value (T5) only the start can move a figure. Which of
-- the spells that start on a day is dropped (T4) is part of the record: an end after the
-- month can decide it.
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

citizen_spells as (
    select distinct * from spells
)

select * from citizen_spells
