with

initiatives as (
    select * from {{ ref('initiatives') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

data_months as (
    select
        initiative,
        population,
        first_month,
        publication_lag_months,
        {{ each_month('first_month', 'last_month') }} as data_month
    from initiatives
),

dated_months as (
    select
        initiative,
        population,
        data_month,
        data_month as first_date,
        {{ add_days(add_months('data_month', 1), -1) }} as last_date,
        {{ add_days(add_months('data_month', 'publication_lag_months + 1'), -1) }}
            as publication_date,
        {{ month_number('data_month') }} as month_number,
        data_month = first_month as is_first_month
    from data_months
),

initiative_months as (
    select
        dated_months.initiative,
        dated_months.population,
        dated_months.data_month,
        dated_months.first_date,
        dated_months.last_date,
        dated_months.publication_date,
        dated_months.month_number,
        dated_months.is_first_month,
        dated_months.publication_date <= int_as_of.as_of_date as is_reportable
    from dated_months
    cross join int_as_of
)

select * from initiative_months
