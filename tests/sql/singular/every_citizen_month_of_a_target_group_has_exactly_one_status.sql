with

statuses_of_schemes as (
    select distinct
        initiative,
        status,
        category
    from {{ ref('dim_status') }}
),

citizen_months as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month,
        count(fct_citizen_month.citizen_key) as n_rows,
        count(statuses_of_schemes.status) as n_statuses
    from {{ ref('int_target_group') }} as int_target_group
    left join {{ ref('fct_citizen_month') }} as fct_citizen_month
        on
            int_target_group.initiative = fct_citizen_month.initiative
            and int_target_group.citizen_key = fct_citizen_month.citizen_key
            and int_target_group.data_month = fct_citizen_month.data_month
    left join statuses_of_schemes
        on
            fct_citizen_month.initiative = statuses_of_schemes.initiative
            and fct_citizen_month.status = statuses_of_schemes.status
            and fct_citizen_month.category = statuses_of_schemes.category
    group by
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month
),

months_that_differ as (
    select
        initiative,
        data_month,
        count(*) as n_citizens
    from citizen_months
    where n_rows <> 1 or n_statuses <> 1
    group by initiative, data_month
)

select * from months_that_differ
