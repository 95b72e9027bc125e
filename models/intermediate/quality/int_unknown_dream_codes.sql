with

stg_dream__week_codes as (
    select * from {{ ref('stg_dream__week_codes') }}
),

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

int_eligibility_dates as (
    select * from {{ ref('int_eligibility_dates') }}
),

weeks_read as (
    select
        is_locked,
        week_column
    from int_eligibility_dates
    group by is_locked, week_column
),

weeks_with_unknown_code as (
    select
        stg_dream__week_codes.dream_row_id,
        stg_dream__week_codes.is_cohort_delivery,
        stg_dream__week_codes.week_column,
        stg_dream__week_codes.dream_code
    from stg_dream__week_codes
    inner join weeks_read
        on
            stg_dream__week_codes.week_column = weeks_read.week_column
            and stg_dream__week_codes.is_cohort_delivery = weeks_read.is_locked
    left join dream_codes
        on stg_dream__week_codes.dream_code = dream_codes.dream_code
    where dream_codes.dream_code is null
),

unknown_dream_codes as (
    select
        stg_dream__persons.citizen_key,
        weeks_with_unknown_code.is_cohort_delivery,
        weeks_with_unknown_code.week_column
    from weeks_with_unknown_code
    inner join stg_dream__persons
        on weeks_with_unknown_code.dream_row_id = stg_dream__persons.dream_row_id
)

select * from unknown_dream_codes
