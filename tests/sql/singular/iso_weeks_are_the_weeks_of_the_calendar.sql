{%- set timedelta = modules.datetime.timedelta -%}
{%- set first = date_of_var("dream_first_week") -%}
{%- set last = modules.datetime.date(2030, 12, 29) %}
{%- set mondays = [] %}
{%- for number in range((last - first).days // 7 + 1) %}
{%- do mondays.append(first + timedelta(weeks=number)) %}
{%- endfor %}
{%- set columns = week_columns(mondays) %}
with

calendar as (
    select
        weeks.week_column,
        cast(weeks.monday as date) as week_start_date,
        cast(weeks.sunday as date) as reference_date
    from (
        values
        {%- for monday in mondays %}
        ('{{ columns[loop.index0] }}', '{{ monday }}', '{{ monday + timedelta(days=6) }}')
        {{- "," if not loop.last }}
        {%- endfor %}
    ) as weeks (week_column, monday, sunday)
)

select
    calendar.week_column as calendar_week,
    iso_weeks.week_column as listed_week
from calendar
full outer join {{ ref('iso_weeks') }} as iso_weeks
    on
        calendar.week_column = iso_weeks.week_column
        and calendar.week_start_date = iso_weeks.week_start_date
        and calendar.reference_date = iso_weeks.reference_date
where calendar.week_column is null or iso_weeks.week_column is null
