-- With a week more or less 80 pct. is another number of weeks, and people near 418
-- would silently enter or leave the cohort (C6). The window's weeks are made by a
-- macro; the list of weeks says which they are.
{%- set window_weeks = dream_window_weeks() %}
with

listed_weeks as (
    select week_column
    from {{ ref('iso_weeks') }}
    where
        week_start_date >= cast('{{ var("cohort_window_start_date") }}' as date)
        and reference_date <= cast('{{ var("cohort_reference_date") }}' as date)
),

counted as (
    select
        count(*) as n_listed,
        sum(
            case
                when
                    week_column in (
                        {%- for week in window_weeks %}
                        '{{ week }}'{{ "," if not loop.last }}
                        {%- endfor %}
                    )
                    then 1
                else 0
            end
        ) as n_in_window
    from listed_weeks
)

select
    n_listed,
    n_in_window,
    {{ window_weeks | length }} as n_made
from counted
where
    n_listed <> 522
    or n_in_window <> 522
    or {{ window_weeks | length }} <> 522
    or '{{ window_weeks | first }}' <> 'y_1031'
    or '{{ window_weeks | last }}' <> 'y_2031'
