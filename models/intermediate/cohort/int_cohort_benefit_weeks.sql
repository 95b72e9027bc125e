-- The window is long and the register wide: who was looked at is not looked at again.
{{ kept_per_delivery() }}
{{ narrowed("dream") }}
with

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

int_locked_cohorts as (
    select * from {{ ref('int_locked_cohorts') }}
),

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

benefit_groups as (
    select * from {{ ref('benefit_groups') }}
),

rows_to_count as (
    {{ rows_not_counted() }}
),

-- Nothing of a person is carried into the weeks, of which each person has hundreds.
weeks_of_eligible_citizens as (
    select
        {{ few_rows('rows_to_count') }}rows_to_count.dream_row_id,
        rows_to_count.initiative,
        {{ qualified("stg_dream__persons", dream_weeks()) }}
    from stg_dream__persons
    inner join rows_to_count
        on stg_dream__persons.dream_row_id = rows_to_count.dream_row_id
    where stg_dream__persons.cohort_of <> ''
),

week_codes as (
    select
        dream_row_id,
        initiative,
        week_column,
        {{ trimmed('dream_code') }} as dream_code
    from weeks_of_eligible_citizens
    unpivot (
        dream_code for week_column in (
            {{ dream_weeks() | join(",\n            ") }}
        )
    )
),

weeks_of_windows as (
    select
        int_locked_cohorts.initiative,
        iso_weeks.week_column
    from int_locked_cohorts
    inner join iso_weeks
        on
            int_locked_cohorts.cohort_window_start_date <= iso_weeks.week_start_date
            and int_locked_cohorts.cohort_reference_date >= iso_weeks.reference_date
),

kontanthjaelpslignende_codes as (
    select dream_codes.dream_code
    from dream_codes
    inner join benefit_groups
        on dream_codes.benefit_group = benefit_groups.benefit_group
    where benefit_groups.is_kontanthjaelpslignende
),

counted_weeks as (
    select
        week_codes.dream_row_id,
        week_codes.initiative,
        count(*) as benefit_weeks
    from week_codes
    inner join weeks_of_windows
        on
            week_codes.initiative = weeks_of_windows.initiative
            and week_codes.week_column = weeks_of_windows.week_column
    inner join kontanthjaelpslignende_codes
        on week_codes.dream_code = kontanthjaelpslignende_codes.dream_code
    group by
        week_codes.dream_row_id,
        week_codes.initiative
),

benefit_weeks as (
    select
        rows_to_count.*,
        counted_weeks.benefit_weeks
    from counted_weeks
    inner join rows_to_count
        on
            counted_weeks.dream_row_id = rows_to_count.dream_row_id
            and counted_weeks.initiative = rows_to_count.initiative
)

select * from benefit_weeks
