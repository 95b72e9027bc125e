-- depends_on: {{ ref('int_cohort_locked') }}
-- Held back until the lock of the cohort has been checked: a run that stops there (C8)
-- leaves every mart as it was.
with

int_initiative_months as (
    select * from {{ ref('int_initiative_months') }}
),

months as (
    select
        initiative,
        data_month,
        first_date,
        last_date,
        publication_date,
        is_reportable
    from int_initiative_months
)

select * from months
