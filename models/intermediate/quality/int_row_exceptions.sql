with

dream_exceptions as (
    select
        'dream' as source,
        *
    from {{ ref('stg_dream__exceptions') }}
),

personer_exceptions as (
    select
        'personer' as source,
        *
    from {{ ref('stg_personer__exceptions') }}
),

bopael_exceptions as (
    select
        'bopael' as source,
        *
    from {{ ref('stg_bopael__exceptions') }}
),

visitation_exceptions as (
    select
        'visitation' as source,
        *
    from {{ ref('stg_visitation__exceptions') }}
),

integrationsprogram_exceptions as (
    select
        'integrationsprogram' as source,
        *
    from {{ ref('stg_integrationsprogram__exceptions') }}
),

ydelser_exceptions as (
    select
        'ydelser' as source,
        *
    from {{ ref('stg_ydelser__exceptions') }}
),

fritagelser_exceptions as (
    select
        'fritagelser' as source,
        *
    from {{ ref('stg_fritagelser__exceptions') }}
),

aktivering_exceptions as (
    select
        'aktivering' as source,
        *
    from {{ ref('stg_aktivering__exceptions') }}
),

uddannelse_exceptions as (
    select
        'uddannelse' as source,
        *
    from {{ ref('stg_uddannelse__exceptions') }}
),

persongrupper_exceptions as (
    select
        'persongrupper' as source,
        *
    from {{ ref('stg_persongrupper__exceptions') }}
),

eindkomst_exceptions as (
    select
        'eindkomst' as source,
        *
    from {{ ref('stg_eindkomst__exceptions') }}
),

socialt_frikort_exceptions as (
    select
        'socialt_frikort' as source,
        *
    from {{ ref('stg_socialt_frikort__exceptions') }}
),

row_exceptions as (
    select * from dream_exceptions
    union all
    select * from personer_exceptions
    union all
    select * from bopael_exceptions
    union all
    select * from visitation_exceptions
    union all
    select * from integrationsprogram_exceptions
    union all
    select * from ydelser_exceptions
    union all
    select * from fritagelser_exceptions
    union all
    select * from aktivering_exceptions
    union all
    select * from uddannelse_exceptions
    union all
    select * from persongrupper_exceptions
    union all
    select * from eindkomst_exceptions
    union all
    select * from socialt_frikort_exceptions
)

select * from row_exceptions
