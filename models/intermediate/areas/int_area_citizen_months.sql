with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_areas as (
    select * from {{ ref('int_areas') }}
),

-- A citizen-month stands once in each area that it belongs to: the municipality, the
-- participants together, the country.
area_citizen_months as (
    select
        int_areas.area_type,
        int_areas.area_code,
        int_citizen_months.*
    from int_citizen_months
    inner join int_areas
        on
            int_citizen_months.initiative = int_areas.initiative
            and (
                int_areas.area_type = 'country'
                or (
                    int_areas.area_type = 'participating'
                    and int_citizen_months.is_participating
                )
                or int_areas.area_code = int_citizen_months.municipality_code
            )
)

select * from area_citizen_months
