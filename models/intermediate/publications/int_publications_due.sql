with

int_reportable_months as (
    select * from {{ ref('int_reportable_months') }}
),

-- P4: a publication holds everything reportable on the publication date of its newest
-- month; a run keeps the newest one that is due.
publications_due as (
    select
        initiative,
        max(publication_date) as publication_date
    from int_reportable_months
    group by initiative
)

select * from publications_due
