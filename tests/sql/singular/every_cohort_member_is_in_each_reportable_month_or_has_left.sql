with

members_and_months as (
    select
        fct_cohort.initiative,
        fct_cohort.citizen_key,
        fct_cohort.municipality_code,
        dim_month.data_month,
        dim_month.last_date
    from {{ ref('fct_cohort') }} as fct_cohort
    inner join {{ ref('dim_month') }} as dim_month
        on fct_cohort.initiative = dim_month.initiative
    where dim_month.is_reportable
),

exits as (
    select
        initiative,
        citizen_key,
        min(exit_date) as exit_date
    from {{ ref('int_exit_events') }}
    group by initiative, citizen_key
),

citizen_months as (
    select * from {{ ref('fct_citizen_month') }}
    where initiative = 'afklaringspuljen'
),

-- Both sides of the join: somebody in a month who is no member shows too.
members_in_months as (
    select
        coalesce(members_and_months.initiative, citizen_months.initiative) as initiative,
        coalesce(members_and_months.data_month, citizen_months.data_month) as data_month,
        members_and_months.citizen_key is not null as is_member,
        citizen_months.citizen_key is not null as is_in_month,
        coalesce(exits.exit_date <= members_and_months.last_date, false) as has_left
    from members_and_months
    full outer join citizen_months
        on
            members_and_months.initiative = citizen_months.initiative
            and members_and_months.citizen_key = citizen_months.citizen_key
            and members_and_months.municipality_code = citizen_months.municipality_code
            and members_and_months.data_month = citizen_months.data_month
    left join exits
        on
            members_and_months.initiative = exits.initiative
            and members_and_months.citizen_key = exits.citizen_key
),

months_that_differ as (
    select
        initiative,
        data_month,
        count(*) as n_citizens
    from members_in_months
    where not is_member or is_in_month = has_left
    group by initiative, data_month
)

select * from months_that_differ
