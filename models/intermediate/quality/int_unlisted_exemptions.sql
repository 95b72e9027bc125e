with

stg_fritagelser__exemptions as (
    select * from {{ ref('stg_fritagelser__exemptions') }}
),

int_listed_exemptions as (
    select * from {{ ref('int_listed_exemptions') }}
),

unlisted_exemptions as (
    select
        stg_fritagelser__exemptions.citizen_key,
        stg_fritagelser__exemptions.fritagelse_kode
    from stg_fritagelser__exemptions
    left join int_listed_exemptions
        on
            stg_fritagelser__exemptions.fritagelse_kode
            = int_listed_exemptions.fritagelse_kode
            and int_listed_exemptions.initiative = 'afklaringspuljen'
    where int_listed_exemptions.fritagelse_kode is null
)

select * from unlisted_exemptions
