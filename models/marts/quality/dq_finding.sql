-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves every mart as it was.
with

int_findings as (
    select * from {{ ref('int_findings') }}
),

findings as (
    select
        finding,
        source,
        n
    from int_findings
)

select * from findings
