with

area_months as (
    select
        fct_area_month.*,
        lag(fct_area_month.n_target_group) over (
            partition by
                fct_area_month.initiative,
                fct_area_month.area_type,
                fct_area_month.area_code
            order by fct_area_month.data_month
        ) as n_previous,
        dim_initiative.first_month
    from {{ ref('fct_area_month') }} as fct_area_month
    inner join {{ ref('dim_initiative') }} as dim_initiative
        on fct_area_month.initiative = dim_initiative.initiative
),

areas_that_differ as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        n_previous,
        n_new,
        n_left,
        n_target_group
    from area_months
    where
        case
            when initiative = 'afklaringspuljen' and data_month = first_month
                then n_new is not null or n_left is not null
            else
                coalesce(n_previous, 0) + coalesce(n_new, -1) - coalesce(n_left, -1)
                <> n_target_group
                or n_new is null
                or n_left is null
        end
)

select * from areas_that_differ
