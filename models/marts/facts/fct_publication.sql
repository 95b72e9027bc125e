with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

publications as (
    select
        int_publications_kept.initiative,
        int_publications_kept.publication_date,
        int_publications_kept.area_type,
        int_publications_kept.area_code,
        int_publications_kept.data_month,
        int_publications_kept.measure,
        int_publications_kept.value,
        int_publications_kept.as_of,
        int_publications_kept.published_at
    from int_publications_kept
    inner join int_as_of
        on int_publications_kept.landing_path = int_as_of.landing_path
)

select * from publications
