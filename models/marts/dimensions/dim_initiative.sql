with

initiatives as (
    select * from {{ ref('initiatives') }}
),

initiatives_typed as (
    select
        initiative,
        initiative_name,
        first_month,
        last_month,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month
    from initiatives
)

select * from initiatives_typed
