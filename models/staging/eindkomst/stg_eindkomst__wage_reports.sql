with

kept_rows as (
    select * from {{ ref('stg_eindkomst__kept_rows') }}
),

monitored_citizens as (
    select * from {{ ref('int_monitored_citizens') }}
),

exceptions as (
    select * from {{ ref('stg_eindkomst__exceptions') }}
),

accepted_rows_of_monitored_citizens as (
    select
        kept_rows.citizen_key,
        kept_rows.report_key,
        kept_rows.delivered_date,
        kept_rows.ajo_cvr_nr as cvr_nr,
        {{ month_start('kept_rows.vmo_basis_aar', 'kept_rows.vmo_basis_maaned') }}
            as data_month,
        kept_rows.vmo_indkomst_type_kode,
        kept_rows.ansaettelse_kode,
        kept_rows.vmo_tilbagefoersel_kode,
        coalesce(kept_rows.ajo_loentimer, 0) as wage_hours,
        coalesce(kept_rows.ajo_smalt_loenbeloeb, 0) as wage_dkk
    from kept_rows
    left join exceptions
        on kept_rows.row_id = exceptions.row_id
    where
        kept_rows.is_of_kept_citizen
        and exceptions.row_id is null
        and kept_rows.candidate_number in (
            select monitored_citizens.candidate_number from monitored_citizens
        )
)

select * from accepted_rows_of_monitored_citizens
