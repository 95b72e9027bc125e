with

dates as (
    select
        initiative,
        first_date as eligibility_date
    from {{ ref('int_reportable_months') }}
    where population = 'monthly'
    union all
    select
        initiative,
        cohort_reference_date as eligibility_date
    from {{ ref('int_locked_cohorts') }}
)

select
    dates.initiative,
    dates.eligibility_date
from dates
left join {{ ref('int_eligibility_dates') }} as int_eligibility_dates
    on
        dates.initiative = int_eligibility_dates.initiative
        and dates.eligibility_date = int_eligibility_dates.eligibility_date
group by dates.initiative, dates.eligibility_date
having count(int_eligibility_dates.week_column) <> 1
