with

int_publications_kept as (
    select * from {{ ref('int_publications_kept') }}
),

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

int_publication_rules_kept as (
    select * from {{ ref('int_publication_rules_kept') }}
),

published_statuses as (
    select
        int_publications_kept.initiative,
        int_publications_kept.publication_date,
        int_publications_kept.area_type,
        int_publications_kept.area_code,
        int_publications_kept.data_month,
        int_publication_rules_kept.status,
        int_publication_rules_kept.category,
        int_publications_kept.value as n_citizens
    from int_publications_kept
    inner join int_publication_rules_kept
        on
            int_publications_kept.initiative = int_publication_rules_kept.initiative
            and int_publications_kept.publication_date = int_publication_rules_kept.publication_date
            and int_publications_kept.measure = 'status:' || int_publication_rules_kept.status
),

shown_by as (
    select
        *,
        'status' as dimension,
        status as member
    from published_statuses
    union all
    select
        *,
        'category' as dimension,
        category as member
    from published_statuses
),

counts as (
    select
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        dimension,
        member,
        cast(sum(n_citizens) as bigint) as n_citizens
    from shown_by
    group by
        initiative,
        publication_date,
        area_type,
        area_code,
        data_month,
        dimension,
        member
),

shares as (
    select
        counts.initiative,
        counts.publication_date,
        counts.area_type,
        counts.area_code,
        counts.data_month,
        counts.dimension,
        counts.member,
        counts.n_citizens,
        {{ pct('counts.n_citizens', 'int_published_area_months.n_measured') }}
            as pct_of_measured
    from counts
    inner join int_published_area_months
        on
            counts.initiative = int_published_area_months.initiative
            and counts.publication_date = int_published_area_months.publication_date
            and counts.area_type = int_published_area_months.area_type
            and counts.area_code = int_published_area_months.area_code
            and counts.data_month = int_published_area_months.data_month
)

select * from shares
