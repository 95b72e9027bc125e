with

int_benefit_months as (
    select * from {{ ref('int_benefit_months') }}
),

int_visitations as (
    select * from {{ ref('int_visitations') }}
),

personkategori_codes as (
    select * from {{ ref('personkategori_codes') }}
),

kontanthjaelp_months as (
    select
        citizen_key,
        data_month,
        last_date
    from int_benefit_months
    where signal_group = 'kontanthjaelp_like'
    group by citizen_key, data_month, last_date
),

-- At most one visitation holds on a day (T4), so no month is doubled.
kontanthjaelp_by_visitation as (
    select
        kontanthjaelp_months.citizen_key,
        kontanthjaelp_months.data_month,
        case
            when personkategori_codes.is_jobparat then 'kontanthjaelp_jobparat'
            else 'kontanthjaelp_aktivitetsparat'
        end as signal
    from kontanthjaelp_months
    left join int_visitations
        on
            kontanthjaelp_months.citizen_key = int_visitations.citizen_key
            and int_visitations.is_as_of_delivery
            and {{ holds_on('int_visitations', 'kontanthjaelp_months.last_date') }}
    left join personkategori_codes
        on
            int_visitations.personkategori_kode
            = personkategori_codes.personkategori_kode
)

select * from kontanthjaelp_by_visitation
