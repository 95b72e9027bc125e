{%- set weeks_read = dream_weeks() %}
with

weeks_of_windows as (
    select
        initiatives.initiative,
        iso_weeks.week_column
    from {{ ref('initiatives') }} as initiatives
    inner join {{ ref('iso_weeks') }} as iso_weeks
        on
            initiatives.cohort_window_start_date <= iso_weeks.week_start_date
            and initiatives.cohort_reference_date >= iso_weeks.reference_date
),

weeks_not_read as (
    select
        initiative,
        week_column as wrong
    from weeks_of_windows
    where
        week_column not in (
            {%- for week in weeks_read %}
            '{{ week }}'{{ "," if not loop.last }}
            {%- endfor %}
        )
),

windows_of_other_length as (
    select
        initiative,
        cast(count(*) as {{ dbt.type_string() }}) as wrong
    from weeks_of_windows
    where initiative = 'afklaringspuljen'
    group by initiative
    having count(*) <> 522 or min(week_column) <> 'y_1031' or max(week_column) <> 'y_2031'
)

select * from weeks_not_read
union all
select * from windows_of_other_length
