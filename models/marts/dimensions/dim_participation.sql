with

participation as (
    select * from {{ ref('participation') }}
),

participating_municipalities as (
    select
        initiative,
        municipality_code,
        is_example
    from participation
)

select * from participating_municipalities
