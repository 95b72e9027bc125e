-- Everybody's spells, by the person number as delivered: the finding is about the whole
-- register, not about the candidates alone.
with

visitation as (
    select * from {{ source('landing', 'visitation') }}
    where is_as_of_delivery
),

exceptions as (
    select * from {{ ref('stg_visitation__exceptions') }}
),

accepted_spells as (
    select
        visitation.pnr,
        visitation.delivered_date,
        visitation.fra_dato as start_date,
        visitation.til_dato as end_date,
        visitation.personkategori_kode
    from visitation
    left join exceptions
        on visitation.row_id = exceptions.row_id
    where exceptions.row_id is null
),

spell_counts as (
    {{ overlapping_spells('accepted_spells', 'pnr', 'personkategori_kode') }}
)

select * from spell_counts
