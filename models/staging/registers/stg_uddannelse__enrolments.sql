with

uddannelse as (
    select * from {{ source('landing', 'uddannelse') }}
),

exceptions as (
    select * from {{ ref('stg_uddannelse__exceptions') }}
),

accepted_rows as (
    select
        {{ citizen_key('uddannelse.pnr') }} as citizen_key,
        uddannelse.delivered_date,
        uddannelse.elev3_vfra as start_date,
        uddannelse.elev3_vtil as end_date,
        uddannelse.udd,
        uddannelse.su_berettiget as is_su_eligible
    from uddannelse
    left join exceptions
        on uddannelse.row_id = exceptions.row_id
    where exceptions.row_id is null
)

select * from accepted_rows
