with

int_initiative_months as (
    select * from {{ ref('int_initiative_months') }}
),

reportable_months as (
    select
        initiative,
        population,
        data_month,
        first_date,
        last_date,
        publication_date,
        month_number,
        is_first_month
    from int_initiative_months
    where is_reportable
)

select * from reportable_months
