with

area_months as (
    select * from {{ ref('fct_area_month') }}
),

participation as (
    select * from {{ ref('dim_participation') }}
),

municipalities_of_pooled_areas as (
    select
        area_months.*,
        'country' as pooled_area_type
    from area_months
    where area_months.area_type = 'municipality'
    union all
    select
        area_months.*,
        'participating' as pooled_area_type
    from area_months
    inner join participation
        on
            area_months.initiative = participation.initiative
            and area_months.area_code = participation.municipality_code
    where area_months.area_type = 'municipality'
),

sums as (
    select
        initiative,
        pooled_area_type,
        data_month,
        sum(n_target_group) as n_target_group,
        sum(n_exempt) as n_exempt,
        sum(n_rehab) as n_rehab,
        sum(n_measured) as n_measured,
        sum(n_fulfilled) as n_fulfilled
    from municipalities_of_pooled_areas
    group by initiative, pooled_area_type, data_month
),

areas_that_differ as (
    select
        pooled.initiative,
        pooled.area_type,
        pooled.data_month
    from area_months as pooled
    left join sums
        on
            pooled.initiative = sums.initiative
            and pooled.area_type = sums.pooled_area_type
            and pooled.data_month = sums.data_month
    where
        pooled.area_type <> 'municipality'
        and (
            sums.initiative is null
            or pooled.n_target_group <> sums.n_target_group
            or pooled.n_exempt <> sums.n_exempt
            or pooled.n_rehab <> sums.n_rehab
            or pooled.n_measured <> sums.n_measured
            or pooled.n_fulfilled <> sums.n_fulfilled
        )
)

select * from areas_that_differ
