with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

publications as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        measure,
        value,
        as_of,
        published_at
    from int_publications_kept
)

select * from publications
