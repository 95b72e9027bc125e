with

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

missing_publications as (
    select
        int_reportable_months.initiative,
        int_reportable_months.publication_date,
        int_reportable_months.data_month as report_month
    from int_reportable_months
    where not exists (
        select 1
        from int_publications_kept
        where
            int_reportable_months.initiative = int_publications_kept.initiative
            and int_reportable_months.publication_date = int_publications_kept.publication_date
    )
)

select * from missing_publications
