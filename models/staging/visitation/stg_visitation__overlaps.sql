-- Everybody's spells, by the person number as delivered: the finding is about the whole
-- register, not about the candidates alone. A table: it sorts the register, and the
-- findings and the persons of the findings are both made of it.
{{ config(materialized="table") }}
with

visitation as (
    select * from {{ source('landing', 'visitation') }}
    where is_as_of_delivery
),

exceptions as (
    select * from {{ ref('stg_visitation__exceptions') }}
),

spells_of_everybody as (
    select
        visitation.pnr,
        visitation.delivered_date,
        visitation.fra_dato as start_date,
        visitation.til_dato as end_date,
        {{ value_that_holds('visitation.personkategori_kode') }}
            as personkategori_kode
    from visitation
    left join exceptions
        on visitation.row_id = exceptions.row_id
    where {{ takes_part_in_one_value('visitation') }}
),

overlapping_spells as (
    {{ overlapping_spells('spells_of_everybody', 'pnr', 'personkategori_kode') }}
),

citizens as (
    select
        {{ citizen_key('pnr') }} as citizen_key,
        cast(n_overlapping as bigint) as n_overlapping
    from overlapping_spells
)

select * from citizens
