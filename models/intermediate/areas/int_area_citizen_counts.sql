{%- set alike_in = [
    "visitation_category", "is_exempt", "is_measured", "status", "category", "is_fulfilled",
] %}
with

int_citizen_months as (
    select * from {{ ref('int_citizen_months') }}
),

int_areas as (
    select * from {{ ref('int_areas') }}
),

-- Citizens are looked at once: those of a municipality who are alike are counted before
-- they stand in the areas that the municipality belongs to.
counts_of_municipalities as (
    select
        initiative,
        municipality_code,
        is_participating,
        data_month,
        {{ alike_in | join(",\n        ") }},
        count(*) as n_citizens
    from int_citizen_months
    group by
        initiative,
        municipality_code,
        is_participating,
        data_month,
        {{ alike_in | join(",\n        ") }}
),

-- A citizen-month stands once in each area that it belongs to: the municipality, the
-- participants together, the country.
counts_of_areas as (
    select
        'municipality' as area_type,
        municipality_code as area_code,
        *
    from counts_of_municipalities
    union all
    select
        pooled_areas.area_type,
        pooled_areas.area_code,
        counts_of_municipalities.*
    from counts_of_municipalities
    inner join int_areas as pooled_areas
        on
            counts_of_municipalities.initiative = pooled_areas.initiative
            and pooled_areas.area_type <> 'municipality'
    where
        {{ is_in_pooled_area(
            'counts_of_municipalities.is_participating', 'pooled_areas.area_type'
        ) }}
),

citizen_counts as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        {{ alike_in | join(",\n        ") }},
        cast(sum(n_citizens) as bigint) as n_citizens
    from counts_of_areas
    group by
        initiative,
        area_type,
        area_code,
        data_month,
        {{ alike_in | join(",\n        ") }}
)

select * from citizen_counts
