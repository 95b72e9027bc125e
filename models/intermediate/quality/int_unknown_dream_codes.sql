with

stg_dream__weeks_read as (
    select * from {{ ref('stg_dream__weeks_read') }}
),

int_eligibility_dates as (
    select * from {{ ref('int_eligibility_dates') }}
),

unknown_dream_codes as (
    select
        stg_dream__weeks_read.citizen_key,
        stg_dream__weeks_read.cohort_of,
        stg_dream__weeks_read.week_column
    from stg_dream__weeks_read
    where
        stg_dream__weeks_read.benefit_group is null
        and exists (
            select 1
            from int_eligibility_dates
            where
                stg_dream__weeks_read.week_column = int_eligibility_dates.week_column
                and {{ read_in_week_for('int_eligibility_dates', 'stg_dream__weeks_read') }}
        )
)

select * from unknown_dream_codes
