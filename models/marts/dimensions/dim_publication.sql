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

rules_kept as (
    select
        initiative,
        publication_date,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month,
        exemption_list,
        has_example_participants
    from int_publication_rules_kept
    group by
        initiative,
        publication_date,
        requirement_pct,
        lower_requirement_pct,
        requirement_first_month,
        requirement_last_month,
        exemption_list,
        has_example_participants
),

publications as (
    select
        kept.initiative,
        kept.publication_date,
        kept.report_month,
        kept.as_of,
        rules_kept.requirement_pct,
        rules_kept.lower_requirement_pct,
        rules_kept.requirement_first_month,
        rules_kept.requirement_last_month,
        rules_kept.exemption_list,
        rules_kept.has_example_participants
    from kept
    left join rules_kept
        on
            kept.initiative = rules_kept.initiative
            and kept.publication_date = rules_kept.publication_date
)

select * from publications
