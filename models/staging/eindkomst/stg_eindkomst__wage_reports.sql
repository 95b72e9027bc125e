-- A table: wages and the history of records both read it, and the register is the largest.
{{ config(materialized='table') }}
with

eindkomst as (
    select * from {{ source('landing', 'eindkomst') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_eindkomst__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('eindkomst.pnr') }} as citizen_key,
        {{ report_key('eindkomst.indberetning_id') }} as report_key,
        eindkomst.delivered_date,
        eindkomst.ajo_cvr_nr as cvr_nr,
        {{ month_start('eindkomst.vmo_basis_aar', 'eindkomst.vmo_basis_maaned') }}
            as data_month,
        eindkomst.vmo_indkomst_type_kode,
        eindkomst.ansaettelse_kode,
        eindkomst.vmo_tilbagefoersel_kode,
        coalesce(eindkomst.ajo_loentimer, 0) as wage_hours,
        coalesce(eindkomst.ajo_smalt_loenbeloeb, 0) as wage_dkk
    from eindkomst
    left join exceptions
        on eindkomst.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('eindkomst.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
