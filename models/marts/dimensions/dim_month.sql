with

int_initiative_months as (
    select * from {{ ref('int_initiative_months') }}
),

months as (
    select
        initiative,
        data_month,
        first_date,
        last_date,
        publication_date,
        is_reportable
    from int_initiative_months
)

select * from months
