with

citizen_months as (
    select
        int_areas.area_type,
        int_citizen_months.*
    from {{ ref('int_citizen_months') }} as int_citizen_months
    inner join {{ ref('int_areas') }} as int_areas
        on
            int_citizen_months.initiative = int_areas.initiative
            and int_areas.area_type <> 'municipality'
    where
        int_citizen_months.initiative = 'afklaringspuljen'
        and {{ is_in_pooled_area(
            'int_citizen_months.is_participating', 'int_areas.area_type'
        ) }}
),

statuses as (
    select * from {{ ref('int_statuses') }}
),

exemptions as (
    select
        int_target_group.citizen_key,
        int_target_group.data_month,
        max(case when fritagelse_codes.is_in_notat then 1 else 0 end) = 1 as is_in_notat,
        max(case when fritagelse_codes.is_in_faq then 1 else 0 end) = 1 as is_in_faq
    from {{ ref('int_target_group') }} as int_target_group
    inner join {{ ref('stg_fritagelser__exemptions') }} as stg_fritagelser__exemptions
        on
            int_target_group.citizen_key = stg_fritagelser__exemptions.citizen_key
            and {{ touches('stg_fritagelser__exemptions', 'int_target_group') }}
    inner join {{ ref('fritagelse_codes') }} as fritagelse_codes
        on
            stg_fritagelser__exemptions.fritagelse_kode
            = fritagelse_codes.fritagelse_kode
    where int_target_group.initiative = 'afklaringspuljen'
    group by int_target_group.citizen_key, int_target_group.data_month
),

counts as (
    select
        citizen_months.area_type,
        citizen_months.data_month,
        sum(case when coalesce(exemptions.is_in_notat, false) then 0 else 1 end)
            as n_measured_by_notat,
        sum(
            case
                when coalesce(exemptions.is_in_notat, false) or not statuses.counts then 0
                else 1
            end
        ) as n_fulfilled_by_notat,
        sum(case when coalesce(exemptions.is_in_faq, false) then 0 else 1 end)
            as n_measured_by_faq,
        sum(
            case
                when coalesce(exemptions.is_in_faq, false) or not statuses.counts then 0
                else 1
            end
        ) as n_fulfilled_by_faq
    from citizen_months
    inner join statuses
        on
            citizen_months.initiative = statuses.initiative
            and citizen_months.citizen_key = statuses.citizen_key
            and citizen_months.data_month = statuses.data_month
    left join exemptions
        on
            citizen_months.citizen_key = exemptions.citizen_key
            and citizen_months.data_month = exemptions.data_month
    group by citizen_months.area_type, citizen_months.data_month
)

select
    area_type,
    data_month,
    n_measured_by_notat,
    n_measured_by_faq,
    {{ pct('n_fulfilled_by_notat', 'n_measured_by_notat') }} as fulfilled_pct_by_notat,
    {{ pct('n_fulfilled_by_faq', 'n_measured_by_faq') }} as fulfilled_pct_by_faq
from counts
order by area_type, data_month
