with

int_monitored_months as (
    select * from {{ ref('int_monitored_months') }}
),

stg_eindkomst__wage_reports as (
    select * from {{ ref('stg_eindkomst__wage_reports') }}
),

wage_income_types as (
    select * from {{ ref('wage_income_types') }}
),

ansaettelse_codes as (
    select * from {{ ref('ansaettelse_codes') }}
),

-- A reversal is subtracted whatever its sign (sources.md).
signed_reports as (
    select
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        stg_eindkomst__wage_reports.cvr_nr,
        ansaettelse_codes.is_elev,
        case
            when stg_eindkomst__wage_reports.vmo_tilbagefoersel_kode is null
                then stg_eindkomst__wage_reports.wage_hours
            else -abs(stg_eindkomst__wage_reports.wage_hours)
        end as wage_hours,
        case
            when stg_eindkomst__wage_reports.vmo_tilbagefoersel_kode is null
                then stg_eindkomst__wage_reports.wage_dkk
            else -abs(stg_eindkomst__wage_reports.wage_dkk)
        end as wage_dkk
    from int_monitored_months
    inner join stg_eindkomst__wage_reports
        on
            int_monitored_months.citizen_key = stg_eindkomst__wage_reports.citizen_key
            and int_monitored_months.data_month = stg_eindkomst__wage_reports.data_month
    inner join wage_income_types
        on
            stg_eindkomst__wage_reports.vmo_indkomst_type_kode
            = wage_income_types.vmo_indkomst_type_kode
    inner join ansaettelse_codes
        on
            stg_eindkomst__wage_reports.ansaettelse_kode
            = ansaettelse_codes.ansaettelse_kode
),

wages as (
    select
        citizen_key,
        data_month,
        cvr_nr,
        sum(wage_hours) as wage_hours,
        sum(wage_dkk) as wage_dkk,
        sum(case when is_elev then wage_hours else 0 end) as elev_hours,
        sum(case when is_elev then wage_dkk else 0 end) as elev_dkk
    from signed_reports
    group by citizen_key, data_month, cvr_nr
)

select * from wages
