with

run as (
    select * from {{ source('landing', 'run') }}
),

as_of as (
    select
        as_of_date,
        cohort_lock_date,
        landing_path,
        started_at,
        as_of_date >= cohort_lock_date as has_cohort
    from run
)

select * from as_of
