with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

monitored_citizens as (
    select citizen_key from int_cohort_members
    union
    select citizen_key from int_eligible_citizens
    where not is_locked
)

select * from monitored_citizens
