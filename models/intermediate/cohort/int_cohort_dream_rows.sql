with

stg_dream__weeks_read as (
    select * from {{ ref('stg_dream__weeks_read') }}
),

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

-- Those who pass every other criterion are few: only their rows are widened to weeks.
rows_of_eligible_citizens as (
    select
        {{ qualified("stg_dream__weeks_read", ["delivery_key", "dream_row_id", "citizen_key"]) }},
        int_locked_cohorts.initiative,
        int_locked_cohorts.cohort_window_start_date,
        int_locked_cohorts.cohort_reference_date
    from stg_dream__weeks_read
    inner join int_eligible_citizens
        on
            stg_dream__weeks_read.citizen_key = int_eligible_citizens.citizen_key
            and int_eligible_citizens.is_locked
            and {{ drawn_from('int_eligible_citizens.initiative', 'stg_dream__weeks_read') }}
    inner join int_locked_cohorts
        on int_eligible_citizens.initiative = int_locked_cohorts.initiative
    where stg_dream__weeks_read.benefit_group is not null
    group by
        {{ qualified("stg_dream__weeks_read", ["delivery_key", "dream_row_id", "citizen_key"]) }},
        int_locked_cohorts.initiative,
        int_locked_cohorts.cohort_window_start_date,
        int_locked_cohorts.cohort_reference_date
)

select * from rows_of_eligible_citizens
