with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

stg_persongrupper__markers as (
    select * from {{ ref('stg_persongrupper__markers') }}
),

markers as (
    select * from {{ ref('markers') }}
),

marker_months as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month,
        markers.marker_use
    from int_target_group
    inner join markers
        on int_target_group.initiative = markers.initiative
    inner join stg_persongrupper__markers
        on
            int_target_group.citizen_key = stg_persongrupper__markers.citizen_key
            and markers.persongruppe = stg_persongrupper__markers.persongruppe
            and {{ touches('stg_persongrupper__markers', 'int_target_group') }}
    group by
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month,
        markers.marker_use
)

select * from marker_months
