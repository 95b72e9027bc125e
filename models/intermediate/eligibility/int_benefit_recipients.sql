with

stg_dream__benefit_weeks as (
    select * from {{ ref('stg_dream__benefit_weeks') }}
),

eligible_benefit_groups as (
    select * from {{ ref('eligible_benefit_groups') }}
),

int_eligibility_dates as (
    select * from {{ ref('int_eligibility_dates') }}
),

benefit_recipients as (
    select
        int_eligibility_dates.initiative,
        int_eligibility_dates.is_locked,
        int_eligibility_dates.eligibility_date,
        stg_dream__benefit_weeks.citizen_key,
        stg_dream__benefit_weeks.benefit_group
    from stg_dream__benefit_weeks
    inner join int_eligibility_dates
        on
            stg_dream__benefit_weeks.week_column = int_eligibility_dates.week_column
            and {{ read_in_week_for('int_eligibility_dates', 'stg_dream__benefit_weeks') }}
    inner join eligible_benefit_groups
        on
            int_eligibility_dates.initiative = eligible_benefit_groups.initiative
            and stg_dream__benefit_weeks.benefit_group
            = eligible_benefit_groups.benefit_group
)

select * from benefit_recipients
