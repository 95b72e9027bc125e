with

stg_dream__weeks_read as (
    select * from {{ ref('stg_dream__weeks_read') }}
),

benefit_weeks as (
    select
        dream_row_id,
        citizen_key,
        candidate_number,
        cohort_of,
        week_column,
        benefit_group
    from stg_dream__weeks_read
    where benefit_group is not null
)

select * from benefit_weeks
