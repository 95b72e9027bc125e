-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves every mart as it was.
with

municipalities as (
    select * from {{ ref('municipalities') }}
),

municipalities_of_denmark as (
    select
        municipality_code,
        municipality_name,
        region_name
    from municipalities
)

select * from municipalities_of_denmark
