with

int_monitored_months as (
    select * from {{ ref('int_monitored_months') }}
),

stg_aktivering__offers as (
    select * from {{ ref('stg_aktivering__offers') }}
),

tilbud_codes as (
    select * from {{ ref('tilbud_codes') }}
),

published_offers as (
    select
        stg_aktivering__offers.citizen_key,
        stg_aktivering__offers.start_date,
        stg_aktivering__offers.end_date,
        tilbud_codes.signal
    from stg_aktivering__offers
    inner join tilbud_codes
        on stg_aktivering__offers.tilbud_kode = tilbud_codes.tilbud_kode
    where stg_aktivering__offers.is_published and tilbud_codes.signal is not null
),

offer_months as (
    select
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        published_offers.signal
    from int_monitored_months
    inner join published_offers
        on
            int_monitored_months.citizen_key = published_offers.citizen_key
            and {{ touches('published_offers', 'int_monitored_months') }}
    group by
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        published_offers.signal
)

select * from offer_months
