with

int_revisions as (
    select * from {{ ref('int_revisions') }}
),

revisions as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        measure,
        publication_date,
        value,
        previous_publication_date,
        previous_value
    from int_revisions
)

select * from revisions
