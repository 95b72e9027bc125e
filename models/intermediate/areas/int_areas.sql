with

initiatives as (
    select * from {{ ref('initiatives') }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

participation as (
    select * from {{ ref('participation') }}
),

pooled_areas as (
    select * from {{ ref('pooled_areas') }}
),

-- An initiative that is compared with the whole country shows every municipality (M2).
municipality_areas as (
    select
        initiatives.initiative,
        'municipality' as area_type,
        municipalities.municipality_code as area_code,
        municipalities.municipality_name as area_name,
        participation.municipality_code is not null as is_participating
    from initiatives
    cross join municipalities
    left join participation
        on
            initiatives.initiative = participation.initiative
            and municipalities.municipality_code = participation.municipality_code
    where initiatives.has_country or participation.municipality_code is not null
),

-- The participants together always, the whole country where the initiative has it.
pooled_areas_of_initiatives as (
    select
        initiatives.initiative,
        pooled_areas.area_type,
        pooled_areas.area_code,
        pooled_areas.area_name,
        pooled_areas.area_type = 'participating' as is_participating
    from initiatives
    cross join pooled_areas
    where pooled_areas.area_type = 'participating' or initiatives.has_country
),

areas as (
    select * from municipality_areas
    union all
    select * from pooled_areas_of_initiatives
)

select * from areas
