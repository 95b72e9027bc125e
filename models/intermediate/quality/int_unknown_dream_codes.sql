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

weeks_with_unknown_code as (
    select
        stg_dream__week_codes.dream_row_id,
        stg_dream__week_codes.cohort_of,
        stg_dream__week_codes.week_column
    from stg_dream__week_codes
    left join dream_codes
        on stg_dream__week_codes.dream_code = dream_codes.dream_code
    where
        dream_codes.dream_code is null
        and exists (
            select 1
            from int_eligibility_dates
            where
                stg_dream__week_codes.week_column = int_eligibility_dates.week_column
                and {{ read_in_week_for('int_eligibility_dates', 'stg_dream__week_codes') }}
        )
),

unknown_dream_codes as (
    select
        stg_dream__persons.citizen_key,
        weeks_with_unknown_code.cohort_of,
        weeks_with_unknown_code.week_column
    from weeks_with_unknown_code
    inner join stg_dream__persons
        on weeks_with_unknown_code.dream_row_id = stg_dream__persons.dream_row_id
)

select * from unknown_dream_codes
