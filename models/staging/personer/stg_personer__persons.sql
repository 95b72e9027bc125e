-- A table: of everybody, and read by three models.
{{ config(materialized="table") }}
with

personer as (
    select * from {{ source('landing', 'personer') }}
),

candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

exceptions as (
    select * from {{ ref('stg_personer__exceptions') }}
),

accepted_rows_of_candidates as (
    select
        {{ citizen_key('personer.pnr') }} as citizen_key,
        personer.delivered_date,
        personer.is_as_of_delivery,
        personer.cohort_of,
        personer.foed_dag as birth_date,
        personer.doddato as death_date
    from personer
    left join exceptions
        on personer.row_id = exceptions.row_id
    where
        exceptions.row_id is null
        and {{ candidate_number('personer.pnr') }} in (
            select candidates.candidate_number from candidates
        )
)

select * from accepted_rows_of_candidates
