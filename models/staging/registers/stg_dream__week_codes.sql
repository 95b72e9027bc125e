{%- set reference_week = week_column(date_of(var("cohort_reference_date"))) -%}
with

persons as (
    select * from {{ ref('stg_dream__persons') }}
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
        false as is_cohort_delivery,
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
        dream_row_id,
        true as is_cohort_delivery,
        '{{ reference_week }}' as week_column,
        {{ trimmed(reference_week) }} as dream_code
    from persons
    where is_cohort_delivery
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
