with

fct_publication as (
    select * from {{ ref('fct_publication') }}
),

int_published_area_months as (
    select * from {{ ref('int_published_area_months') }}
),

int_published_rules as (
    select * from {{ ref('int_published_rules') }}
),

published_statuses as (
    select
        fct_publication.initiative,
        fct_publication.publication_date,
        fct_publication.area_type,
        fct_publication.area_code,
        fct_publication.data_month,
        int_published_rules.status,
        int_published_rules.category,
        fct_publication.value as n_citizens
    from fct_publication
    inner join int_published_rules
        on
            fct_publication.initiative = int_published_rules.initiative
            and fct_publication.publication_date = int_published_rules.publication_date
            and fct_publication.measure = 'status:' || int_published_rules.status
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
