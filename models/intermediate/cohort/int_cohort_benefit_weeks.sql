-- The window is long and the register wide: who was looked at is not looked at again.
{{ kept_per_delivery() }}
with

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

stg_dream__weeks_read as (
    select * from {{ ref('stg_dream__weeks_read') }}
),

int_eligible_citizens as (
    select * from {{ ref('int_eligible_citizens') }}
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
),

rows_to_count as (
    select rows_of_eligible_citizens.*
    from rows_of_eligible_citizens
    {%- if is_incremental() %}
    left join {{ this }} as counted
        on
            rows_of_eligible_citizens.dream_row_id = counted.dream_row_id
            and rows_of_eligible_citizens.initiative = counted.initiative
            and rows_of_eligible_citizens.cohort_window_start_date
            = counted.cohort_window_start_date
            and rows_of_eligible_citizens.cohort_reference_date
            = counted.cohort_reference_date
    where counted.dream_row_id is null
    {%- endif %}
),

weeks_of_eligible_citizens as (
    select
        {{ few_rows('rows_to_count') }}rows_to_count.*,
        {{ qualified("stg_dream__persons", dream_weeks()) }}
    from stg_dream__persons
    inner join rows_to_count
        on stg_dream__persons.dream_row_id = rows_to_count.dream_row_id
    where stg_dream__persons.cohort_of <> ''
),

week_codes as (
    select
        delivery_key,
        dream_row_id,
        citizen_key,
        initiative,
        cohort_window_start_date,
        cohort_reference_date,
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

benefit_weeks as (
    select
        week_codes.delivery_key,
        week_codes.dream_row_id,
        week_codes.citizen_key,
        week_codes.initiative,
        week_codes.cohort_window_start_date,
        week_codes.cohort_reference_date,
        count(*) as benefit_weeks
    from week_codes
    inner join weeks_of_windows
        on
            week_codes.initiative = weeks_of_windows.initiative
            and week_codes.week_column = weeks_of_windows.week_column
    inner join kontanthjaelpslignende_codes
        on week_codes.dream_code = kontanthjaelpslignende_codes.dream_code
    group by
        week_codes.delivery_key,
        week_codes.dream_row_id,
        week_codes.citizen_key,
        week_codes.initiative,
        week_codes.cohort_window_start_date,
        week_codes.cohort_reference_date
)

select * from benefit_weeks
