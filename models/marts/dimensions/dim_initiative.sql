-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves every mart as it was.
with

initiatives as (
    select * from {{ ref('initiatives') }}
),

initiatives_typed as (
    select
        initiative,
        initiative_name,
        first_month,
        last_month,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month
    from initiatives
)

select * from initiatives_typed
