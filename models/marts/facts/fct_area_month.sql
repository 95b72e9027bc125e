with

int_area_counts as (
    select * from {{ ref('int_area_counts') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

mean_of_municipalities as (
    select
        initiative,
        'country' as area_type,
        data_month,
        {{ mean_pct('n_fulfilled', 'n_measured') }} as mean_municipality_pct
    from int_area_counts
    where area_type = 'municipality' and n_measured > 0
    group by initiative, data_month
),

area_months as (
    select
        int_area_counts.initiative,
        int_area_counts.area_type,
        int_area_counts.area_code,
        int_area_counts.area_name,
        int_area_counts.data_month,
        int_area_counts.n_target_group,
        int_area_counts.n_exempt,
        int_area_counts.n_rehab,
        int_area_counts.n_measured,
        int_area_counts.n_fulfilled,
        {{ pct('int_area_counts.n_fulfilled', 'int_area_counts.n_measured') }}
            as fulfilled_pct,
        mean_of_municipalities.mean_municipality_pct,
        {{ reaches(
            'int_area_counts.n_fulfilled',
            'int_area_counts.n_measured',
            'initiatives.requirement_pct'
        ) }} as meets_requirement,
        int_area_counts.n_new,
        int_area_counts.n_left
    from int_area_counts
    inner join initiatives
        on int_area_counts.initiative = initiatives.initiative
    left join mean_of_municipalities
        on
            int_area_counts.initiative = mean_of_municipalities.initiative
            and int_area_counts.data_month = mean_of_municipalities.data_month
            and int_area_counts.area_type = mean_of_municipalities.area_type
)

select * from area_months
