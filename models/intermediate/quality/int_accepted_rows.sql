with

dream_accepted as (
    select
        'dream' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_dream__persons') }}
    group by delivered_date
),

personer_accepted as (
    select
        'personer' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_personer__persons') }}
    group by delivered_date
),

bopael_accepted as (
    select
        'bopael' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_bopael__residences') }}
    group by delivered_date
),

visitation_accepted as (
    select
        'visitation' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_visitation__visitations') }}
    group by delivered_date
),

integrationsprogram_accepted as (
    select
        'integrationsprogram' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_integrationsprogram__participations') }}
    group by delivered_date
),

ydelser_accepted as (
    select
        'ydelser' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_ydelser__benefits') }}
    group by delivered_date
),

fritagelser_accepted as (
    select
        'fritagelser' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_fritagelser__exemptions') }}
    group by delivered_date
),

aktivering_accepted as (
    select
        'aktivering' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_aktivering__offers') }}
    group by delivered_date
),

uddannelse_accepted as (
    select
        'uddannelse' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_uddannelse__enrolments') }}
    group by delivered_date
),

persongrupper_accepted as (
    select
        'persongrupper' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_persongrupper__markers') }}
    group by delivered_date
),

eindkomst_accepted as (
    select
        'eindkomst' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_eindkomst__wage_reports') }}
    group by delivered_date
),

socialt_frikort_accepted as (
    select
        'socialt_frikort' as source,
        delivered_date,
        count(*) as n_accepted
    from {{ ref('stg_socialt_frikort__wage_reports') }}
    group by delivered_date
),

accepted_rows as (
    select * from dream_accepted
    union all
    select * from personer_accepted
    union all
    select * from bopael_accepted
    union all
    select * from visitation_accepted
    union all
    select * from integrationsprogram_accepted
    union all
    select * from ydelser_accepted
    union all
    select * from fritagelser_accepted
    union all
    select * from aktivering_accepted
    union all
    select * from uddannelse_accepted
    union all
    select * from persongrupper_accepted
    union all
    select * from eindkomst_accepted
    union all
    select * from socialt_frikort_accepted
)

select * from accepted_rows
