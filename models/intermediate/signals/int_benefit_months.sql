with

int_monitored_months as (
    select * from {{ ref('int_monitored_months') }}
),

stg_ydelser__benefits as (
    select * from {{ ref('stg_ydelser__benefits') }}
),

ydelse_codes as (
    select * from {{ ref('ydelse_codes') }}
),

benefit_months as (
    select
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        int_monitored_months.last_date,
        ydelse_codes.signal_group,
        ydelse_codes.is_public_support
    from int_monitored_months
    inner join stg_ydelser__benefits
        on
            int_monitored_months.citizen_key = stg_ydelser__benefits.citizen_key
            and {{ touches('stg_ydelser__benefits', 'int_monitored_months') }}
    inner join ydelse_codes
        on stg_ydelser__benefits.ydelse_kode = ydelse_codes.ydelse_kode
    group by
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        int_monitored_months.last_date,
        ydelse_codes.signal_group,
        ydelse_codes.is_public_support
)

select * from benefit_months
