with

kept_rows as (
    select * from {{ ref('stg_socialt_frikort__kept_rows') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_socialt_frikort__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        kept_rows.citizen_key,
        kept_rows.report_key,
        kept_rows.delivered_date,
        kept_rows.cvr as cvr_nr,
        {{ month_start('kept_rows.aar', 'kept_rows.maaned') }} as data_month,
        kept_rows.timer as wage_hours,
        kept_rows.beloeb as wage_dkk
    from kept_rows
    left join exceptions
        on kept_rows.row_id = exceptions.row_id
    where
        kept_rows.is_of_kept_citizen
        and exceptions.row_id is null
        and kept_rows.candidate_number in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
