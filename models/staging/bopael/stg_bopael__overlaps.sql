-- Everybody's spells, by the person number as delivered: the finding is about the whole
-- register, not about the candidates alone. It sorts the register.
{{ kept_per_delivery() }}
with

bopael as (
    select * from {{ source('landing', 'bopael') }}
    where
        is_new
        and is_as_of_delivery
),

-- One at the most. Not from above, which would be written down whole to be read twice.
deliveries as (
    select delivery_key
    from {{ source('landing', 'bopael') }}
    where
        is_new
        and is_as_of_delivery
    group by delivery_key
),

exceptions as (
    select * from {{ ref('stg_bopael__exceptions') }}
),

spells_of_everybody as (
    select
        bopael.pnr,
        bopael.delivered_date,
        bopael.bop_vfra as start_date,
        bopael.bop_vtil as end_date,
        {{ value_that_holds('bopael.kom') }} as municipality_code
    from bopael
    left join exceptions
        on bopael.row_id = exceptions.row_id
    where {{ takes_part_in_one_value('bopael') }}
),

overlapping_spells as (
    {{ overlapping_spells('spells_of_everybody', 'pnr', 'municipality_code') }}
),

citizens as (
    select
        deliveries.delivery_key,
        {{ citizen_key('overlapping_spells.pnr') }} as citizen_key,
        cast(overlapping_spells.n_overlapping as bigint) as n_overlapping
    from overlapping_spells
    cross join deliveries
)

select * from citizens
