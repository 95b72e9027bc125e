with

int_publication_rules_kept as (
    select * from {{ ref('int_publication_rules_kept') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

published_rules as (
    select
        int_publication_rules_kept.initiative,
        int_publication_rules_kept.publication_date,
        int_publication_rules_kept.status,
        int_publication_rules_kept.category,
        int_publication_rules_kept.requirement_pct,
        int_publication_rules_kept.lower_requirement_pct,
        int_publication_rules_kept.requirement_first_month,
        int_publication_rules_kept.requirement_last_month
    from int_publication_rules_kept
    inner join int_as_of
        on int_publication_rules_kept.landing_path = int_as_of.landing_path
)

select * from published_rules
