with

int_cohort_members as (
    select * from {{ ref('int_cohort_members') }}
),

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

stg_dream__candidates as (
    select * from {{ ref('stg_dream__candidates') }}
),

members_and_eligible_citizens as (
    select citizen_key from int_cohort_members
    union
    select citizen_key from int_eligible_citizens
    where not is_locked
),

monitored_citizens as (
    select stg_dream__candidates.*
    from members_and_eligible_citizens
    inner join stg_dream__candidates
        on members_and_eligible_citizens.citizen_key = stg_dream__candidates.citizen_key
)

select * from monitored_citizens
