with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_publication_rules_kept as (
    select * from {{ ref('int_publication_rules_kept') }}
),

kept as (
    select
        initiative,
        publication_date,
        max(data_month) as report_month,
        max(as_of) as as_of
    from int_publications_kept
    group by initiative, publication_date
),

lists as (
    select
        initiative,
        publication_date,
        exemption_list,
        has_example_participants
    from int_publication_rules_kept
    group by initiative, publication_date, exemption_list, has_example_participants
),

publications as (
    select
        kept.initiative,
        kept.publication_date,
        kept.report_month,
        kept.as_of,
        lists.exemption_list,
        lists.has_example_participants
    from kept
    left join lists
        on
            kept.initiative = lists.initiative
            and kept.publication_date = lists.publication_date
)

select * from publications
