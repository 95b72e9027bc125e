with

run as (
    select * from {{ source('landing', 'run') }}
),

as_of as (
    select
        run_number,
        as_of_date,
        started_at
    from run
)

select * from as_of
