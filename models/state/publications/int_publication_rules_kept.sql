-- The rules by which each kept publication is read (P4).
with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

kept_before as (
    {%- if is_incremental() %}
    select
        initiative,
        publication_date
    from {{ this }}
    group by initiative, publication_date
    {%- else %}
    select
        initiative,
        publication_date
    from int_publications_kept
    where 1 = 0
    {%- endif %}
),

publications_without_rules as (
    select
        int_publications_kept.initiative,
        int_publications_kept.publication_date
    from int_publications_kept
    left join kept_before
        on
            int_publications_kept.initiative = kept_before.initiative
            and int_publications_kept.publication_date = kept_before.publication_date
    where kept_before.initiative is null
    group by int_publications_kept.initiative, int_publications_kept.publication_date
),

statuses_of_schemes as (
    select
        initiative,
        status,
        category
    from result_schemes
    group by initiative, status, category
),

publication_rules as (
    select
        publications_without_rules.initiative,
        publications_without_rules.publication_date,
        statuses_of_schemes.status,
        statuses_of_schemes.category,
        initiatives.requirement_pct,
        initiatives.lower_requirement_pct,
        initiatives.requirement_first_month,
        initiatives.requirement_last_month
    from publications_without_rules
    inner join initiatives
        on publications_without_rules.initiative = initiatives.initiative
    inner join statuses_of_schemes
        on publications_without_rules.initiative = statuses_of_schemes.initiative
)

select * from publication_rules
