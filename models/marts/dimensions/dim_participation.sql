-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves every mart as it was.
with

participation as (
    select * from {{ ref('participation') }}
),

participating_municipalities as (
    select
        initiative,
        municipality_code,
        is_example
    from participation
)

select * from participating_municipalities
