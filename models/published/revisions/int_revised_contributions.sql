{%- set keys = ["initiative", "publication_date", "is_new", "citizen_key", "data_month"] %}
with

int_revised_versions as (
    select * from {{ ref('int_revised_versions') }}
),

int_areas as (
    select * from {{ ref('int_areas') }}
),

in_areas as (
    select
        {{ qualified("int_revised_versions", keys) }},
        'municipality' as area_type,
        int_revised_versions.municipality_code as area_code,
        int_revised_versions.visitation_category,
        int_revised_versions.status,
        int_revised_versions.is_fulfilled
    from int_revised_versions
    union all
    select
        {{ qualified("int_revised_versions", keys) }},
        pooled_areas.area_type,
        pooled_areas.area_code,
        int_revised_versions.visitation_category,
        int_revised_versions.status,
        int_revised_versions.is_fulfilled
    from int_revised_versions
    inner join int_areas as pooled_areas
        on
            int_revised_versions.initiative = pooled_areas.initiative
            and pooled_areas.area_type <> 'municipality'
    where
        {{ is_in_pooled_area(
            'int_revised_versions.is_participating', 'pooled_areas.area_type'
        ) }}
),

-- A citizen in an area is new or has left by the months beside (F4).
neighbours as (
    select
        *,
        lag(data_month) over (
            partition by
                initiative, publication_date, is_new, citizen_key, area_type, area_code
            order by data_month
        ) as month_before,
        lead(data_month) over (
            partition by
                initiative, publication_date, is_new, citizen_key, area_type, area_code
            order by data_month
        ) as month_after
    from in_areas
),

measures as (
    select
        {{ keys | join(", ") }},
        area_type,
        area_code,
        'n_target_group' as measure
    from in_areas
    union all
    select
        {{ keys | join(", ") }},
        area_type,
        area_code,
        case visitation_category
            when 'fritagelsesgruppe' then 'n_exempt'
            when 'rehabiliteringsgruppe' then 'n_rehab'
            else 'n_measured'
        end as measure
    from in_areas
    union all
    select
        {{ keys | join(", ") }},
        area_type,
        area_code,
        'n_fulfilled' as measure
    from in_areas
    where is_fulfilled
    union all
    select
        {{ keys | join(", ") }},
        area_type,
        area_code,
        'status:' || status as measure
    from in_areas
    where visitation_category = 'indsatsgruppe'
    union all
    select
        {{ keys | join(", ") }},
        area_type,
        area_code,
        'n_new' as measure
    from neighbours
    where month_before is null or month_before < {{ add_months('data_month', -1) }}
    union all
    select
        initiative,
        publication_date,
        is_new,
        citizen_key,
        {{ add_months('data_month', 1) }} as data_month,
        area_type,
        area_code,
        'n_left' as measure
    from neighbours
    where month_after is null or month_after > {{ add_months('data_month', 1) }}
),

contributions as (
    select
        initiative,
        publication_date,
        citizen_key,
        area_type,
        area_code,
        data_month,
        measure,
        sum(case when is_new then 1 else -1 end) as n_change
    from measures
    group by
        initiative,
        publication_date,
        citizen_key,
        area_type,
        area_code,
        data_month,
        measure
),

changed_contributions as (
    select * from contributions
    where n_change <> 0
)

select * from changed_contributions
