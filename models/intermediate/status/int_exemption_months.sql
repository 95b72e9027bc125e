with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

stg_fritagelser__exemptions as (
    select * from {{ ref('stg_fritagelser__exemptions') }}
),

int_listed_exemptions as (
    select * from {{ ref('int_listed_exemptions') }}
),

exemption_months as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month
    from int_target_group
    inner join stg_fritagelser__exemptions
        on
            int_target_group.citizen_key = stg_fritagelser__exemptions.citizen_key
            and {{ touches('stg_fritagelser__exemptions', 'int_target_group') }}
    inner join int_listed_exemptions
        on
            int_target_group.initiative = int_listed_exemptions.initiative
            and stg_fritagelser__exemptions.fritagelse_kode
            = int_listed_exemptions.fritagelse_kode
    group by
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month
)

select * from exemption_months
