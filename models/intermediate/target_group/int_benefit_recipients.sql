with

stg_dream__persons as (
    select * from {{ ref('stg_dream__persons') }}
),

stg_dream__week_codes as (
    select * from {{ ref('stg_dream__week_codes') }}
),

dream_codes as (
    select * from {{ ref('dream_codes') }}
),

eligible_benefit_groups as (
    select * from {{ ref('eligible_benefit_groups') }}
),

int_eligibility_dates as (
    select * from {{ ref('int_eligibility_dates') }}
),

eligible_codes as (
    select
        eligible_benefit_groups.initiative,
        dream_codes.dream_code,
        dream_codes.benefit_group
    from eligible_benefit_groups
    inner join dream_codes
        on eligible_benefit_groups.benefit_group = dream_codes.benefit_group
),

eligible_rows as (
    select
        int_eligibility_dates.initiative,
        int_eligibility_dates.is_locked,
        int_eligibility_dates.eligibility_date,
        stg_dream__week_codes.dream_row_id,
        eligible_codes.benefit_group
    from stg_dream__week_codes
    inner join int_eligibility_dates
        on
            stg_dream__week_codes.week_column = int_eligibility_dates.week_column
            and stg_dream__week_codes.is_cohort_delivery = int_eligibility_dates.is_locked
    inner join eligible_codes
        on
            int_eligibility_dates.initiative = eligible_codes.initiative
            and stg_dream__week_codes.dream_code = eligible_codes.dream_code
),

benefit_recipients as (
    select
        eligible_rows.initiative,
        eligible_rows.is_locked,
        eligible_rows.eligibility_date,
        stg_dream__persons.citizen_key,
        eligible_rows.benefit_group
    from eligible_rows
    inner join stg_dream__persons
        on eligible_rows.dream_row_id = stg_dream__persons.dream_row_id
)

select * from benefit_recipients
