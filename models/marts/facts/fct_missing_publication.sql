with

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

fct_publication as (
    select * from {{ ref('fct_publication') }}
),

missing_publications as (
    select
        int_reportable_months.initiative,
        int_reportable_months.publication_date,
        int_reportable_months.data_month as report_month
    from int_reportable_months
    where not exists (
        select 1
        from fct_publication
        where
            int_reportable_months.initiative = fct_publication.initiative
            and int_reportable_months.publication_date = fct_publication.publication_date
    )
)

select * from missing_publications
