with

socialt_frikort as (
    select * from {{ source('landing', 'socialt_frikort') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_socialt_frikort__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('socialt_frikort.pnr') }} as citizen_key,
        {{ report_key('socialt_frikort.indberetning_id') }} as report_key,
        socialt_frikort.delivered_date,
        socialt_frikort.cvr as cvr_nr,
        {{ month_start('socialt_frikort.aar', 'socialt_frikort.maaned') }} as data_month,
        socialt_frikort.timer as wage_hours,
        socialt_frikort.beloeb as wage_dkk
    from socialt_frikort
    left join exceptions
        on socialt_frikort.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('socialt_frikort.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
