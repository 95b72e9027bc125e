with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

int_marker_months as (
    select * from {{ ref('int_marker_months') }}
),

int_exemption_months as (
    select * from {{ ref('int_exemption_months') }}
),

rehabilitation_months as (
    select * from int_marker_months
    where marker_use = 'rehabiliteringsgruppe'
),

visitation_categories as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.data_month,
        case
            when rehabilitation_months.citizen_key is not null
                then 'rehabiliteringsgruppe'
            when int_exemption_months.citizen_key is not null then 'fritagelsesgruppe'
            else 'indsatsgruppe'
        end as visitation_category
    from int_target_group
    left join rehabilitation_months
        on
            int_target_group.initiative = rehabilitation_months.initiative
            and int_target_group.citizen_key = rehabilitation_months.citizen_key
            and int_target_group.data_month = rehabilitation_months.data_month
    left join int_exemption_months
        on
            int_target_group.initiative = int_exemption_months.initiative
            and int_target_group.citizen_key = int_exemption_months.citizen_key
            and int_target_group.data_month = int_exemption_months.data_month
)

select * from visitation_categories
