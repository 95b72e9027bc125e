with

int_unknown_dream_codes as (
    select * from {{ ref('int_unknown_dream_codes') }}
),

stg_bopael__overlaps as (
    select * from {{ ref('stg_bopael__overlaps') }}
),

stg_visitation__overlaps as (
    select * from {{ ref('stg_visitation__overlaps') }}
),

stg_eindkomst__unusual_forms as (
    select * from {{ ref('stg_eindkomst__unusual_forms') }}
),

stg_socialt_frikort__unusual_forms as (
    select * from {{ ref('stg_socialt_frikort__unusual_forms') }}
),

int_spells_without_value as (
    select * from {{ ref('int_spells_without_value') }}
),

int_dream_visitation_conflicts as (
    select * from {{ ref('int_dream_visitation_conflicts') }}
),

int_unlisted_exemptions as (
    select * from {{ ref('int_unlisted_exemptions') }}
),

int_marker_differences as (
    select * from {{ ref('int_marker_differences') }}
),

stg_registers__exceptions as (
    select * from {{ ref('stg_registers__exceptions') }}
),

unknown_dream_codes as (
    select
        'unknown_dream_code' as finding,
        'dream' as source,
        count(*) as n
    from int_unknown_dream_codes
),

overlapping_residences as (
    select
        'overlapping_residence' as finding,
        'bopael' as source,
        coalesce(sum(n_overlapping), 0) as n
    from stg_bopael__overlaps
),

overlapping_visitations as (
    select
        'overlapping_visitation' as finding,
        'visitation' as source,
        coalesce(sum(n_overlapping), 0) as n
    from stg_visitation__overlaps
),

residences_in_no_municipality as (
    select
        'residence_in_no_municipality' as finding,
        'bopael' as source,
        count(*) as n
    from int_spells_without_value
    where finding = 'residence_in_no_municipality'
),

visitations_of_no_category as (
    select
        'visitation_of_no_category' as finding,
        'visitation' as source,
        count(*) as n
    from int_spells_without_value
    where finding = 'visitation_of_no_category'
),

dream_visitation_conflicts as (
    select
        'dream_visitation_conflict' as finding,
        'dream' as source,
        count(distinct citizen_key) as n
    from int_dream_visitation_conflicts
),

unlisted_exemptions as (
    select
        'unlisted_exemption' as finding,
        'fritagelser' as source,
        count(*) as n
    from int_unlisted_exemptions
),

markers_without_cohort as (
    select
        'marker_without_cohort' as finding,
        'persongrupper' as source,
        count(*) as n
    from int_marker_differences
    where kind = 'marker_without_cohort'
),

cohort_without_markers as (
    select
        'cohort_without_marker' as finding,
        'persongrupper' as source,
        count(*) as n
    from int_marker_differences
    where kind = 'cohort_without_marker'
),

unusual_forms_of_eindkomst as (
    select
        'unusual_form' as finding,
        'eindkomst' as source,
        coalesce(sum(n_unusual), 0) as n
    from stg_eindkomst__unusual_forms
),

unusual_forms_of_socialt_frikort as (
    select
        'unusual_form' as finding,
        'socialt_frikort' as source,
        coalesce(sum(n_unusual), 0) as n
    from stg_socialt_frikort__unusual_forms
),

-- Of each register whose reports replace each other.
{%- for register in registers() if landing_contract(register).is_replaced_by_newer %}

replaced_{{ register }} as (
    select
        'replaced_report' as finding,
        '{{ register }}' as source,
        count(*) as n
    from stg_registers__exceptions
    where exception = 'replaced' and source = '{{ register }}'
),
{%- endfor %}

findings as (
    select * from unknown_dream_codes
    union all
    select * from overlapping_residences
    union all
    select * from overlapping_visitations
    union all
    select * from residences_in_no_municipality
    union all
    select * from visitations_of_no_category
    union all
    select * from dream_visitation_conflicts
    union all
    select * from unlisted_exemptions
    union all
    select * from markers_without_cohort
    union all
    select * from cohort_without_markers
    union all
    select * from unusual_forms_of_eindkomst
    union all
    select * from unusual_forms_of_socialt_frikort
    {%- for register in registers() if landing_contract(register).is_replaced_by_newer %}
    union all
    select * from replaced_{{ register }}
    {%- endfor %}
)

select
    finding,
    source,
    cast(n as bigint) as n
from findings
