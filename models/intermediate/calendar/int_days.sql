with

iso_weeks as (
    select * from {{ ref('iso_weeks') }}
),

days_of_a_week as (
    {% for day in range(7) %}
    select {{ day }} as days_after_monday
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

days as (
    select
        {{ add_days('iso_weeks.week_start_date', 'days_of_a_week.days_after_monday') }}
            as calendar_date
    from iso_weeks
    cross join days_of_a_week
)

select * from days
