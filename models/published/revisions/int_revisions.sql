with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

publications as (
    select
        initiative,
        publication_date,
        lag(publication_date) over (
            partition by initiative order by publication_date
        ) as previous_publication_date
    from int_publications_kept
    group by initiative, publication_date
),

revisions as (
    select
        newer.initiative,
        newer.area_type,
        newer.area_code,
        newer.data_month,
        newer.measure,
        newer.publication_date,
        newer.value,
        publications.previous_publication_date,
        older.value as previous_value
    from int_publications_kept as newer
    inner join publications
        on
            newer.initiative = publications.initiative
            and newer.publication_date = publications.publication_date
    inner join int_publications_kept as older
        on
            newer.initiative = older.initiative
            and newer.area_type = older.area_type
            and newer.area_code = older.area_code
            and newer.data_month = older.data_month
            and newer.measure = older.measure
            and publications.previous_publication_date = older.publication_date
    where newer.value <> older.value
)

select * from revisions
