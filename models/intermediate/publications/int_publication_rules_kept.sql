-- The rules by which each kept publication is read (P4): state that no run rebuilds.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="fail",
    )
}}
with

fct_publication as (
    select * from {{ ref('fct_publication') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

result_schemes as (
    select * from {{ ref('result_schemes') }}
),

int_as_of as (
    select * from {{ ref('int_as_of') }}
),

kept_before as (
    {%- if is_incremental() %}
    select
        kept.initiative,
        kept.publication_date
    from {{ this }} as kept
    inner join int_as_of
        on kept.landing_path = int_as_of.landing_path
    group by kept.initiative, kept.publication_date
    {%- else %}
    select
        initiative,
        publication_date
    from fct_publication
    where 1 = 0
    {%- endif %}
),

publications_without_rules as (
    select
        fct_publication.initiative,
        fct_publication.publication_date
    from fct_publication
    left join kept_before
        on
            fct_publication.initiative = kept_before.initiative
            and fct_publication.publication_date = kept_before.publication_date
    where kept_before.initiative is null
    group by fct_publication.initiative, fct_publication.publication_date
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
        int_as_of.landing_path,
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
    cross join int_as_of
)

select * from publication_rules
