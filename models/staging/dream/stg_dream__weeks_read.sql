-- DREAM is the widest register, and is unpivoted once: few codes count, or are unknown.
{{ kept_per_delivery() }}
{%- set codes_that_do_not_count = dream_codes_that_do_not_count() %}
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

-- Of everybody: most people have no code that counts in any week, and are left out
-- before they are widened.
month_weeks as (
    select
        row_id,
        {{ dream_month_weeks() | join(",\n        ") }}
    from {{ source('landing', 'dream_weeks') }}
    where
        is_new
        and is_as_of_delivery
        and (
            {%- for week in dream_month_weeks() %}
            {{ "or " if not loop.first }}not {{ is_one_of(week, codes_that_do_not_count) }}
            {%- endfor %}
        )
),

month_week_codes as (
    select
        row_id,
        '' as cohort_of,
        week_column,
        dream_code
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
        dream_code
    from new_reference_weeks
    where dream_code is not null
),

-- Of everybody in every week: the codes that say nothing are left out before anything
-- else is done. A code is in the list without spaces, so that one with spaces stays.
codes_to_look_at as (
    select
        all_week_codes.row_id,
        all_week_codes.cohort_of,
        all_week_codes.week_column,
        {{ trimmed('all_week_codes.dream_code') }} as dream_code
    from all_week_codes
    left join benefit_groups_of_codes
        on all_week_codes.dream_code = benefit_groups_of_codes.dream_code
    where
        benefit_groups_of_codes.is_kontanthjaelpslignende
        or benefit_groups_of_codes.dream_code is null
),

week_codes as (
    select
        codes_to_look_at.row_id,
        codes_to_look_at.cohort_of,
        codes_to_look_at.week_column,
        codes_to_look_at.dream_code,
        benefit_groups_of_codes.benefit_group
    from codes_to_look_at
    left join benefit_groups_of_codes
        on codes_to_look_at.dream_code = benefit_groups_of_codes.dream_code
    where
        benefit_groups_of_codes.is_kontanthjaelpslignende
        or (
            benefit_groups_of_codes.dream_code is null
            and codes_to_look_at.dream_code is not null
        )
),

rows_with_weeks as (
    select row_id from week_codes
    group by row_id
),

-- A person has many weeks: the keys are made once.
persons as (
    select
        new_rows.delivery_key,
        new_rows.row_id,
        {{ citizen_key('new_rows.pnr') }} as citizen_key,
        {{ candidate_number('new_rows.pnr') }} as candidate_number
    from {{ source('landing', 'dream_weeks') }} as new_rows
    inner join rows_with_weeks
        on new_rows.row_id = rows_with_weeks.row_id
    left join exceptions
        on new_rows.row_id = exceptions.row_id
    where
        new_rows.is_new
        and exceptions.row_id is null
),

week_codes_of_persons as (
    select
        persons.delivery_key,
        persons.row_id as dream_row_id,
        persons.citizen_key,
        persons.candidate_number,
        week_codes.cohort_of,
        week_codes.week_column,
        week_codes.dream_code,
        week_codes.benefit_group
    from week_codes
    inner join persons
        on week_codes.row_id = persons.row_id
)

select * from week_codes_of_persons
