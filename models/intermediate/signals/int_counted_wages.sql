with

int_wages as (
    select * from {{ ref('int_wages') }}
),

stg_socialt_frikort__wage_reports as (
    select * from {{ ref('stg_socialt_frikort__wage_reports') }}
),

counted_wages as (
    select int_wages.*
    from int_wages
    where
        (int_wages.wage_hours > 0 or int_wages.wage_dkk > 0)
        and not exists (
            select 1
            from stg_socialt_frikort__wage_reports as frikort
            where
                int_wages.citizen_key = frikort.citizen_key
                and int_wages.cvr_nr = frikort.cvr_nr
                and int_wages.data_month = frikort.data_month
        )
)

select * from counted_wages
