with

publications_of_this_run as (
    select int_publications_kept.*
    from {{ ref('int_publications_kept') }} as int_publications_kept
    inner join {{ ref('int_as_of') }} as int_as_of
        on int_publications_kept.run_number = int_as_of.run_number
),

initiatives_published as (
    select
        initiative,
        publication_date
    from publications_of_this_run
    group by initiative, publication_date
),

area_counts as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        n_target_group,
        n_exempt,
        n_rehab,
        n_measured,
        n_fulfilled,
        n_new,
        n_left
    from {{ ref('fct_area_month') }}
),

facts as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        measure,
        fact_value
    from area_counts
    unpivot (
        fact_value for measure in (
            n_target_group,
            n_exempt,
            n_rehab,
            n_measured,
            n_fulfilled,
            n_new,
            n_left
        )
    )
    union all
    select
        initiative,
        area_type,
        area_code,
        data_month,
        'status:' || status as measure,
        n_citizens as fact_value
    from {{ ref('fct_area_month_status') }}
    union all
    select
        area_counts.initiative,
        area_counts.area_type,
        area_counts.area_code,
        area_counts.data_month,
        'is_participating' as measure,
        case
            when dim_participation.municipality_code is null then 0
            else 1
        end as fact_value
    from area_counts
    left join {{ ref('dim_participation') }} as dim_participation
        on
            area_counts.initiative = dim_participation.initiative
            and area_counts.area_code = dim_participation.municipality_code
    where area_counts.area_type = 'municipality'
),

facts_published as (
    select facts.*
    from facts
    inner join initiatives_published
        on facts.initiative = initiatives_published.initiative
),

figures_that_differ as (
    select
        coalesce(published.initiative, facts_published.initiative) as initiative,
        coalesce(published.area_type, facts_published.area_type) as area_type,
        coalesce(published.area_code, facts_published.area_code) as area_code,
        coalesce(published.data_month, facts_published.data_month) as data_month,
        coalesce(published.measure, facts_published.measure) as measure,
        published.value as published_value,
        facts_published.fact_value
    from publications_of_this_run as published
    full outer join facts_published
        on
            published.initiative = facts_published.initiative
            and published.area_type = facts_published.area_type
            and published.area_code = facts_published.area_code
            and published.data_month = facts_published.data_month
            and published.measure = facts_published.measure
    where
        published.value is null
        or facts_published.fact_value is null
        or published.value <> facts_published.fact_value
)

select * from figures_that_differ
