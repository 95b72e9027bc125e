with

municipalities as (
    select * from {{ ref('municipalities') }}
),

pooled_areas as (
    select * from {{ ref('pooled_areas') }}
),

area_names as (
    select
        'municipality' as area_type,
        municipality_code as area_code,
        municipality_name as area_name
    from municipalities
    union all
    select
        area_type,
        area_code,
        area_name
    from pooled_areas
)

select * from area_names
