with

int_marker_differences as (
    select * from {{ ref('int_marker_differences') }}
),

marker_differences as (
    select
        citizen_key,
        kind
    from int_marker_differences
)

select * from marker_differences
