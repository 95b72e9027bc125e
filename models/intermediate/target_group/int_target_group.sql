with

int_target_group_locked as (
    select * from {{ ref('int_target_group_locked') }}
),

int_target_group_monthly as (
    select * from {{ ref('int_target_group_monthly') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

members as (
    select * from int_target_group_locked
    union all
    select * from int_target_group_monthly
),

target_group as (
    select
        members.initiative,
        members.citizen_key,
        members.municipality_code,
        members.data_month,
        int_reportable_months.first_date,
        int_reportable_months.last_date
    from members
    inner join int_reportable_months
        on
            members.initiative = int_reportable_months.initiative
            and members.data_month = int_reportable_months.data_month
)

select * from target_group
