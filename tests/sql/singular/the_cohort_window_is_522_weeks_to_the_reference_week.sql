-- With a week more or less 80 pct. is another number of weeks, and people near 418 would
-- silently enter or leave the cohort (C6). The window's weeks are made by a macro; the
-- list of weeks says which they are.
{%- set window_weeks = dream_window_weeks() %}
with

listed_weeks as (
    select week_column
    from {{ ref('iso_weeks') }}
    where
        week_start_date >= cast('{{ var("cohort_window_start_date") }}' as date)
        and reference_date <= cast('{{ var("cohort_reference_date") }}' as date)
),

window_weeks as (
    select week_column
    from listed_weeks
    where week_column in ('{{ window_weeks | join("', '") }}')
),

counted as (
    select
        (select count(*) from listed_weeks) as n_listed,
        (select count(*) from window_weeks) as n_in_window,
        {{ window_weeks | length }} as n_made
)

select *
from counted
where
    n_listed <> 522
    or n_in_window <> 522
    or n_made <> 522
    or '{{ window_weeks | first }}' <> 'y_1031'
    or '{{ window_weeks | last }}' <> 'y_2031'
