with

int_areas as (
    select * from {{ ref('int_areas') }}
),

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

area_months as (
    select
        int_areas.initiative,
        int_areas.area_type,
        int_areas.area_code,
        int_areas.area_name,
        int_areas.is_participating,
        int_reportable_months.data_month,
        int_reportable_months.month_number,
        int_reportable_months.is_first_month
    from int_areas
    inner join int_reportable_months
        on int_areas.initiative = int_reportable_months.initiative
)

select * from area_months
