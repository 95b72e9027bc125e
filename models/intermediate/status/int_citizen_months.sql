with

int_target_group as (
    select * from {{ ref('int_target_group') }}
),

int_visitation_categories as (
    select * from {{ ref('int_visitation_categories') }}
),

int_statuses as (
    select * from {{ ref('int_statuses') }}
),

int_marker_months as (
    select * from {{ ref('int_marker_months') }}
),

markers as (
    select * from {{ ref('markers') }}
),

participation as (
    select * from {{ ref('participation') }}
),

straksafklaring_months as (
    select * from int_marker_months
    where marker_use = 'straksafklaring'
),

initiatives_with_straksafklaring as (
    select initiative from markers
    where marker_use = 'straksafklaring'
),

citizen_months as (
    select
        int_target_group.initiative,
        int_target_group.citizen_key,
        int_target_group.municipality_code,
        participation.municipality_code is not null as is_participating,
        int_target_group.data_month,
        int_visitation_categories.visitation_category,
        int_visitation_categories.visitation_category = 'fritagelsesgruppe' as is_exempt,
        int_visitation_categories.visitation_category = 'indsatsgruppe' as is_measured,
        case
            when initiatives_with_straksafklaring.initiative is not null
                then straksafklaring_months.citizen_key is not null
        end as is_exempt_straksafklaring,
        int_statuses.signal,
        int_statuses.status,
        int_statuses.category,
        int_visitation_categories.visitation_category = 'indsatsgruppe'
        and int_statuses.counts as is_fulfilled
    from int_target_group
    left join int_visitation_categories
        on
            int_target_group.initiative = int_visitation_categories.initiative
            and int_target_group.citizen_key = int_visitation_categories.citizen_key
            and int_target_group.data_month = int_visitation_categories.data_month
    left join int_statuses
        on
            int_target_group.initiative = int_statuses.initiative
            and int_target_group.citizen_key = int_statuses.citizen_key
            and int_target_group.data_month = int_statuses.data_month
    left join participation
        on
            int_target_group.initiative = participation.initiative
            and int_target_group.municipality_code = participation.municipality_code
    left join initiatives_with_straksafklaring
        on int_target_group.initiative = initiatives_with_straksafklaring.initiative
    left join straksafklaring_months
        on
            int_target_group.initiative = straksafklaring_months.initiative
            and int_target_group.citizen_key = straksafklaring_months.citizen_key
            and int_target_group.data_month = straksafklaring_months.data_month
)

select * from citizen_months
