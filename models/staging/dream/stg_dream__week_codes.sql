with

persons as (
    select * from {{ ref('stg_dream__persons') }}
),

dream_reference_weeks as (
    select * from {{ source('landing', 'dream_reference_weeks') }}
),

exceptions as (
    select * from {{ ref('stg_dream__exceptions') }}
),

month_weeks as (
    select
        dream_row_id,
        {{ dream_month_weeks() | join(",\n        ") }}
    from persons
    where is_as_of_delivery
),

month_week_codes as (
    select
        dream_row_id,
        '' as cohort_of,
        week_column,
        {{ trimmed('dream_code') }} as dream_code
    from month_weeks
    unpivot (
        dream_code for week_column in (
            {{ dream_month_weeks() | join(",\n            ") }}
        )
    )
),

reference_week_codes as (
    select
        dream_reference_weeks.row_id as dream_row_id,
        dream_reference_weeks.cohort_of,
        dream_reference_weeks.week_column,
        {{ trimmed('dream_reference_weeks.dream_code') }} as dream_code
    from dream_reference_weeks
    left join exceptions
        on dream_reference_weeks.row_id = exceptions.row_id
    where exceptions.row_id is null
),

all_week_codes as (
    select * from month_week_codes
    union all
    select * from reference_week_codes
),

week_codes as (
    select * from all_week_codes
    where dream_code is not null
)

select * from week_codes
