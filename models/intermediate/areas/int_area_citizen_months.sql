-- A view: it is twice as long as the citizen-months, and counted at once by those who read it.
{{ config(materialized="view") }}
with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_areas as (
    select * from {{ ref('int_areas') }}
),

-- A citizen-month stands once in each area that it belongs to: the municipality, the
-- participants together, the country.
areas_of_citizen_months as (
    select
        'municipality' as area_type,
        municipality_code as area_code,
        *
    from int_citizen_months
    union all
    select
        pooled_areas.area_type,
        pooled_areas.area_code,
        int_citizen_months.*
    from int_citizen_months
    inner join int_areas as pooled_areas
        on
            int_citizen_months.initiative = pooled_areas.initiative
            and pooled_areas.area_type <> 'municipality'
    where int_citizen_months.is_participating or pooled_areas.area_type = 'country'
)

select * from areas_of_citizen_months
