with

socialt_frikort as (
    select * from {{ source('landing', 'socialt_frikort') }}
),

exceptions as (
    select * from {{ ref('stg_socialt_frikort__exceptions') }}
),

accepted_rows as (
    select
        {{ citizen_key('socialt_frikort.pnr') }} as citizen_key,
        socialt_frikort.delivered_date,
        socialt_frikort.cvr as cvr_nr,
        {{ month_start('socialt_frikort.aar', 'socialt_frikort.maaned') }} as data_month,
        socialt_frikort.timer as wage_hours,
        socialt_frikort.beloeb as wage_dkk
    from socialt_frikort
    left join exceptions
        on socialt_frikort.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
