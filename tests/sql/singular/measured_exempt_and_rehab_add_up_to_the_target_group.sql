with

areas_that_differ as (
    select
        initiative,
        area_type,
        area_code,
        data_month,
        n_target_group,
        n_measured,
        n_exempt,
        n_rehab
    from {{ ref('fct_area_month') }}
    where
        n_measured + n_exempt + n_rehab <> n_target_group
        or n_fulfilled > n_measured
)

select * from areas_that_differ
