with

municipalities as (
    select * from {{ ref('municipalities') }}
),

municipalities_of_denmark as (
    select
        municipality_code,
        municipality_name,
        region_name
    from municipalities
)

select * from municipalities_of_denmark
