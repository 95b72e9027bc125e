with

int_monitored_months as (
    select * from {{ ref('int_monitored_months') }}
),

stg_uddannelse__enrolments as (
    select * from {{ ref('stg_uddannelse__enrolments') }}
),

education_months as (
    select
        int_monitored_months.citizen_key,
        int_monitored_months.data_month,
        'uddannelse' as signal
    from int_monitored_months
    inner join stg_uddannelse__enrolments
        on
            int_monitored_months.citizen_key = stg_uddannelse__enrolments.citizen_key
            and stg_uddannelse__enrolments.is_su_eligible
            and {{ touches('stg_uddannelse__enrolments', 'int_monitored_months') }}
    group by int_monitored_months.citizen_key, int_monitored_months.data_month
)

select * from education_months
