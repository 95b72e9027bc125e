-- DREAM is the widest register, and is unpivoted once: few codes count, or are unknown.
{{ kept_per_delivery() }}
with

new_reference_weeks as (
    select * from {{ source('landing', 'dream_reference_weeks') }}
    where is_new
),

exceptions as (
    select * from {{ ref('stg_dream__exceptions') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

benefit_groups_of_codes as (
    select
        dream_codes.dream_code,
        benefit_groups.benefit_group,
        benefit_groups.is_kontanthjaelpslignende
    from dream_codes
    left join benefit_groups
        on dream_codes.benefit_group = benefit_groups.benefit_group
),

month_weeks as (
    select
        row_id,
        {{ dream_month_weeks() | join(",\n        ") }}
    from {{ source('landing', 'dream_weeks') }}
    where
        is_new
        and is_as_of_delivery
),

month_week_codes as (
    select
        row_id,
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

all_week_codes as (
    select * from month_week_codes
    union all
    select
        row_id,
        cohort_of,
        week_column,
        {{ trimmed('dream_code') }} as dream_code
    from new_reference_weeks
),

-- Of everybody in every week: the codes that are neither are left out before any join.
week_codes as (
    select
        all_week_codes.row_id,
        all_week_codes.cohort_of,
        all_week_codes.week_column,
        all_week_codes.dream_code,
        benefit_groups_of_codes.benefit_group
    from all_week_codes
    left join benefit_groups_of_codes
        on all_week_codes.dream_code = benefit_groups_of_codes.dream_code
    where
        all_week_codes.dream_code is not null
        and (
            benefit_groups_of_codes.is_kontanthjaelpslignende
            or benefit_groups_of_codes.dream_code is null
        )
),

week_codes_of_persons as (
    select
        new_rows.delivery_key,
        week_codes.row_id as dream_row_id,
        {{ citizen_key('new_rows.pnr') }} as citizen_key,
        {{ candidate_number('new_rows.pnr') }} as candidate_number,
        week_codes.cohort_of,
        week_codes.week_column,
        week_codes.dream_code,
        week_codes.benefit_group
    from week_codes
    inner join {{ source('landing', 'dream_weeks') }} as new_rows
        on week_codes.row_id = new_rows.row_id
    left join exceptions
        on week_codes.row_id = exceptions.row_id
    where
        new_rows.is_new
        and exceptions.row_id is null
)

select * from week_codes_of_persons
